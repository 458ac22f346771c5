#include "random_walk.h"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

namespace ganglion::testing {
namespace {

using grammar::Matcher;
using grammar::Vocabulary;

constexpr std::size_t kPieces = 96;
constexpr std::size_t kStepsFree = 60;  // behind them the walk takes what closes, where it may
constexpr std::size_t kStepsMax = 1500;
// Unions of open objects may go on side by side by the thousand, and then each step is slow.
constexpr std::chrono::seconds kTimeMax{1};
constexpr const char* kParts[] = {"{",    "}",    "[", "]",  ",",  ":", "\"",  "a",   "b",  "ab",
                                  "null", "true", "1", "0",  ".5", "-", "é",   " ",   "\\", "\\n",
                                  "u00",  "\"a",  "2", "c:", "},", "]", "\":", ",\"", "@",  "/"};
constexpr std::string_view kClosing = "\"}],";

class Walker {
 public:
  Walker(Matcher& matcher, const Vocabulary& vocabulary, Rng& rng)
      : matcher_(matcher), vocabulary_(vocabulary), rng_(rng), bits_(vocabulary.mask_words()) {}

  Walk Run() {
    Walk walk;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t step = 0; step < kStepsMax; ++step) {
      if (std::chrono::steady_clock::now() - begin > kTimeMax) return walk;
      if (rng_.Chance(0.05) && !TakeForced(walk)) return walk;
      if (!matcher_.FillMask(bits_)) {
        walk.end = Walk::End::kDeadEnd;
        return walk;
      }
      if (rng_.Chance(0.05) && !IsMaskExact()) {
        walk.end = Walk::End::kWrongMask;
        return walk;
      }
      const TokenId token = Choose(step);
      if (!matcher_.Accept(token)) {
        walk.end = Walk::End::kWrongMask;
        return walk;
      }
      if (vocabulary_.IsEnd(token)) {
        walk.end = Walk::End::kComplete;
        return walk;
      }
      walk.text += vocabulary_.piece(token);
    }
    return walk;
  }

 private:
  bool Allowed(TokenId token) const {
    const auto i = static_cast<std::size_t>(token);
    return (bits_[i / 32] >> (i % 32) & 1) != 0;
  }

  bool TakeForced(Walk& walk) {
    const std::string forced = matcher_.ForcedText();
    if (forced.empty()) return true;
    walk.text += forced;
    if (matcher_.AcceptText(forced)) return true;
    walk.end = Walk::End::kWrongForce;
    return false;
  }

  // A mask that was cut may allow less than Accept.
  bool IsMaskExact() {
    const bool cut = matcher_.stats().masks_cut > 0;
    for (std::size_t i = 0; i < vocabulary_.size(); ++i) {
      const TokenId token{static_cast<std::int32_t>(i)};
      const bool accepted = matcher_.Accept(token);
      if (accepted) matcher_.Rollback(1);
      if (accepted != Allowed(token) && !(accepted && cut)) return false;
    }
    return true;
  }

  TokenId Choose(std::size_t step) {
    const TokenId end = vocabulary_.end_tokens()[0];
    if (Allowed(end) && (step > kStepsFree || rng_.Chance(0.3))) return end;
    if (step > kStepsFree || rng_.Chance(0.25)) {
      for (const char c : kClosing) {
        const TokenId token{static_cast<std::int32_t>(static_cast<unsigned char>(c))};
        if (Allowed(token) && rng_.Chance(0.7)) return token;
      }
    }
    std::vector<TokenId> allowed;
    for (std::size_t i = 0; i < vocabulary_.size(); ++i) {
      const TokenId token{static_cast<std::int32_t>(i)};
      if (Allowed(token)) allowed.push_back(token);
    }
    return allowed[rng_.Below(allowed.size())];
  }

  Matcher& matcher_;
  const Vocabulary& vocabulary_;
  Rng& rng_;
  std::vector<std::uint32_t> bits_;
};

}  // namespace

std::shared_ptr<const Vocabulary> RandomVocabulary(Rng& rng) {
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  for (std::size_t i = 0; i < kPieces; ++i) {
    std::string piece;
    const std::size_t count = 1 + rng.Below(4);
    for (std::size_t j = 0; j < count; ++j) piece += kParts[rng.Below(std::size(kParts))];
    if (rng.Chance(0.2)) piece.erase(0, 1);  // inside of a character, perhaps
    pieces.push_back(std::move(piece));
  }
  const TokenId end{static_cast<std::int32_t>(pieces.size())};
  pieces.emplace_back();
  return Vocabulary::Create(std::move(pieces), {end});
}

Walk WalkAtRandom(std::shared_ptr<const grammar::Grammar> grammar,
                  const std::shared_ptr<const Vocabulary>& vocabulary, Rng& rng) {
  Matcher matcher(std::move(grammar), vocabulary);
  return Walker(matcher, *vocabulary, rng).Run();
}

}  // namespace ganglion::testing
