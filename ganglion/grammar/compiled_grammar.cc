#include "ganglion/grammar/compiled_grammar.h"

namespace ganglion::grammar {

std::shared_ptr<MaskCache> Grammar::masks(
    const std::shared_ptr<const Vocabulary>& vocabulary) const {
  const TokenIndex& index = vocabulary->index();  // outside the lock: it may be made now
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.vocabulary.expired(); });
  for (const Entry& entry : entries_) {
    if (entry.vocabulary.lock() == vocabulary) return entry.masks;
  }
  if (entries_.size() >= kMaskCachesMax) entries_.erase(entries_.begin());
  const ByteAutomaton& automaton = rules_.automaton();
  entries_.push_back(
      {vocabulary, std::make_shared<MaskCache>(automaton, automaton.state_count(), index)});
  return entries_.back().masks;
}

}  // namespace ganglion::grammar
