#include "ganglion/grammar/regular/regex_program.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "ganglion/grammar/regular/regex_limits.h"

namespace ganglion::grammar {
namespace {

// Builds from the end: each function gets the place that follows and returns the first of its own.
// Past a limit it returns any place, and the program is thrown away.
class Builder {
 public:
  Builder(const RegexTree& tree, Work& work) : tree_(tree), work_(work) {
    done_ = Add({.kind = PlaceKind::kDone});
    reached_ = Add({.kind = PlaceKind::kReached});
  }

  Result<RegexProgram> Build(RegexMatch match) {
    program_.searches = match == RegexMatch::kSearch;
    std::uint32_t end = done_;
    if (!program_.searches) end = Add({.kind = PlaceKind::kTextEnd, .next = done_});
    program_.start = Node(tree_.root, end);
    if (work_.exhausted() || too_large_) {
      return Status(Code::kResourceExhausted,
                    "the pattern, with its counted parts written out, is longer than " +
                        std::to_string(kRegexPlacesMax) + " places or its budget");
    }
    return std::move(program_);
  }

 private:
  bool Stop() const { return work_.exhausted() || too_large_; }

  std::uint32_t Add(Place place) {
    too_large_ |= program_.places.size() >= kRegexPlacesMax;
    if (!work_.Spend(2) || too_large_) return 0;
    program_.places.push_back(place);
    return static_cast<std::uint32_t>(program_.places.size() - 1);
  }

  std::uint32_t Node(std::uint32_t index, std::uint32_t next) {
    const RegexNode& node = tree_.nodes[index];
    switch (node.kind) {
      case RegexKind::kSet:
        return Add({.kind = PlaceKind::kSet, .argument = node.set, .next = next});
      case RegexKind::kSequence:
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          next = Node(*child, next);
        }
        return next;
      case RegexKind::kChoice: {
        std::uint32_t first = Node(node.children.back(), next);
        for (std::size_t i = node.children.size() - 1; i-- > 0;) {
          first = Split(Node(node.children[i], next), first);
        }
        return first;
      }
      case RegexKind::kRepeat:
        return Repeat(node, next);
      case RegexKind::kTextStart:
        return Add({.kind = PlaceKind::kTextStart, .next = next});
      case RegexKind::kTextEnd:
        return Add({.kind = PlaceKind::kTextEnd, .next = next});
      case RegexKind::kWordBoundary:
      case RegexKind::kNotWordBoundary:
        program_.has_words = true;
        return Add({.kind = PlaceKind::kWordBoundary,
                    .negated = node.kind == RegexKind::kNotWordBoundary,
                    .next = next});
      case RegexKind::kLookahead:
      case RegexKind::kLookbehind:
        return Look(index, next);
    }
    return next;
  }

  std::uint32_t Split(std::uint32_t next, std::uint32_t other) {
    return Add({.kind = PlaceKind::kSplit, .next = next, .other = other});
  }

  std::uint32_t Repeat(const RegexNode& node, std::uint32_t next) {
    const std::uint32_t child = node.children[0];
    std::uint32_t first = next;
    std::uint32_t copies = node.min;
    if (node.max == kRegexNoMaximum) {
      const std::uint32_t loop = Split(next, next);
      const std::uint32_t body = Node(child, loop);
      if (Stop()) return 0;
      program_.places[loop].next = body;
      first = copies > 0 ? body : loop;
      if (copies > 0) --copies;
    } else {
      const bool is_chain = tree_.nodes[child].kind == RegexKind::kSet;
      chains_ += is_chain ? 1 : 0;
      for (std::uint32_t i = node.min; i < node.max && !Stop(); ++i) {
        const std::uint32_t body = Node(child, first);
        if (body == first || Stop()) break;  // the empty text, however often
        if (is_chain) program_.places[body].chain = chains_;
        first = Split(body, next);
      }
    }
    for (std::uint32_t i = 0; i < copies && !Stop(); ++i) {
      const std::uint32_t body = Node(child, first);
      if (body == first) break;
      first = body;
    }
    return first;
  }

  // The copies of a counted part share what they look at.
  std::uint32_t Look(std::uint32_t index, std::uint32_t next) {
    const RegexNode& node = tree_.nodes[index];
    const bool ahead = node.kind == RegexKind::kLookahead;
    auto known = looks_.find(index);
    if (known == looks_.end()) {
      std::uint32_t argument = Node(node.children[0], ahead ? done_ : reached_);
      if (!ahead) {
        program_.behinds.push_back(argument);
        argument = static_cast<std::uint32_t>(program_.behinds.size() - 1);
      }
      known = looks_.emplace(index, argument).first;
    }
    return Add({.kind = ahead ? PlaceKind::kAhead : PlaceKind::kBehind,
                .negated = node.negated,
                .argument = known->second,
                .next = next});
  }

  const RegexTree& tree_;
  Work& work_;
  RegexProgram program_;
  std::uint32_t done_ = 0;
  std::uint32_t reached_ = 0;
  std::uint32_t chains_ = 0;
  bool too_large_ = false;
  std::unordered_map<std::uint32_t, std::uint32_t> looks_;  // argument by node
};

}  // namespace

Result<RegexProgram> BuildProgram(RegexTree tree, RegexMatch match, Work& work) {
  auto program = Builder(tree, work).Build(match);
  if (program.ok()) program->sets = std::move(tree.sets);
  return program;
}

}  // namespace ganglion::grammar
