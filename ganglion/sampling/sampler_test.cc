#include "ganglion/sampling/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion::sampling {
namespace {

using ::testing::HasSubstr;

constexpr float kNone = -std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The definition, one step after the other, over whole vectors. Gives the probability of each
// token.
std::vector<double> Probabilities(const api::SamplingOptions& options, std::vector<double> logits,
                                  const std::vector<bool>& allowed, const std::vector<int>& seen) {
  const std::size_t n = logits.size();
  std::vector<int> counts(n);
  const auto last_n = static_cast<std::size_t>(options.penalty_last_n);
  for (std::size_t i = seen.size() > last_n ? seen.size() - last_n : 0; i < seen.size(); ++i) {
    ++counts[static_cast<std::size_t>(seen[i])];
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (counts[i] == 0) continue;
    const double repetition = options.repetition_penalty;
    logits[i] = logits[i] > 0 ? logits[i] / repetition : logits[i] * repetition;
    logits[i] -=
        options.presence_penalty + options.frequency_penalty * static_cast<float>(counts[i]);
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < n; ++i) {
    if (allowed[i]) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  std::vector<double> p(n);
  if (options.temperature == 0) {
    p[order[0]] = 1;
    return p;
  }
  if (options.top_k > 0) order.resize(std::min(order.size(), std::size_t(options.top_k)));
  const auto normalize = [&] {
    double sum = 0;
    std::fill(p.begin(), p.end(), 0.0);
    for (const std::size_t i : order) {
      sum += p[i] = std::exp((logits[i] - logits[order[0]]) / options.temperature);
    }
    for (double& x : p) x /= sum;
  };
  normalize();
  double sum = 0;
  std::size_t kept = 0;
  while (kept < order.size() && (kept == 0 || sum < options.top_p)) sum += p[order[kept++]];
  order.resize(kept);
  while (order.size() > 1 && p[order.back()] < options.min_p * p[order[0]]) order.pop_back();
  normalize();
  return p;
}

std::vector<std::uint32_t> MaskOf(const std::vector<bool>& allowed) {
  std::vector<std::uint32_t> mask((allowed.size() + 31) / 32);
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i]) mask[i / 32] |= std::uint32_t{1} << (i % 32);
  }
  return mask;
}

// A sampler with the state and the tokens of one answer.
class OneAnswer {
 public:
  explicit OneAnswer(std::size_t vocabulary_size) : sampler_(vocabulary_size) {
    tokens_.reserve(10'000);
  }
  void Start(const api::SamplingOptions& options) {
    ASSERT_TRUE(Validate(options).ok());
    state_ = SamplerState(options);
    tokens_.clear();
  }
  void Observe(TokenId token) { tokens_.push_back(token); }
  TokenId Sample(std::span<float> logits, std::span<const std::uint32_t> mask) {
    return sampler_.Sample(state_, tokens_, logits, mask);
  }

 private:
  Sampler sampler_;
  SamplerState state_;
  std::vector<TokenId> tokens_;
};

int SampleOnce(OneAnswer& sampler, std::vector<float> logits,
               const std::vector<std::uint32_t>& mask = {}) {
  return Value(sampler.Sample(logits, mask));
}

api::SamplingOptions RandomOptions(testing::SeededRng& rng) {
  const auto maybe = [&rng](float value, float otherwise) {
    return rng.Below(2) == 0 ? value : otherwise;
  };
  const auto fraction = [&rng] { return static_cast<float>(rng.Below(1000)) / 1000.0f; };
  api::SamplingOptions options;
  options.temperature = 0.2f + 2 * fraction();
  options.top_k = static_cast<std::int32_t>(rng.Below(2) * rng.Below(50));
  options.top_p = maybe(0.05f + 0.9f * fraction(), 1);
  options.min_p = maybe(0.5f * fraction(), 0);
  options.repetition_penalty = maybe(0.5f + fraction(), 1);
  options.presence_penalty = maybe(4 * fraction() - 2, 0);
  options.frequency_penalty = maybe(fraction() - 0.5f, 0);
  options.penalty_last_n = static_cast<std::int32_t>(rng.Below(20));
  options.seed = rng.Below(1u << 30);
  return options;
}

TEST(Sampler, DrawsWhatTheDefinitionSays) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  constexpr std::size_t kTokens = 60;
  constexpr int kDraws = 4000;
  OneAnswer sampler(kTokens);
  for (int round = 0; round < 60; ++round) {
    const api::SamplingOptions options = RandomOptions(rng);
    std::vector<float> logits(kTokens);
    for (float& x : logits) x = static_cast<float>(rng.Below(9000)) / 1000.0f - 5;
    std::vector<bool> allowed(kTokens);
    const bool few = round % 3 == 0;  // these are handled one by one
    for (std::size_t i = 0; i < kTokens; ++i) {
      allowed[i] = few ? rng.Below(12) == 0 : rng.Below(3) != 0;
    }
    allowed[rng.Below(kTokens)] = true;
    sampler.Start(options);
    std::vector<int> seen;
    for (std::size_t i = rng.Below(30); i > 0; --i) {
      seen.push_back(static_cast<int>(rng.Below(kTokens)));
      sampler.Observe(TokenId{seen.back()});
    }
    const auto p = Probabilities(options, {logits.begin(), logits.end()}, allowed, seen);
    std::vector<int> drawn(kTokens);
    for (int i = 0; i < kDraws; ++i) {
      ++drawn[static_cast<std::size_t>(SampleOnce(sampler, logits, MaskOf(allowed)))];
    }
    double chi_square = 0;
    int degrees = -1;
    for (std::size_t i = 0; i < kTokens; ++i) {
      const double expected = p[i] * kDraws;
      if (p[i] == 0) {
        EXPECT_EQ(drawn[i], 0) << "round " << round << ", token " << i;
      } else {
        chi_square += (drawn[i] - expected) * (drawn[i] - expected) / std::max(expected, 1.0);
        ++degrees;
      }
    }
    // Mean `degrees`, variance about twice that: seven deviations are one in 10^9 or rarer.
    EXPECT_LT(chi_square, degrees + 7 * std::sqrt(2.0 * degrees) + 12) << "round " << round;
  }
}

TEST(Sampler, GreedyTakesTheLargestAndOfEqualsTheFirst) {
  OneAnswer sampler(5);
  sampler.Start({});
  EXPECT_EQ(SampleOnce(sampler, {1, 4, 2, 4, 3}), 1);
  EXPECT_EQ(SampleOnce(sampler, {1, 4, 2, 4, 3}, {0b11101}), 3);
  EXPECT_EQ(SampleOnce(sampler, {-1, -4, kNone, kNan, -0.5f}), 4);
}

TEST(Sampler, ManyCandidatesAreSortedAsFarAsNeeded) {
  constexpr std::size_t kTokens = 600;
  OneAnswer sampler(kTokens);
  api::SamplingOptions options;
  options.temperature = 1;
  options.min_p = 0.9999f;
  std::vector<float> logits(kTokens);
  for (std::size_t i = 0; i < kTokens; ++i) {
    logits[i] = static_cast<float>(i * 7919 % kTokens) * 1e-9f;  // almost flat
  }
  const auto draw = [&](int draws) {
    sampler.Start(options);
    std::vector<bool> drawn(kTokens);
    for (int i = 0; i < draws; ++i) {
      drawn[static_cast<std::size_t>(SampleOnce(sampler, logits))] = true;
    }
    return drawn;
  };
  const auto by_min_p = draw(4000);
  EXPECT_GT(std::count(by_min_p.begin(), by_min_p.end(), true), 585);
  options.min_p = 0;
  options.top_k = 400;
  const auto by_top_k = draw(2500);
  for (std::size_t i = 0; i < kTokens; ++i) {
    EXPECT_FALSE(by_top_k[i] && logits[i] < 199.5f * 1e-9f) << i;
  }
  EXPECT_GT(std::count(by_top_k.begin(), by_top_k.end(), true), 385);
}

TEST(Sampler, NothingToChooseFromIsSaid) {
  OneAnswer sampler(40);
  api::SamplingOptions options;
  for (const float temperature : {0.0f, 1.0f}) {
    options.temperature = temperature;
    sampler.Start(options);
    EXPECT_EQ(SampleOnce(sampler, std::vector<float>(40, 1), {0, 0}), -1);
    EXPECT_EQ(SampleOnce(sampler, std::vector<float>(40, kNan)), -1);
    EXPECT_EQ(SampleOnce(sampler, std::vector<float>(40, kNone)), -1);
    // Bits beyond the vocabulary mean nothing.
    EXPECT_EQ(SampleOnce(sampler, std::vector<float>(40, 1), {0, 0xffffff00}), -1);
  }
}

TEST(Sampler, AnInfiniteLogitWins) {
  OneAnswer sampler(3);
  api::SamplingOptions options;
  options.temperature = 1;
  options.top_p = 0.5f;
  sampler.Start(options);
  EXPECT_EQ(SampleOnce(sampler, {0, -kNone, 1}), 1);
}

TEST(Sampler, TheSeedDecides) {
  OneAnswer sampler(100);
  api::SamplingOptions options;
  options.temperature = 1.5f;
  const auto run = [&](std::uint64_t seed) {
    options.seed = seed;
    sampler.Start(options);
    std::vector<int> tokens;
    for (int i = 0; i < 20; ++i) {
      std::vector<float> logits(100);
      for (std::size_t j = 0; j < 100; ++j) {
        logits[j] = static_cast<float>((j * 37 + static_cast<std::size_t>(i)) % 11);
      }
      tokens.push_back(SampleOnce(sampler, logits));
    }
    return tokens;
  };
  const auto first = run(1);
  EXPECT_NE(run(2), first);
  EXPECT_EQ(run(1), first);
}

TEST(Sampler, ASingleCandidateUsesNoRandomNumber) {
  api::SamplingOptions options;
  options.temperature = 1;
  OneAnswer a(64), b(64);
  a.Start(options);
  b.Start(options);
  const std::vector<float> logits(64, 0.0f);
  EXPECT_EQ(SampleOnce(a, logits, {0, 1}), 32);
  EXPECT_EQ(SampleOnce(a, logits), SampleOnce(b, logits));
}

TEST(Sampler, TheWindowForgets) {
  OneAnswer sampler(4);
  api::SamplingOptions options;
  options.presence_penalty = 2;
  options.penalty_last_n = 2;
  sampler.Start(options);
  const std::vector<float> logits = {3, 2.5f, 2, 0};
  EXPECT_EQ(SampleOnce(sampler, logits), 0);
  sampler.Observe(TokenId{0});
  EXPECT_EQ(SampleOnce(sampler, logits), 1);
  sampler.Observe(TokenId{1});
  EXPECT_EQ(SampleOnce(sampler, logits), 2);
  sampler.Observe(TokenId{2});  // 0 is forgotten
  EXPECT_EQ(SampleOnce(sampler, logits), 0);
  sampler.Start(options);
  EXPECT_EQ(SampleOnce(sampler, logits), 0);
}

TEST(Sampler, SamplesWithoutAllocating) {
  constexpr std::size_t kTokens = 3000;
  OneAnswer sampler(kTokens);
  api::SamplingOptions options;
  options.temperature = 1;
  options.top_p = 0.9f;
  options.top_k = 100;
  options.repetition_penalty = 1.1f;
  std::vector<float> logits(kTokens);
  const std::size_t before = testing::AllocationCount();
  sampler.Start(options);
  for (int i = 0; i < 100; ++i) {
    std::iota(logits.begin(), logits.end(), 0.0f);
    sampler.Observe(sampler.Sample(logits, {}));
  }
  EXPECT_EQ(testing::AllocationCount(), before);
}

TEST(Sampler, ABiasIsAddedBeforeAllElseAndForbids) {
  Sampler sampler(40);
  api::SamplingOptions options;
  options.presence_penalty = 1;
  std::vector<float> plain(40);
  plain[3] = 5;
  const std::vector<TokenId> seen = {TokenId{3}};
  const auto choose = [&](std::vector<api::LogitBias> bias, std::vector<std::uint32_t> mask = {}) {
    SamplerState state(options, std::move(bias));
    std::vector<float> logits = plain;
    return Value(sampler.Sample(state, seen, logits, mask));
  };
  EXPECT_EQ(choose({}), 3);
  EXPECT_EQ(choose({{7, 3.9f}}), 3);
  EXPECT_EQ(choose({{7, 4.1f}}), 7);
  EXPECT_EQ(choose({{3, -100}}), 0);
  EXPECT_EQ(choose({{3, 100}, {7, 99}}), 3);
  EXPECT_EQ(choose({{7, 100}}, {1u << 3, 0}), 3) << "the mask stands above it";
  EXPECT_EQ(choose({{3, -100}}, {1u << 3, 0}), -1);
}

TEST(Sampler, LogProbabilitiesAreThoseOfTheSoftmax) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  constexpr std::size_t kTokens = 5000;
  Sampler sampler(kTokens);
  for (int round = 0; round < 20; ++round) {
    const std::size_t known = 1 + rng.Below(kTokens);
    std::vector<float> logits(known);
    for (float& logit : logits) {
      logit = std::floor(static_cast<float>(rng.Below(4000)) / 100 - 20) / (round % 2 == 0 ? 1 : 3);
    }
    if (known > 2) logits[1] = kNan;
    double sum = 0;
    for (const float logit : logits) {
      if (!std::isnan(logit)) sum += std::exp(static_cast<double>(logit));
    }
    const double log_sum = sampler.LogSum(logits);
    EXPECT_NEAR(log_sum, std::log(sum), 1e-5);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < known; ++i) {
      if (!std::isnan(logits[i])) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
    std::vector<Likely> top(20);
    const std::size_t count = Sampler::FindLikeliest(logits, log_sum, top);
    ASSERT_EQ(count, std::min<std::size_t>(20, order.size()));
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(static_cast<std::size_t>(Value(top[i].token)), order[i]);
      EXPECT_NEAR(top[i].logprob, static_cast<double>(logits[order[i]]) - log_sum, 1e-5);
    }
  }
  EXPECT_EQ(Sampler::FindLikeliest({}, 0, {}), 0u);
}

TEST(SamplingOptions, ABadBiasIsRefusedByName) {
  const auto error = [](std::vector<api::LogitBias> bias) {
    const Status status = Validate(bias, 50);
    return std::string(status.message());
  };
  EXPECT_EQ(error({{0, -100}, {49, 100}}), "ok");
  EXPECT_THAT(error({{50, 1}}), HasSubstr("logit_bias names token 50"));
  EXPECT_THAT(error({{-1, 1}}), HasSubstr("logit_bias names token -1"));
  EXPECT_THAT(error({{1, 101}}), HasSubstr("logit_bias is 101"));
  EXPECT_THAT(error({{1, kNan}}), HasSubstr("logit_bias"));
  EXPECT_THAT(error(std::vector<api::LogitBias>(1025)), HasSubstr("1025 entries"));
}

TEST(SamplingOptions, ErrorsNameTheField) {
  const auto error = [](auto change) {
    api::SamplingOptions options;
    change(options);
    const Status status = Validate(options);
    return std::string(status.message());
  };
  EXPECT_EQ(error([](auto&) {}), "ok");
  EXPECT_EQ(error([](auto& o) { o.top_k = -1; }), "top_k is -1; it must lie in [0, 2147483647]");
  EXPECT_THAT(error([](auto& o) { o.temperature = -0.5f; }), HasSubstr("temperature"));
  EXPECT_THAT(error([](auto& o) { o.temperature = kNan; }), HasSubstr("temperature"));
  EXPECT_THAT(error([](auto& o) { o.temperature = 101; }), HasSubstr("temperature"));
  EXPECT_THAT(error([](auto& o) { o.top_p = 0; }), HasSubstr("top_p"));
  EXPECT_THAT(error([](auto& o) { o.top_p = 1.01f; }), HasSubstr("top_p"));
  EXPECT_THAT(error([](auto& o) { o.min_p = 1; }), HasSubstr("min_p"));
  EXPECT_THAT(error([](auto& o) { o.min_p = kNan; }), HasSubstr("min_p"));
  EXPECT_THAT(error([](auto& o) { o.repetition_penalty = 0; }), HasSubstr("repetition_penalty"));
  EXPECT_THAT(error([](auto& o) { o.presence_penalty = 2.5f; }), HasSubstr("presence_penalty"));
  EXPECT_THAT(error([](auto& o) { o.frequency_penalty = -3; }), HasSubstr("frequency_penalty"));
  EXPECT_THAT(error([](auto& o) { o.penalty_last_n = 4097; }), HasSubstr("penalty_last_n"));
  EXPECT_EQ(error([](auto& o) {
              o.temperature = 100;
              o.top_p = 1;
              o.penalty_last_n = 4096;
            }),
            "ok");
}

}  // namespace
}  // namespace ganglion::sampling
