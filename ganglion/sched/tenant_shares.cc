#include "ganglion/sched/tenant_shares.h"

#include <algorithm>
#include <numeric>

#include "ganglion/base/check.h"

namespace ganglion::sched {
namespace {

constexpr std::size_t Index(api::Priority priority) { return static_cast<std::size_t>(priority); }

}  // namespace

// Twice as many as can be there at once, so that those who left lately are remembered.
TenantShares::TenantShares(std::uint32_t sequences_max)
    : accounts_(std::size_t{2} * sequences_max) {
  GN_CHECK(sequences_max > 0);
}

std::uint32_t TenantShares::members(std::uint32_t account) const {
  const auto& sequences = accounts_[account].sequences;
  return std::accumulate(sequences.begin(), sequences.end(), std::uint32_t{0});
}

std::uint32_t TenantShares::Find(std::uint64_t tenant) {
  // The room of one that was never used, or else of who has the least to lose by being forgotten.
  std::uint32_t room = 0;
  std::uint64_t lost_least = UINT64_MAX;
  for (std::uint32_t i = 0; i < accounts_.size(); ++i) {
    const Account& account = accounts_[i];
    if (account.is_known && account.tenant == tenant) return i;
    if (account.is_known && members(i) > 0) continue;
    std::uint64_t lost = 0;
    for (std::size_t c = 0; account.is_known && c < api::kPriorities; ++c) {
      lost = std::max(lost, account.served[c] - std::min(account.served[c], floor_[c]) + 1);
    }
    if (lost < lost_least) {
      lost_least = lost;
      room = i;
    }
  }
  GN_CHECK(lost_least != UINT64_MAX);
  accounts_[room] = Account{.is_known = true, .tenant = tenant};
  return room;
}

std::uint32_t TenantShares::Join(std::uint64_t tenant, api::Priority priority) {
  const std::size_t c = Index(priority);
  const std::uint32_t index = Find(tenant);
  Account& account = accounts_[index];
  if (account.sequences[c] == 0) {
    std::uint64_t least = UINT64_MAX;
    for (const Account& other : accounts_) {
      if (other.sequences[c] > 0) least = std::min(least, other.served[c]);
    }
    if (least != UINT64_MAX) floor_[c] = std::max(floor_[c], least);
    account.served[c] = std::max(account.served[c], floor_[c]);
  }
  ++account.sequences[c];
  return index;
}

void TenantShares::Leave(std::uint32_t account, api::Priority priority) {
  std::uint32_t& sequences = accounts_[account].sequences[Index(priority)];
  GN_CHECK(sequences > 0);
  --sequences;
}

void TenantShares::Charge(std::uint32_t account, api::Priority priority, std::uint64_t tokens) {
  accounts_[account].served[Index(priority)] += tokens;
}

std::uint64_t TenantShares::served(std::uint32_t account, api::Priority priority) const {
  return accounts_[account].served[Index(priority)];
}

void TenantShares::SetNext(std::uint32_t account, api::Priority priority) {
  std::uint64_t& floor = floor_[Index(priority)];
  floor = std::max(floor, served(account, priority));
}

}  // namespace ganglion::sched
