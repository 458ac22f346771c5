#include "ganglion/grammar/schema/languages.h"

#include <optional>
#include <utility>

#include "ganglion/grammar/regular/formats.h"
#include "ganglion/grammar/regular/regex.h"

namespace ganglion::grammar {

Result<const Dfa*> Languages::Pattern(const std::string& pattern) {
  if (const auto known = patterns_.find(pattern); known != patterns_.end()) return &known->second;
  GN_ASSIGN_OR_RETURN(Dfa texts, CompileRegex(pattern, RegexMatch::kSearch, work_));
  return &patterns_.emplace(pattern, std::move(texts)).first->second;
}

Result<const Dfa*> Languages::Format(const std::string& name) {
  if (const auto known = formats_.find(name); known != formats_.end()) return &known->second;
  GN_ASSIGN_OR_RETURN(std::optional<Dfa> texts, CompileFormat(name, work_));
  return &formats_.emplace(name, texts ? *std::move(texts) : Dfa::AnyText()).first->second;
}

}  // namespace ganglion::grammar
