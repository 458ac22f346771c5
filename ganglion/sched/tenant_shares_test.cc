#include "ganglion/sched/tenant_shares.h"

#include <gtest/gtest.h>

namespace ganglion::sched {
namespace {

constexpr api::Priority kClass = api::Priority::kInteractive;

TEST(TenantShares, BeingAwayEarnsNothing) {
  TenantShares shares(4);
  const std::uint32_t here = shares.Join(1, kClass);
  const std::uint32_t away = shares.Join(2, kClass);
  shares.Leave(away, kClass);
  shares.Charge(here, kClass, 1000);
  EXPECT_EQ(shares.served(shares.Join(2, kClass), kClass), 1000u);
  EXPECT_EQ(shares.served(shares.Join(3, kClass), kClass), 1000u);
}

TEST(TenantShares, WhoWasServedMoreIsRememberedWhileAway) {
  TenantShares shares(4);
  const std::uint32_t a = shares.Join(1, kClass);
  shares.Join(2, kClass);
  shares.Charge(a, kClass, 1000);
  shares.Leave(a, kClass);
  EXPECT_EQ(shares.served(shares.Join(1, kClass), kClass), 1000u);
}

TEST(TenantShares, ClassesHaveAccountsOfTheirOwn) {
  TenantShares shares(4);
  const std::uint32_t a = shares.Join(1, kClass);
  shares.Charge(a, kClass, 1000);
  EXPECT_EQ(shares.served(shares.Join(1, api::Priority::kBatch), api::Priority::kBatch), 0u);
}

TEST(TenantShares, AnyNumberOfTenantsMayComeAndGo) {
  TenantShares shares(2);
  const std::uint32_t stays = shares.Join(7, kClass);
  shares.Charge(stays, kClass, 50);
  for (std::uint64_t tenant = 100; tenant < 1000; ++tenant) {
    const std::uint32_t account = shares.Join(tenant, kClass);
    EXPECT_EQ(shares.served(account, kClass), 50u);
    shares.Charge(account, kClass, 10);
    shares.Leave(account, kClass);
  }
  EXPECT_EQ(shares.served(stays, kClass), 50u);
  EXPECT_EQ(shares.members(stays), 1u);
}

}  // namespace
}  // namespace ganglion::sched
