#include "ganglion/grammar/gbnf/gbnf.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/gbnf/gbnf_parse.h"
#include "ganglion/grammar/gbnf/utf8_class.h"

namespace ganglion::grammar {
namespace {

using Kind = GbnfExpression::Kind;

// What is true of an expression once enough of its children are: a least fixed point.
class FixedPoint {
 public:
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);

  // `needs(e)`: how many of the children of expression e must be true; a reference's child is the
  // body of its rule.
  template <typename Needs>
  static std::vector<bool> Solve(const GbnfGrammar& grammar, const Needs& needs) {
    const std::size_t size = grammar.expressions.size();
    std::vector<std::vector<std::uint32_t>> parents(size);
    std::vector<std::size_t> missing(size);
    std::vector<bool> holds(size, false);
    std::vector<std::uint32_t> open;
    for (std::uint32_t e = 0; e < size; ++e) {
      const GbnfExpression& expression = grammar.expressions[e];
      for (const std::uint32_t child : expression.children) parents[child].push_back(e);
      if (expression.kind == Kind::kReference) {
        parents[grammar.rules[expression.target].body].push_back(e);
      }
      missing[e] = needs(expression);
      if (missing[e] == 0) open.push_back(e);
    }
    while (!open.empty()) {
      const std::uint32_t e = open.back();
      open.pop_back();
      holds[e] = true;
      for (const std::uint32_t parent : parents[e]) {
        if (missing[parent] == kNever || missing[parent] == 0) continue;
        if (--missing[parent] == 0) open.push_back(parent);
      }
    }
    return holds;
  }
};

std::size_t NeedsToBeEmpty(const GbnfExpression& e) {
  switch (e.kind) {
    case Kind::kLiteral:
      return e.text.empty() ? 0 : FixedPoint::kNever;
    case Kind::kClass:
      return FixedPoint::kNever;
    case Kind::kSequence:
      return e.children.size();
    case Kind::kRepeat:
      return e.min == 0 ? 0 : 1;
    default:
      return 1;
  }
}

std::size_t NeedsToHaveText(const GbnfExpression& e) {
  switch (e.kind) {
    case Kind::kLiteral:
      return e.text.empty() ? FixedPoint::kNever : 0;
    case Kind::kClass:
      return 0;
    case Kind::kSequence:
      return e.children.empty() ? FixedPoint::kNever : 1;
    case Kind::kRepeat:
      return e.max == 0 ? FixedPoint::kNever : 1;
    default:
      return 1;
  }
}

// Turns expressions into rules whose texts are never empty, as runs need them: each expression is
// compiled to its texts but for the empty one, and whoever stands around it adds the way past it.
//
// The recursion is as deep as groups are nested: references are to reserved nodes.
class GbnfCompiler {
 public:
  GbnfCompiler(const GbnfGrammar& grammar, const CompileLimits& limits)
      : grammar_(grammar),
        rules_(limits),
        may_be_empty_(FixedPoint::Solve(grammar, NeedsToBeEmpty)),
        has_text_(FixedPoint::Solve(grammar, NeedsToHaveText)) {}

  Result<std::shared_ptr<const Grammar>> Compile() {
    const auto root = std::find_if(grammar_.rules.begin(), grammar_.rules.end(),
                                   [](const GbnfRule& rule) { return rule.name == "root"; });
    if (root == grammar_.rules.end()) {
      return Status(Code::kInvalidArgument, "line 1, column 1: there is no rule root");
    }
    if (!has_text_[root->body]) {
      return FailIn(*root, Code::kInvalidArgument, "has no text but the empty one");
    }
    node_of_.assign(grammar_.rules.size(), kNoNode);
    for (std::size_t r = 0; r < grammar_.rules.size(); ++r) {
      if (has_text_[grammar_.rules[r].body]) node_of_[r] = rules_.Reserve();
      owner_ends_.push_back(rules_.node_count());
    }
    for (std::size_t r = 0; r < grammar_.rules.size(); ++r) {
      if (node_of_[r] != kNoNode) rules_.Define(node_of_[r], *Texts(grammar_.rules[r].body));
      owner_ends_.push_back(rules_.node_count());
      GN_RETURN_IF_ERROR(rules_.CheckLimits());
    }
    NodeId start = node_of_[Place(*root)];
    if (may_be_empty_[root->body]) start = rules_.AddRepeat(start, start, 0, 1);
    NodeId culprit = kNoNode;
    Status finished = rules_.Finish(start, culprit);
    if (!finished.ok()) {
      const GbnfRule& rule = culprit == kNoNode || culprit == start ? *root : OwnerOf(culprit);
      return FailIn(rule, finished.code(), std::string(finished.message()));
    }
    for (std::size_t r = 0; r < grammar_.rules.size(); ++r) {
      if (node_of_[r] == kNoNode || rules_.node(node_of_[r]).height <= kStackDepthMax) continue;
      return FailIn(grammar_.rules[r], Code::kInvalidArgument, "has no finite text");
    }
    return std::make_shared<const Grammar>(std::move(rules_));
  }

 private:
  static Status FailIn(const GbnfRule& rule, Code code, const std::string& what) {
    return {code, "line " + std::to_string(rule.line) + ", column " + std::to_string(rule.column) +
                      ": the rule " + rule.name + " " + what};
  }

  std::size_t Place(const GbnfRule& rule) const {
    return static_cast<std::size_t>(&rule - grammar_.rules.data());
  }

  // The rule that a node was made for: first come the reserved ones, then the bodies.
  const GbnfRule& OwnerOf(NodeId node) const {
    const auto end = std::upper_bound(owner_ends_.begin(), owner_ends_.end(), Index(node));
    return grammar_
        .rules[static_cast<std::size_t>(end - owner_ends_.begin()) % grammar_.rules.size()];
  }

  // The texts of an expression but for the empty one; nothing if there are none.
  std::optional<NodeId> Texts(std::uint32_t index) {
    if (!has_text_[index]) return std::nullopt;
    const GbnfExpression& e = grammar_.expressions[index];
    switch (e.kind) {
      case Kind::kLiteral:
        return rules_.AddLiteral(e.text);
      case Kind::kClass:
        return rules_.AddAutomaton(AddClass(rules_.automaton(), e.ranges));
      case Kind::kReference:
        return node_of_[e.target];
      case Kind::kSequence:
        return Sequence(e);
      case Kind::kChoice: {
        std::vector<NodeId> branches;
        for (const std::uint32_t child : e.children) {
          if (const auto texts = Texts(child)) branches.push_back(*texts);
        }
        return rules_.AddChoice(branches);
      }
      case Kind::kRepeat: {
        const NodeId item = *Texts(e.children[0]);
        if (e.max == 1) return item;
        // An item that may be empty counts as often as it must without a text.
        const std::uint32_t min = may_be_empty_[e.children[0]] ? 1 : std::max(e.min, 1u);
        return rules_.AddRepeat(item, item, min, e.max);
      }
    }
    return std::nullopt;
  }

  // From the last item to the first. `run` is what follows where nothing of it may be left out, in
  // reverse; `rest` is what follows in general.
  std::optional<NodeId> Sequence(const GbnfExpression& sequence) {
    std::vector<NodeId> run;
    bool rest_may_be_empty = true;
    const auto rest = [&]() -> std::optional<NodeId> {
      if (run.empty()) return std::nullopt;
      std::reverse(run.begin(), run.end());
      const NodeId whole = rules_.AddSequence(run);
      run = {whole};
      return whole;
    };
    for (std::size_t i = sequence.children.size(); i > 0; --i) {
      const std::uint32_t child = sequence.children[i - 1];
      const auto texts = Texts(child);
      if (!texts) continue;  // only the empty text
      if (may_be_empty_[child]) {
        const auto behind = rest();
        NodeId node = *texts;
        if (behind)
          node = rules_.AddChoice(std::array{Join(*texts, *behind, rest_may_be_empty), *behind});
        run = {node};
      } else if (rest_may_be_empty) {
        const auto behind = rest();
        run = {behind ? Join(*texts, *behind, true) : *texts};
        rest_may_be_empty = false;
      } else {
        run.push_back(*texts);
      }
    }
    return rest();
  }

  // One text and then another, which may be left out. A rule must not stand twice for that, or
  // rules that nest would double the work of a run at each level: a repetition of one or two says
  // it once. Where the first is a terminal it may stand twice, and the rest then needs no place on
  // the stack, so that a rule which ends with itself may go on without end.
  NodeId Join(NodeId first, NodeId second, bool second_may_be_empty) {
    if (!second_may_be_empty) return rules_.AddSequence(std::array{first, second});
    const NodeKind kind = rules_.node(first).kind;
    if (kind == NodeKind::kLiteral || kind == NodeKind::kAutomaton) {
      return rules_.AddChoice(std::array{rules_.AddSequence(std::array{first, second}), first});
    }
    return rules_.AddRepeat(first, second, 1, 2);
  }

  const GbnfGrammar& grammar_;
  Rules rules_;
  std::vector<bool> may_be_empty_;  // by expression
  std::vector<bool> has_text_;
  std::vector<NodeId> node_of_;          // by rule
  std::vector<std::size_t> owner_ends_;  // node counts after each rule was reserved, then defined
};

}  // namespace

Result<std::shared_ptr<const Grammar>> CompileGbnf(std::string_view text,
                                                   const CompileLimits& limits) {
  GN_ASSIGN_OR_RETURN(const GbnfGrammar grammar, ParseGbnf(text, limits));
  return GbnfCompiler(grammar, limits).Compile();
}

Result<std::shared_ptr<const Grammar>> CompileChoices(std::span<const std::string> choices,
                                                      const CompileLimits& limits) {
  if (choices.empty()) return Status(Code::kInvalidArgument, "there are no choices");
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].empty()) {
      return Status(Code::kInvalidArgument, "choice " + std::to_string(i) + " is empty");
    }
    bytes += choices[i].size();
  }
  if (bytes > limits.text_bytes) {
    return Status(Code::kResourceExhausted,
                  "the choices have more than " + std::to_string(limits.text_bytes) + " bytes");
  }
  Rules rules(limits);
  const NodeId root = rules.AddAutomaton(AddLiterals(rules.automaton(), choices));
  NodeId culprit = kNoNode;
  GN_RETURN_IF_ERROR(rules.Finish(root, culprit));
  return std::make_shared<const Grammar>(std::move(rules));
}

}  // namespace ganglion::grammar
