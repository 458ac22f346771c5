#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/mask_cache.h"
#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

// What users hold as an opaque Grammar: rules, which are immutable, and masks that were made from
// them. Thread-safe.
class Grammar {
 public:
  explicit Grammar(Rules rules) : rules_(std::move(rules)) {}
  const Rules& rules() const { return rules_; }

  // The masks for a vocabulary, shared by the matchers of all threads. They hold references to both
  // the grammar and the vocabulary, so their users keep these two as well.
  std::shared_ptr<MaskCache> masks(const std::shared_ptr<const Vocabulary>& vocabulary) const;

 private:
  struct Entry {
    std::weak_ptr<const Vocabulary> vocabulary;
    std::shared_ptr<MaskCache> masks;
  };

  Rules rules_;
  mutable std::mutex mutex_;            // guards entries_
  mutable std::vector<Entry> entries_;  // the newest last
};

}  // namespace ganglion::grammar
