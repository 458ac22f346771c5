#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/dfa_to_bytes.h"
#include "ganglion/grammar/gbnf/gbnf.h"
#include "ganglion/grammar/regular/regex.h"

namespace ganglion::grammar {
namespace {

// Some hundred milliseconds of it at worst, as a whole schema has.
constexpr std::size_t kRegexWork = 20'000'000;

}  // namespace

Result<std::shared_ptr<const Grammar>> CompileRegexGrammar(std::string_view pattern,
                                                           const CompileLimits& limits) {
  if (pattern.size() > limits.text_bytes) {
    return Status(Code::kResourceExhausted, "the regular expression has more than " +
                                                std::to_string(limits.text_bytes) + " bytes");
  }
  Work work(kRegexWork);
  GN_ASSIGN_OR_RETURN(const Dfa all, CompileRegex(pattern, RegexMatch::kFull, work));
  // A terminal is never the empty text: the way past it is a rule.
  const std::array<std::string, 1> nothing = {""};
  GN_ASSIGN_OR_RETURN(const Dfa empty, Dfa::Of(nothing, work));
  GN_ASSIGN_OR_RETURN(const Dfa texts, Dfa::Subtract(all, empty, work));
  if (texts.empty()) {
    return Status(Code::kInvalidArgument,
                  all.empty() ? "no text matches the regular expression"
                              : "only the empty text matches the regular expression");
  }
  Rules rules(limits);
  GN_ASSIGN_OR_RETURN(const ByteState start, AddUtf8(rules.automaton(), texts, work));
  NodeId root = rules.AddAutomaton(start);
  if (all.accepting(0)) root = rules.AddRepeat(root, root, 0, 1);
  NodeId culprit = kNoNode;
  GN_RETURN_IF_ERROR(rules.Finish(root, culprit));
  return std::make_shared<const Grammar>(std::move(rules));
}

}  // namespace ganglion::grammar
