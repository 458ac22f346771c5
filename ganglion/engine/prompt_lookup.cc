#include "ganglion/engine/prompt_lookup.h"

#include <algorithm>
#include <bit>

#include "ganglion/base/check.h"

namespace ganglion::engine {
namespace {

constexpr std::uint32_t kPlainStepsMin = 4;  // to know what a step costs
constexpr std::uint32_t kPauseMin = 32;
constexpr std::uint32_t kPauseMax = 2048;
constexpr std::uint32_t kFirstLength = 3;
constexpr double kMemory = 0.8;  // of the averages
constexpr double kLossMax = 4;   // plain steps: one that was interrupted says little

double Mix(double old, double now) { return kMemory * old + (1 - kMemory) * now; }

}  // namespace

PromptLookup::PromptLookup(std::uint32_t tokens_max)
    : slots_(std::bit_ceil(std::size_t{2} * tokens_max + 2)), tables_(kSizes * slots_) {
  tokens_.reserve(tokens_max);
}

// The tables stay: an entry of an earlier text counts only where the same tokens stand there now.
void PromptLookup::Start() { tokens_.clear(); }

// The slot of the n-gram that ends before `end`.
std::size_t PromptLookup::Slot(std::size_t end, std::size_t ngram) const {
  std::uint64_t hash = 0;
  for (std::size_t i = end - ngram; i < end; ++i) {
    hash = (hash ^ static_cast<std::uint32_t>(Value(tokens_[i]))) * 0x9E3779B97F4A7C15ull;
    hash ^= hash >> 32;
  }
  return (ngram - kNgramMin) * slots_ + (hash & (slots_ - 1));
}

bool PromptLookup::SameNgram(std::size_t a_end, std::size_t b_end, std::size_t ngram) const {
  const auto begin = [&](std::size_t end) {
    return tokens_.begin() + static_cast<std::ptrdiff_t>(end - ngram);
  };
  return std::equal(begin(a_end), begin(a_end) + static_cast<std::ptrdiff_t>(ngram), begin(b_end));
}

// What ends with the last token is entered when the next one comes: it shall find what stood before
// it, and not itself.
void PromptLookup::Append(TokenId token) {
  GN_CHECK(tokens_.size() < tokens_.capacity());
  const std::size_t end = tokens_.size();
  for (std::size_t n = kNgramMin; n <= std::min(kNgramMax, end); ++n) {
    tables_[Slot(end, n)] = static_cast<std::uint32_t>(end);
  }
  tokens_.push_back(token);
}

std::size_t PromptLookup::Draft(std::span<TokenId> draft) const {
  const std::size_t end = tokens_.size();
  for (std::size_t n = std::min(kNgramMax, end); n >= kNgramMin; --n) {
    const std::size_t before = tables_[Slot(end, n)];
    if (before < n || before >= end || !SameNgram(before, end, n)) continue;
    // A text that repeats itself with a short period goes on into its own guess.
    for (std::size_t i = 0; i < draft.size(); ++i) {
      const std::size_t at = before + i;
      draft[i] = at < end ? tokens_[at] : draft[at - end];
    }
    return draft.size();
  }
  return 0;
}

void DraftGate::Start() {
  length_ = std::min(kFirstLength, length_max_);
  paused_ = 0;
  pause_next_ = kPauseMin;
  plain_steps_ = 0;
  plain_seconds_ = 0;
  gain_ = 0;
}

std::uint32_t DraftGate::NextLength() {
  if (plain_steps_ < kPlainStepsMin) return 0;
  if (paused_ == 0) return length_;
  --paused_;
  return 0;
}

void DraftGate::CountPlain(double seconds) {
  // The first steps find cold caches: the best of them counts.
  plain_seconds_ = plain_steps_ == 0               ? seconds
                   : plain_steps_ < kPlainStepsMin ? std::min(plain_seconds_, seconds)
                                                   : Mix(plain_seconds_, seconds);
  plain_steps_ += plain_steps_ < kPlainStepsMin ? 1 : 0;
}

void DraftGate::CountDraft(std::uint32_t drafted, std::uint32_t accepted, double seconds) {
  const double saved = 1.0 + accepted - seconds / plain_seconds_;
  gain_ = Mix(gain_, std::max(saved, -kLossMax));
  // As long as the last good one and a little longer; all right asks for more.
  length_ = accepted == drafted ? 2 * drafted : accepted + 1;
  length_ = std::clamp<std::uint32_t>(length_, 1, length_max_);
  if (gain_ < -0.1) {
    Pause();
  } else if (gain_ > 0.5) {
    pause_next_ = kPauseMin;
  }
}

void DraftGate::Pause() {
  paused_ = pause_next_;
  pause_next_ = std::min(2 * pause_next_, kPauseMax);
  length_ = std::min(kFirstLength, length_max_);
  gain_ = 0;
}

}  // namespace ganglion::engine
