#include "ganglion/engine/grammar_cache.h"

#include <algorithm>
#include <utility>

namespace ganglion::engine {

std::optional<CompiledForm> GrammarCache::Find(const AnswerForm& form) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&form](const Entry& entry) { return entry.form == form; });
  if (found == entries_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found);
  return found->compiled;
}

Result<CompiledForm> GrammarCache::Get(const AnswerForm& form) {
  if (auto known = Find(form)) return *std::move(known);
  GN_ASSIGN_OR_RETURN(auto compiled, CompileForm(form));
  const std::lock_guard lock(mutex_);
  entries_.push_front({form, compiled});
  if (entries_.size() > capacity_) entries_.pop_back();
  return compiled;
}

std::size_t GrammarCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace ganglion::engine
