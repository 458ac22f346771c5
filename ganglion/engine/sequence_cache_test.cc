#include "ganglion/engine/sequence_cache.h"

#include <cstring>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion::engine {
namespace {

constexpr KvShape kShape = {.layers = 1, .heads = 1, .key_dim = 1, .value_dim = 1};

// Plays the model: leaves each token's number where its key would be.
class Player {
 public:
  explicit Player(SequenceCache::Limits limits)
      : cache_(limits,
               *KvStorage::Create(kShape, KvType::kF32, SequenceCache::PagesNeeded(limits))) {}

  std::uint32_t Play(const std::vector<TokenId>& tokens, std::size_t prompt) {
    const std::uint32_t cached = cache_.Begin(std::span(tokens).first(prompt));
    for (std::size_t at = cached; at < tokens.size();) {
      const std::size_t count = std::min<std::size_t>(at < prompt ? 5 : 1, tokens.size() - at);
      cache_.Extend(std::span(tokens).subspan(at, count));
      for (std::size_t i = at; i < at + count; ++i) {
        std::memcpy(Key(i), &tokens[i], sizeof(TokenId));
      }
      at += count;
    }
    Verify(tokens);
    cache_.End();
    cache_.pool().CheckInvariants();
    return cached;
  }

 private:
  void Verify(const std::vector<TokenId>& tokens) {
    ASSERT_EQ(cache_.tokens().size(), tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      ASSERT_EQ(cache_.tokens()[i], tokens[i]);
      ASSERT_EQ(std::memcmp(Key(i), &tokens[i], sizeof(TokenId)), 0) << "position " << i;
    }
  }

  std::byte* Key(std::size_t position) {
    const PageId page = cache_.pages().pages()[position / kPageTokens];
    return cache_.storage().page(page) + (position % kPageTokens) * sizeof(TokenId);
  }

  SequenceCache cache_;
};

std::vector<TokenId> Tokens(std::size_t count, int first) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(TokenId{first + static_cast<int>(i)});
  return tokens;
}

std::vector<TokenId> operator+(std::vector<TokenId> a, const std::vector<TokenId>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(SequenceCache, ACommonBeginningIsTakenOver) {
  Player player({.tokens = 200, .kept = 2});
  const auto system = Tokens(70, 1000);
  EXPECT_EQ(player.Play(system + Tokens(20, 1), 80), 0u);
  EXPECT_EQ(player.Play(system + Tokens(30, 500), 90), 70u);
  EXPECT_EQ(player.Play(system + Tokens(50, 1), 115), 90u);  // goes on with the first
  EXPECT_EQ(player.Play(Tokens(50, 7), 50), 0u);
  EXPECT_EQ(player.Play(system + Tokens(2, 900), 72), 70u);
}

TEST(SequenceCache, OneTokenIsAlwaysLeftToCompute) {
  Player player({.tokens = 100, .kept = 1});
  player.Play(Tokens(64, 1), 64);
  EXPECT_EQ(player.Play(Tokens(64, 1), 64), 63u);
  EXPECT_EQ(player.Play(Tokens(1, 1), 1), 0u);
}

TEST(SequenceCache, WithoutKeptSequencesNothingIsReused) {
  Player player({.tokens = 100, .kept = 0});
  player.Play(Tokens(100, 1), 64);
  EXPECT_EQ(player.Play(Tokens(100, 1), 64), 0u);
}

TEST(SequenceCache, RandomSequencesFindTheirOwnKeys) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  for (int round = 0; round < 30; ++round) {
    const auto tokens_max = static_cast<std::uint32_t>(1 + rng.Below(300));
    Player player({.tokens = tokens_max, .kept = static_cast<std::uint32_t>(rng.Below(5))});
    std::vector<std::vector<TokenId>> seen = {{TokenId{1}}};
    for (int i = 0; i < 60; ++i) {
      std::vector<TokenId> tokens = seen[rng.Below(seen.size())];
      tokens.resize(1 + rng.Below(tokens.size()));
      for (std::size_t n = rng.Below(tokens_max); n > 0 && tokens.size() < tokens_max; --n) {
        tokens.push_back(TokenId{static_cast<int>(rng.Below(3))});
      }
      player.Play(tokens, 1 + rng.Below(tokens.size()));
      if (::testing::Test::HasFatalFailure()) return;
      seen.push_back(std::move(tokens));
    }
  }
}

TEST(SequenceCache, DoesNotAllocate) {
  Player player({.tokens = 200, .kept = 3});
  const auto a = Tokens(150, 1), b = Tokens(70, 1) + Tokens(60, 900);
  const std::size_t before = testing::AllocationCount();
  for (int i = 0; i < 10; ++i) {
    player.Play(a, 100);
    player.Play(b, 110);
  }
  // CheckInvariants() of the pool is the only one who allocates here: once a call.
  EXPECT_LE(testing::AllocationCount() - before, 20u);
}

}  // namespace
}  // namespace ganglion::engine
