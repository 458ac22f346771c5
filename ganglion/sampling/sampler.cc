#include "ganglion/sampling/sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/sampling/limits.h"

namespace ganglion::sampling {
namespace {

// Truncation rarely looks further than this, and sorting so few costs less than the scan before.
constexpr std::size_t kFirstSorted = 256;

// Of a top-k up to this the likeliest tokens are kept in order while the logits are scanned.
constexpr std::int32_t kInserted = 256;

// Tokens whose weights are summed in single precision.
constexpr std::size_t kPiece = 1024;

// A mask that leaves less than one token in so many is gone through token by token.
constexpr std::size_t kFewTokens = 8;

// What truncation may keep is looked for among tokens of at least these weights in turn.
constexpr float kLikely[] = {1e-2f, 1e-4f, 0.0f};
constexpr double kMargin = 1.0001;  // more than the weights are off

bool Truncates(const api::SamplingOptions& options) {
  return options.top_k > 0 || options.top_p < 1 || options.min_p > 0;
}

std::size_t CountBits(std::span<const std::uint32_t> mask) {
  std::size_t bits = 0;
  for (const std::uint32_t word : mask) bits += static_cast<std::size_t>(std::popcount(word));
  return bits;
}

void HideMasked(std::span<float> logits, std::span<const std::uint32_t> mask) {
  for (std::size_t word = 0; word * 32 < logits.size(); ++word) {
    for (std::uint32_t bits = ~mask[word]; bits != 0; bits &= bits - 1) {
      const std::size_t i = word * 32 + static_cast<std::size_t>(std::countr_zero(bits));
      if (i < logits.size()) logits[i] = -std::numeric_limits<float>::infinity();
    }
  }
}

}  // namespace

SamplerState::SamplerState(const api::SamplingOptions& options_in,
                           std::vector<api::LogitBias> bias_in)
    : options(options_in), bias(std::move(bias_in)), rng(options_in.seed) {}

Sampler::Sampler(std::size_t vocabulary_size)
    : weights_(vocabulary_size),
      piece_sums_((vocabulary_size + kPiece - 1) / kPiece),
      counts_(vocabulary_size) {
  GN_CHECK(vocabulary_size > 0 && vocabulary_size <= kVocabularyMax);
  candidates_.reserve(vocabulary_size);
}

TokenId Sampler::Sample(SamplerState& state, std::span<const TokenId> tokens,
                        std::span<float> logits, std::span<const std::uint32_t> mask) {
  GN_CHECK(logits.size() == counts_.size());
  GN_CHECK(mask.empty() || mask.size() >= (logits.size() + 31) / 32);
  AddBias(state, logits);
  ApplyPenalties(state.options, tokens, logits);
  if (mask.empty() || CountBits(mask) * kFewTokens >= logits.size()) {
    return SampleAll(state, logits, mask);
  }
  Collect(logits, mask);
  if (candidates_.empty()) return kNoToken;
  if (candidates_.size() == 1) return TokenId{candidates_[0].token};
  const TokenId likeliest = Greedy();
  const float largest = logits[static_cast<std::size_t>(Value(likeliest))];
  if (state.options.temperature == 0 || std::isinf(largest)) return likeliest;
  double total = 0;
  for (const Candidate& candidate : candidates_) {
    total += Weight(state, candidate, largest);
  }
  return Truncates(state.options) ? DrawTruncated(state, largest, total)
                                  : Draw(state, candidates_.size(), largest, total);
}

TokenId Sampler::SampleAll(SamplerState& state, std::span<float> logits,
                           std::span<const std::uint32_t> mask) {
  if (!mask.empty()) HideMasked(logits, mask);
  const std::size_t likeliest = kernels::Kernels().arg_max(logits.data(), logits.size());
  if (likeliest == logits.size()) return kNoToken;
  const TokenId token{static_cast<std::int32_t>(likeliest)};
  const float largest = logits[likeliest];
  if (state.options.temperature == 0 || std::isinf(largest)) return token;
  Weigh(logits, largest, 1 / state.options.temperature);
  if (weights_sum_ == 1) return token;  // all others are impossible
  if (!Truncates(state.options)) return DrawFromAll(state.rng);
  const std::int32_t k = state.options.top_k;
  if (k > 0 && k <= kInserted) {
    CollectTop(static_cast<std::size_t>(k), logits);
  } else {
    CollectLikely(state.options, logits);
  }
  return DrawTruncated(state, largest, weights_sum_);
}

void Sampler::Weigh(std::span<const float> logits, float largest, float factor) {
  weights_sum_ = 0;
  for (std::size_t begin = 0; begin < logits.size(); begin += kPiece) {
    const std::size_t piece = begin / kPiece;
    piece_sums_[piece] = static_cast<double>(
        kernels::Kernels().softmax_weights({.x = logits.data() + begin,
                                            .y = weights_.data() + begin,
                                            .count = std::min(kPiece, logits.size() - begin),
                                            .largest = largest,
                                            .factor = factor}));
    weights_sum_ += piece_sums_[piece];
  }
}

TokenId Sampler::DrawFromAll(Rng& rng) {
  double left = rng.Uniform() * weights_sum_;
  std::size_t piece = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < piece_sums_.size() && left >= 0; ++i) {
    if (piece_sums_[i] > 0) piece = i;
    if (piece_sums_[i] > left) break;
    left -= piece_sums_[i];
  }
  const std::size_t end = std::min((piece + 1) * kPiece, weights_.size());
  for (std::size_t i = piece * kPiece; i < end; ++i) {
    if (weights_[i] > 0) last = i;
    left -= static_cast<double>(weights_[i]);
    if (left < 0) break;
  }
  return TokenId{static_cast<std::int32_t>(last)};  // where rounding left some over, the last one
}

// Fills candidates_ with the k likeliest tokens, in their order. Hardly any token passes the bar
// once the first few thousand were seen, however flat the distribution is.
void Sampler::CollectTop(std::size_t k, std::span<const float> logits) {
  candidates_.clear();
  float bar = -std::numeric_limits<float>::infinity();  // to be passed, once there are k
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!(logits[i] > bar) || !(weights_[i] > 0)) continue;
    const Candidate candidate{logits[i], static_cast<std::int32_t>(i)};
    if (candidates_.size() == k) candidates_.pop_back();
    candidates_.insert(
        std::upper_bound(candidates_.begin(), candidates_.end(), candidate, IsBefore), candidate);
    if (candidates_.size() == k) bar = candidates_.back().logit;
  }
}

// Fills candidates_ with the tokens of at least some weight, so many that truncation cannot ask for
// one more.
void Sampler::CollectLikely(const api::SamplingOptions& options, std::span<const float> logits) {
  const auto k = static_cast<std::size_t>(options.top_k);
  for (const float weight : kLikely) {
    double sum = 0;
    candidates_.clear();
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (!(weights_[i] > 0 && weights_[i] >= weight)) continue;
      candidates_.push_back({logits[i], static_cast<std::int32_t>(i)});
      sum += static_cast<double>(weights_[i]);
    }
    const bool reaches_p =
        options.top_p < 1 && sum > static_cast<double>(options.top_p) * weights_sum_ * kMargin;
    const bool reaches_min_p = options.min_p > weight * static_cast<float>(kMargin);
    if (options.top_k > 0 ? candidates_.size() >= k : reaches_p || reaches_min_p) return;
  }
}

void Sampler::AddBias(const SamplerState& state, std::span<float> logits) {
  for (const api::LogitBias& bias : state.bias) {
    float& logit = logits[static_cast<std::size_t>(bias.token)];
    logit =
        bias.bias <= -kLogitBiasMax ? -std::numeric_limits<float>::infinity() : logit + bias.bias;
  }
}

void Sampler::ApplyPenalties(const api::SamplingOptions& options, std::span<const TokenId> tokens,
                             std::span<float> logits) {
  const float repetition = options.repetition_penalty;
  if (repetition == 1 && options.presence_penalty == 0 && options.frequency_penalty == 0) return;
  const auto window =
      tokens.last(std::min(tokens.size(), static_cast<std::size_t>(options.penalty_last_n)));
  for (const TokenId token : window) ++counts_[static_cast<std::size_t>(Value(token))];
  // A token that stands in the window several times is visited as often, but changed once.
  for (const TokenId token : window) {
    const auto index = static_cast<std::size_t>(Value(token));
    if (counts_[index] == 0) continue;
    float& logit = logits[index];
    logit = logit > 0 ? logit / repetition : logit * repetition;
    logit -=
        options.presence_penalty + options.frequency_penalty * static_cast<float>(counts_[index]);
    counts_[index] = 0;
  }
}

void Sampler::Collect(std::span<const float> logits, std::span<const std::uint32_t> mask) {
  candidates_.clear();
  const auto take = [this, logits](std::size_t i) {
    if (!(logits[i] > -std::numeric_limits<float>::infinity())) return;
    candidates_.push_back({logits[i], static_cast<std::int32_t>(i)});
  };
  if (mask.empty()) {
    for (std::size_t i = 0; i < logits.size(); ++i) take(i);
    return;
  }
  for (std::size_t word = 0; word * 32 < logits.size(); ++word) {
    for (std::uint32_t bits = mask[word]; bits != 0; bits &= bits - 1) {
      const std::size_t i = word * 32 + static_cast<std::size_t>(std::countr_zero(bits));
      if (i < logits.size()) take(i);
    }
  }
}

bool Sampler::IsBefore(const Candidate& a, const Candidate& b) {
  return a.logit > b.logit || (a.logit == b.logit && a.token < b.token);
}

TokenId Sampler::Greedy() const {
  return TokenId{std::min_element(candidates_.begin(), candidates_.end(), IsBefore)->token};
}

// Proportional to the probability; 1 for the most likely.
double Sampler::Weight(const SamplerState& state, const Candidate& candidate, float largest) {
  return std::exp((static_cast<double>(candidate.logit) - static_cast<double>(largest)) /
                  static_cast<double>(state.options.temperature));
}

// One of the first `count` candidates, whose weights sum up to `total`.
TokenId Sampler::Draw(SamplerState& state, std::size_t count, float largest, double total) {
  if (count == 1) return TokenId{candidates_[0].token};
  const double goal = state.rng.Uniform() * total;
  double sum = 0;
  std::int32_t last = candidates_[0].token;
  for (std::size_t i = 0; i < count; ++i) {
    const double weight = Weight(state, candidates_[i], largest);
    if (weight > 0) last = candidates_[i].token;
    sum += weight;
    if (sum > goal) break;
  }
  return TokenId{last};  // where rounding left the sum below the goal, the last possible one
}

// Sorts candidates until the first `wanted` of them, at least, are in their final order.
void Sampler::SortUpTo(std::size_t wanted, std::size_t& sorted) {
  if (wanted <= sorted) return;
  const auto at = [this](std::size_t i) {
    return candidates_.begin() + static_cast<std::ptrdiff_t>(i);
  };
  const std::size_t end =
      std::min(candidates_.size(), std::max({kFirstSorted, sorted * 4, wanted}));
  std::nth_element(at(sorted), at(end - 1), candidates_.end(), IsBefore);
  std::sort(at(sorted), at(end), IsBefore);
  sorted = end;
}

// What top-k, top-p and min-p keep is in each case the beginning of the candidates in their order.
// So only that beginning is sorted, in growing pieces until it is long enough.
TokenId Sampler::DrawTruncated(SamplerState& state, float largest, double total_of_all) {
  std::size_t k = candidates_.size();
  std::size_t sorted = 0;
  double sum = total_of_all;
  if (state.options.top_k > 0 && static_cast<std::size_t>(state.options.top_k) <= k) {
    k = static_cast<std::size_t>(state.options.top_k);
    SortUpTo(k, sorted);
    sum = 0;
    for (std::size_t i = 0; i < k; ++i) sum += Weight(state, candidates_[i], largest);
  }
  const double wanted = state.options.top_p < 1 ? static_cast<double>(state.options.top_p) * sum
                                                : std::numeric_limits<double>::infinity();
  double total = 0;
  std::size_t kept = 0;
  while (kept < k && total < wanted) {
    SortUpTo(kept + 1, sorted);
    const double weight = Weight(state, candidates_[kept], largest);
    if (weight < static_cast<double>(state.options.min_p)) break;
    total += weight;
    ++kept;
  }
  return Draw(state, kept, largest, total);
}

double Sampler::LogSum(std::span<const float> logits) {
  GN_CHECK(logits.size() <= weights_.size());
  const std::size_t likeliest = kernels::Kernels().arg_max(logits.data(), logits.size());
  if (likeliest == logits.size()) return -std::numeric_limits<double>::infinity();
  Weigh(logits, logits[likeliest], 1);
  return static_cast<double>(logits[likeliest]) + std::log(weights_sum_);
}

std::size_t Sampler::FindLikeliest(std::span<const float> logits, double log_sum,
                                   std::span<Likely> top) {
  std::size_t found = 0;
  float bar = -std::numeric_limits<float>::infinity();  // to be passed, once `top` is full
  for (std::size_t i = 0; i < logits.size() && !top.empty(); ++i) {
    if (!(logits[i] > bar)) continue;
    std::size_t at = found < top.size() ? found++ : found - 1;
    for (; at > 0 && top[at - 1].logprob < logits[i]; --at) top[at] = top[at - 1];
    top[at] = {TokenId{static_cast<std::int32_t>(i)}, logits[i]};
    if (found == top.size()) bar = top.back().logprob;
  }
  for (Likely& likely : top.first(found)) {
    likely.logprob = static_cast<float>(static_cast<double>(likely.logprob) - log_sum);
  }
  return found;
}

}  // namespace ganglion::sampling
