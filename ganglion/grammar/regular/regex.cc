#include "ganglion/grammar/regular/regex.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/grammar/regular/regex_alphabet.h"
#include "ganglion/grammar/regular/regex_limits.h"
#include "ganglion/grammar/regular/regex_parse.h"
#include "ganglion/grammar/regular/regex_program.h"
#include "ganglion/grammar/regular/regex_reader.h"
#include "ganglion/grammar/regular/regex_threads.h"

namespace ganglion::grammar {
namespace {

Status OutOfWork() {
  return {Code::kResourceExhausted,
          "the pattern's automaton has too many states; bound its parts or anchor it with ^"};
}

// Makes the automaton deterministic (M. Rabin, D. Scott, Finite Automata and Their Decision
// Problems, 1959). A state is the set of threads of the match and one for each lookbehind, whose
// threads begin at each place of the text.
class Determinizer {
 public:
  Determinizer(const RegexProgram& program, const RegexAlphabet& alphabet, Work& work)
      : program_(program),
        alphabet_(alphabet),
        work_(work),
        threads_(program, alphabet, work),
        before_decides_(program.has_words || !program.behinds.empty()) {}

  Result<Dfa> Run() {
    before_.nothing = true;
    StateAfter(nullptr, 0);
    before_.nothing = false;
    std::vector<std::vector<Dfa::Edge>> edges;
    std::vector<bool> accepting;
    std::size_t edge_count = 0;
    for (std::uint32_t state = 0; state < states_.size(); ++state) {
      Expand(state);
      if (threads_.exhausted() || moves_.values() > kRegexPoolMax) return OutOfWork();
      const auto main = static_cast<std::uint32_t>(states_.Get(state)[0]);
      accepting.push_back(threads_.IsMatchAtEnd(main));
      edges.push_back(Edges());
      edge_count += edges.back().size();
      if (edge_count > kRegexEdgesMax) return OutOfWork();
    }
    return Dfa::FromBlocks(edges, accepting, alphabet_.segments(), work_);
  }

 private:
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFu;

  // Fills targets_ with the states behind each block.
  void Expand(std::uint32_t state) {
    const auto parts = states_.Get(state);
    from_.assign(parts.begin(), parts.end());
    targets_.assign(alphabet_.blocks(), kNowhere);
    if (threads_.IsMatch(static_cast<std::uint32_t>(from_[0]))) {
      targets_.assign(alphabet_.blocks(), state);
      return;
    }
    for (std::uint32_t block = 0; block < targets_.size() && !threads_.exhausted(); ++block) {
      targets_[block] = StateAfter(&from_, block);
    }
  }

  // The state behind one code point more; the first one of all without `from`.
  std::uint32_t StateAfter(const std::vector<std::uint64_t>* from, std::uint32_t block) {
    if (!program_.behinds.empty()) threads_.Forget();
    before_.word = from != nullptr && program_.has_words &&
                   alphabet_.Holds(static_cast<std::uint32_t>(program_.sets.size() - 1), block);
    parts_.assign(1, 0);
    before_.behinds.clear();
    for (std::size_t i = 0; i < program_.behinds.size(); ++i) {
      std::vector<RegexThread> moved;
      if (from != nullptr) {
        threads_.Move(static_cast<std::uint32_t>((*from)[i + 1]), block, before_, moved);
      }
      moved.push_back({program_.behinds[i], Obligations::kNone});
      std::vector<std::uint32_t> reached;
      parts_.push_back(threads_.CloseBehind(moved, before_, reached));
      before_.behinds.push_back(std::move(reached));
    }
    moved_.clear();
    if (from != nullptr) {
      threads_.Move(static_cast<std::uint32_t>((*from)[0]), block, before_, moved_);
    }
    if (from == nullptr || program_.searches) {
      moved_.push_back({program_.start, Obligations::kNone});
    }
    return Intern(parts_);
  }

  // The state of moved_, and of the lookbehinds behind it in `parts`.
  std::uint32_t Intern(std::vector<std::uint64_t>& parts) {
    // Where the text before decides nothing, equal threads come to equal states.
    std::uint32_t moves = kNowhere;
    if (!before_decides_ && !before_.nothing) {
      codes_.clear();
      for (const RegexThread thread : moved_) codes_.push_back(thread.code());
      moves = moves_.Intern(codes_);
      work_.Spend(1 + codes_.size() / 8);
      if (moves < state_of_moves_.size()) return state_of_moves_[moves];
    }
    const std::uint32_t main = threads_.Close(moved_, before_);
    if (threads_.IsMatch(main)) parts.assign(parts.size(), 0);
    parts[0] = main;
    const bool dead = main == RegexThreads::kEmptySet && !before_.nothing &&
                      !(program_.searches && before_decides_);
    const std::uint32_t state = dead ? kNowhere : states_.Intern(parts);
    if (moves != kNowhere) state_of_moves_.push_back(state);
    return state;
  }

  // Of the state at hand, over blocks.
  std::vector<Dfa::Edge> Edges() const {
    std::vector<Dfa::Edge> edges;
    work_.Spend(targets_.size());
    for (char32_t block = 0; block < targets_.size(); ++block) {
      const std::uint32_t next = targets_[block];
      if (next == kNowhere) continue;
      if (!edges.empty() && edges.back().next == next && edges.back().high + 1 == block) {
        edges.back().high = block;
      } else {
        edges.push_back({block, block, next});
      }
    }
    return edges;
  }

  const RegexProgram& program_;
  const RegexAlphabet& alphabet_;
  Work& work_;
  RegexThreads threads_;
  const bool before_decides_;  // else only whether nothing stands before
  TextBefore before_;
  SequencePool states_;
  SequencePool moves_;  // threads before they are closed, and what state they became
  std::vector<std::uint32_t> state_of_moves_;
  // Of the state at hand: its parts, and the states behind it by block.
  std::vector<std::uint64_t> from_;
  std::vector<std::uint32_t> targets_;
  // Of one step.
  std::vector<RegexThread> moved_;
  std::vector<std::uint64_t> codes_;
  std::vector<std::uint64_t> parts_;
};

}  // namespace

Result<Dfa> CompileRegex(std::string_view pattern, RegexMatch match, Work& work) {
  auto tree = ParseRegex(pattern, RegexSyntax::kUnicode, work);
  if (!tree.ok() && tree.error().code() == Code::kInvalidArgument) {
    tree = ParseRegex(pattern, RegexSyntax::kLenient, work);
  }
  if (!tree.ok()) return std::move(tree).error();
  GN_ASSIGN_OR_RETURN(RegexProgram program, BuildProgram(*std::move(tree), match, work));
  if (program.has_words) program.sets.push_back(WordCodePoints());
  GN_ASSIGN_OR_RETURN(const RegexAlphabet alphabet, RegexAlphabet::Of(program.sets, work));
  return Determinizer(program, alphabet, work).Run();
}

}  // namespace ganglion::grammar
