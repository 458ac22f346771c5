#pragma once

#include <utility>

#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

// What users hold as an opaque Grammar. Immutable, thread-safe.
class Grammar {
 public:
  explicit Grammar(Rules rules) : rules_(std::move(rules)) {}
  const Rules& rules() const { return rules_; }

 private:
  Rules rules_;
};

}  // namespace ganglion::grammar
