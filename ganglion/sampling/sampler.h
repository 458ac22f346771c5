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

// Chooses the next token of one answer from the logits of a model.
//
// In this order: the mask takes away what the grammar forbids; the penalties change the logits of
// the tokens in the window; temperature 0 takes the largest logit (of equals, the lowest token);
// any other divides the logits, and then top-k keeps the k most likely, top-p the fewest of those
// that have at least the probability p together, min-p those at least min_p times as likely as the
// first. One of the rest is drawn by its probability, with one random number. Of two equal logits
// the lower token counts as the more likely. Where one token is left, no random number is used.
//
// The choice depends on the options, the logits and the tokens seen since Start(), and on nothing
// else. Logits that are not a number count as minus infinity.
//
// Where the mask leaves most of the vocabulary, the logits are handled as one array by the kernels;
// where it leaves few tokens, these alone are looked at.
//
// Thread: its owner's. Memory: allocates in the constructor and never again.
class Sampler {
 public:
  explicit Sampler(std::size_t vocabulary_size);

  // Begins an answer. The options are valid.
  void Start(const api::SamplingOptions& options);

  // A token of the prompt or the answer, in their order: the penalties look back at it.
  void Observe(TokenId token);

  // Overwrites the logits. Bit i % 32 of word i / 32 of `mask` says whether token i is allowed; an
  // empty mask allows all. kNoToken where nothing allowed has a logit above minus infinity.
  TokenId Sample(std::span<float> logits, std::span<const std::uint32_t> mask);

 private:
  struct Candidate {
    float logit;
    std::int32_t token;
  };

  void ApplyPenalties(std::span<float> logits);
  TokenId SampleAll(std::span<float> logits, std::span<const std::uint32_t> mask);
  void Weigh(std::span<const float> logits, float largest);
  TokenId DrawFromAll();
  void CollectLikely(std::span<const float> logits);
  std::size_t CollectAbove(std::span<const float> logits, float weight);
  void Collect(std::span<const float> logits, std::span<const std::uint32_t> mask);
  static bool IsBefore(const Candidate& a, const Candidate& b);
  TokenId Greedy() const;
  TokenId Draw(std::size_t count, float largest, double total);
  void SortUpTo(std::size_t wanted, std::size_t& sorted);
  TokenId DrawTruncated(float largest, double total);
  double Weight(const Candidate& candidate, float largest) const;

  api::SamplingOptions options_;
  Rng rng_{0};
  std::vector<Candidate> candidates_;
  std::vector<float> weights_;      // of every token, 1 for the likeliest
  std::vector<double> piece_sums_;  // of the weights of kPiece tokens each
  double weights_sum_ = 0;
  std::vector<std::int32_t> counts_;  // of each token in the window
  std::vector<TokenId> window_;       // ring of the last penalty_last_n tokens
  std::size_t window_size_ = 0;       // of these, how many there are yet
  std::size_t window_next_ = 0;
};

}  // namespace ganglion::sampling
