#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/rng.h"
#include "ganglion/base/status.h"

namespace ganglion::sampling {

// The error names the field, its value and what it may be.
Status Validate(const api::SamplingOptions& options);
// The same for a bias, whose tokens lie below `vocabulary_size`.
Status Validate(std::span<const api::LogitBias> bias, std::size_t vocabulary_size);

// What the choices of one answer depend on, beside its logits and its tokens.
struct SamplerState {
  // Both are valid.
  explicit SamplerState(const api::SamplingOptions& options = {},
                        std::vector<api::LogitBias> bias = {});

  api::SamplingOptions options;
  std::vector<api::LogitBias> bias;
  Rng rng;
};

// A token with the logarithm of its probability.
struct Likely {
  TokenId token = kNoToken;
  float logprob = 0;
};

// Chooses the next token of an answer from the logits of a model. One serves any number of answers,
// one after the other.
//
// In this order: the bias is added, where -100 forbids its token; the mask takes away what the
// grammar forbids; the penalties change the logits of the tokens in the window; temperature 0 takes
// the largest logit (of equals, the lowest token); any other divides the logits, and then top-k
// keeps the k most likely, top-p the fewest of those that have at least the probability p together,
// min-p those at least min_p times as likely as the first. One of the rest is drawn by its
// probability, with one random number. Of two equal logits the lower token counts as the more
// likely. Where one token is left, no random number is used.
//
// The choice depends on the state, the logits and the tokens, and on nothing else. Logits that are
// not a number count as minus infinity.
//
// Where the mask leaves most of the vocabulary, the logits are handled as one array by the kernels;
// where it leaves few tokens, these alone are looked at.
//
// Thread: its owner's. Memory: allocates in the constructor and never again.
class Sampler {
 public:
  explicit Sampler(std::size_t vocabulary_size);

  // Overwrites the logits. `tokens` are those of the prompt and of the answer so far: the penalties
  // look back at the last of them. Bit i % 32 of word i / 32 of `mask` says whether token i is
  // allowed; an empty mask allows all. kNoToken where nothing allowed has a logit above minus
  // infinity.
  TokenId Sample(SamplerState& state, std::span<const TokenId> tokens, std::span<float> logits,
                 std::span<const std::uint32_t> mask);

  // Logarithm of the sum of the exponentials of some logits, at most a vocabulary of them: what to
  // take off a logit to have its log probability.
  double LogSum(std::span<const float> logits);

  // Fills `top` with the likeliest tokens, the likeliest first, of equals the lowest; `log_sum` is
  // LogSum() of the same logits. Returns how many there are with a probability above 0.
  static std::size_t FindLikeliest(std::span<const float> logits, double log_sum,
                                   std::span<Likely> top);

 private:
  struct Candidate {
    float logit;
    std::int32_t token;
  };

  static void AddBias(const SamplerState& state, std::span<float> logits);
  void ApplyPenalties(const api::SamplingOptions& options, std::span<const TokenId> tokens,
                      std::span<float> logits);
  TokenId SampleAll(SamplerState& state, std::span<float> logits,
                    std::span<const std::uint32_t> mask);
  void Weigh(std::span<const float> logits, float largest, float factor);
  TokenId DrawFromAll(Rng& rng);
  void CollectTop(std::size_t k, std::span<const float> logits);
  void CollectLikely(const api::SamplingOptions& options, std::span<const float> logits);
  void Collect(std::span<const float> logits, std::span<const std::uint32_t> mask);
  static bool IsBefore(const Candidate& a, const Candidate& b);
  TokenId Greedy() const;
  TokenId Draw(SamplerState& state, std::size_t count, float largest, double total);
  void SortUpTo(std::size_t wanted, std::size_t& sorted);
  TokenId DrawTruncated(SamplerState& state, float largest, double total);
  static double Weight(const SamplerState& state, const Candidate& candidate, float largest);

  std::vector<Candidate> candidates_;
  std::vector<float> weights_;      // of every token, 1 for the likeliest
  std::vector<double> piece_sums_;  // of the weights of kPiece tokens each
  double weights_sum_ = 0;
  std::vector<std::int32_t> counts_;  // of each token in the window; 0 between two calls
};

}  // namespace ganglion::sampling
