#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ganglion/grammar/regular/regex_alphabet.h"
#include "ganglion/grammar/regular/regex_obligations.h"
#include "ganglion/grammar/regular/regex_program.h"
#include "ganglion/grammar/regular/sequence_pool.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// A place of a program where a match may stand, and the obligations it took on the way. Sets of
// threads are sets of ways to match: one must come to its end.
struct RegexThread {
  std::uint32_t place;
  std::uint32_t obligations;
  std::uint64_t code() const { return std::uint64_t{place} << 32 | obligations; }
  bool operator==(const RegexThread&) const = default;
  static RegexThread FromCode(std::uint64_t code) {
    return {static_cast<std::uint32_t>(code >> 32), static_cast<std::uint32_t>(code)};
  }
};

// What is known of a place in the text from what stands before it.
struct TextBefore {
  bool nothing = false;
  bool word = false;  // a word character is the last of it
  // By lookbehind: the ways in which one of its matches ends here, each with its obligations.
  std::vector<std::vector<std::uint32_t>> behinds;
};

// Steps sets of threads over blocks of code points. What depends on the text before is decided when
// a thread comes by; what depends on the text behind becomes an obligation, of which a lookahead is
// a set of threads again and steps with the text.
//
// Out of budget or of memory (`exhausted`), what it returns means nothing.
class RegexThreads {
 public:
  static constexpr std::uint32_t kEmptySet = 0;

  RegexThreads(const RegexProgram& program, const RegexAlphabet& alphabet, Work& work);

  // The threads of the set behind one code point, before what they then pass by.
  void Move(std::uint32_t set, std::uint32_t block, const TextBefore& before,
            std::vector<RegexThread>& moved);
  // Adds what threads at `seeds` pass by without taking a code point, and gives the set an id.
  std::uint32_t Close(std::span<const RegexThread> seeds, const TextBefore& before);
  // Of a lookbehind: also takes what reached its end out of the set, as sets of obligations.
  std::uint32_t CloseBehind(std::span<const RegexThread> seeds, const TextBefore& before,
                            std::vector<std::uint32_t>& reached);
  // What lookaheads have become is remembered as long as it cannot depend on other text before.
  void Forget();

  bool IsMatch(std::uint32_t set) const;       // whatever follows
  bool IsMatchAtEnd(std::uint32_t set) const;  // if the text ends here
  bool exhausted() const;

 private:
  // What a closure has met, kept for the next one.
  struct Closure {
    std::vector<std::uint32_t> plain;  // by place and the first two ids of obligations: the round
    std::vector<std::uint64_t> other;
    std::uint32_t round = 0;
    std::vector<RegexThread> open;
    std::vector<std::uint64_t> reached;
  };

  // Valid until the next closure of this depth.
  std::vector<std::uint64_t>& Reach(std::span<const RegexThread> seeds, const TextBefore& before);
  void Pass(RegexThread thread, const TextBefore& before, Closure& closure);
  void PassAhead(RegexThread thread, const TextBefore& before, std::vector<RegexThread>& open);
  void PassBehind(RegexThread thread, const TextBefore& before, std::vector<RegexThread>& open);
  bool Visit(Closure& closure, RegexThread thread);
  void Simplify(std::vector<std::uint64_t>& threads) const;
  void SimplifyChains(std::vector<std::uint64_t>& threads) const;
  std::optional<std::uint32_t> MoveObligations(std::uint32_t id, std::uint32_t block,
                                               const TextBefore& before);
  std::optional<std::uint32_t> MoveEach(std::uint32_t id, std::uint32_t block,
                                        const TextBefore& before);
  std::uint32_t MoveAhead(std::uint32_t set, std::uint32_t block, const TextBefore& before);
  bool HoldAtEnd(std::uint32_t obligations) const;
  bool IsWord(std::uint32_t block) const;

  const RegexProgram& program_;
  const RegexAlphabet& alphabet_;
  Work& work_;
  SequencePool sets_;
  Obligations obligations_;
  std::vector<std::unique_ptr<Closure>> closures_;  // by depth of lookaheads
  std::size_t depth_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> moved_obligations_;
  std::unordered_map<std::uint64_t, std::uint32_t> moved_aheads_;
};

}  // namespace ganglion::grammar
