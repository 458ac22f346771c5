#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/kv/prefix_index.h"
#include "ganglion/sched/step_plan.h"

namespace ganglion::sched {

enum class SequenceState : std::uint8_t {
  kUnknown,  // the place is free
  kWaiting,  // without pages
  kRunning,  // may have pages
};

// What the scheduler knows of one sequence.
struct Sequence {
  explicit Sequence(std::uint32_t tokens_max) : pages(PagesFor(tokens_max)) {}

  SequenceState state = SequenceState::kUnknown;
  SequenceId id{};
  api::Priority priority = api::Priority::kInteractive;
  std::uint32_t account = 0;  // of its tenant
  std::uint64_t age = 0;      // counts arrivals: the smaller, the older
  TimeNs arrival_ns = 0;
  TimeNs deadline_ns = 0;

  std::vector<TokenId> tokens;  // that are decided: the prompt and what came behind it
  std::uint32_t prompt_tokens = 0;
  std::uint32_t tokens_max = 0;  // of prompt and answer
  std::uint32_t rows_first = 0;  // logits are wanted from here to the end of the prompt
  std::uint32_t pinned_pages = 0;

  PageTable pages;
  std::uint32_t computed = 0;  // of `tokens`, in `pages`
  // The first `indexed` pages are those on the path to `node` of the index.
  PrefixIndex::Node node = PrefixIndex::kRoot;
  std::uint32_t indexed = 0;
  bool is_indexable = true;  // its pages can be trusted

  bool was_started = false;
  bool was_preempted = false;  // and does not decode again yet
  bool is_decoding = false;    // its answer began: it has a place in each step
  std::uint32_t cached_tokens = 0;

  // Of the step that is planned.
  std::uint32_t step_tokens = 0;
  std::uint32_t step_draft = 0;
  bool is_admitted = false;     // as a prompt: it gets tokens
  bool is_passed_over = false;  // it gets none

  std::uint32_t decided() const { return static_cast<std::uint32_t>(tokens.size()); }
  std::uint32_t uncomputed() const { return decided() - computed; }
  void BeginStep();
  // The first position whose logits somebody waits for.
  std::uint32_t first_wanted() const;
  // How many of the last of `end` tokens have logits that somebody waits for, if those from
  // `computed` on are computed.
  std::uint32_t RowsUpTo(std::uint32_t end) const;
};

inline void Sequence::BeginStep() {
  step_tokens = 0;
  step_draft = 0;
  is_admitted = false;
  is_passed_over = false;
}

inline std::uint32_t Sequence::first_wanted() const {
  return rows_first < prompt_tokens ? rows_first : decided() - 1;
}

inline std::uint32_t Sequence::RowsUpTo(std::uint32_t end) const {
  const std::uint32_t wanted = first_wanted() > computed ? first_wanted() : computed;
  return end > wanted ? end - wanted : 0;
}

}  // namespace ganglion::sched
