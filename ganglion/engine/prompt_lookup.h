#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/base/ids.h"

namespace ganglion::engine {

// Guesses how a text goes on from the text itself: where its last few tokens stood before, what
// followed them then (prompt lookup decoding, A. Saxena 2023). Answers that quote, correct or
// continue their prompt repeat much of it.
//
// The longest n-gram that stood before counts, of kNgramMax down to kNgramMin tokens; of several
// places the last one.
//
// Thread: its owner's. Memory: allocates in the constructor and never again.
class PromptLookup {
 public:
  static constexpr std::size_t kNgramMin = 2;
  static constexpr std::size_t kNgramMax = 4;

  explicit PromptLookup(std::uint32_t tokens_max);

  void Start();
  // A token of the prompt or the answer, in their order; at most tokens_max since Start().
  void Append(TokenId token);

  // Fills `draft` with the tokens that come next if the text repeats itself, and returns how many
  // there are: all or none.
  std::size_t Draft(std::span<TokenId> draft) const;

 private:
  static constexpr std::size_t kSizes = kNgramMax - kNgramMin + 1;

  std::size_t Slot(std::size_t end, std::size_t ngram) const;
  bool SameNgram(std::size_t a_end, std::size_t b_end, std::size_t ngram) const;

  std::vector<TokenId> tokens_;
  std::size_t slots_;                  // of each table: a power of two
  std::vector<std::uint32_t> tables_;  // [kSizes][slots_]: where an n-gram ended last; 0: nowhere
};

// Decides how long the next draft may be, so that drafts that cost more than they bring stop by
// themselves. Judges by the time of the steps: a step that verifies a draft of n tokens takes
// longer than one without, and yields up to n more tokens.
//
// Thread: its owner's.
class DraftGate {
 public:
  // `length_max`: of a draft; 0 switches them off for good.
  explicit DraftGate(std::uint32_t length_max) : length_max_(length_max) {}

  void Start();
  // How many tokens the next step may verify beside the one that it computes anyway. Each call is
  // one step.
  std::uint32_t NextLength();
  // A step that computed one token without a draft.
  void CountPlain(double seconds);
  // A step that computed one token and `drafted` guesses, `accepted` of which were right.
  void CountDraft(std::uint32_t drafted, std::uint32_t accepted, double seconds);

 private:
  void Pause();

  std::uint32_t length_max_;
  std::uint32_t length_ = 0;
  std::uint32_t paused_ = 0;      // steps that are still to be made without a draft
  std::uint32_t pause_next_ = 0;  // how many, when drafts do not pay again
  std::uint32_t plain_steps_ = 0;
  double plain_seconds_ = 0;  // of a step, lately
  double gain_ = 0;           // what a draft saved lately, in plain steps
};

}  // namespace ganglion::engine
