#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>

#include "ganglion/base/status.h"
#include "ganglion/engine/answer_form.h"

namespace ganglion::engine {

// Compiled forms, the most recently used first. Thread: any.
class GrammarCache {
 public:
  explicit GrammarCache(std::size_t capacity) : capacity_(capacity) {}

  // Compiles where it must, outside the lock: two threads may then do the same work, once.
  Result<CompiledForm> Get(const AnswerForm& form);
  std::size_t size() const;

 private:
  struct Entry {
    AnswerForm form;
    CompiledForm compiled;
  };
  std::optional<CompiledForm> Find(const AnswerForm& form);

  const std::size_t capacity_;
  mutable std::mutex mutex_;  // guards entries_
  std::list<Entry> entries_;
};

}  // namespace ganglion::engine
