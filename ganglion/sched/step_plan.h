#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/time.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"

// What the scheduler and the engine say to each other: plain data, so that a run can be logged,
// replayed and simulated.

namespace ganglion::sched {

// Chosen by the engine, never used twice.
enum class SequenceId : std::uint64_t {};

struct SequenceSpec {
  SequenceId id{};
  api::Priority priority = api::Priority::kInteractive;
  std::uint64_t tenant = 0;
  TimeNs arrival_ns = 0;
  TimeNs deadline_ns = 0;  // 0: none
  std::span<const TokenId> prompt;
  std::uint32_t answer_tokens_max = 0;  // that may come after the prompt
  std::uint32_t pinned_tokens = 0;      // of the prompt's beginning, to be kept for good
  std::uint32_t rows = 1;               // last tokens of the prompt whose logits are wanted
};

// One sequence in a step. Of the tokens that are decided, [first, first + tokens) are computed;
// behind them the engine may put up to draft_max guesses.
struct RunPlan {
  SequenceId sequence{};
  std::uint32_t first = 0;
  std::uint32_t tokens = 0;
  std::uint32_t draft_max = 0;       // 0 unless is_last
  std::uint32_t rows = 0;            // logits of the last so many of `tokens`; 0 unless wanted here
  bool is_last = false;              // all that is decided is computed then: the next token follows
  const PageTable* pages = nullptr;  // with room for all that, until Commit()
};

// To be done before the pass: the first `tokens` tokens of a page of the cache are taken over.
struct PageCopy {
  SequenceId sequence{};
  PageId from{};
  PageId to{};
  std::uint32_t tokens = 0;
};

// Valid until the next call of the scheduler.
struct StepPlan {
  std::span<const RunPlan> runs;  // none: nothing to do
  std::span<const PageCopy> copies;
  std::span<const SequenceId> expired;    // their deadline passed; the scheduler forgot them
  std::span<const SequenceId> started;    // are scheduled for the first time
  std::span<const SequenceId> preempted;  // lost their place; they go on later
};

// What became of one run, in the order of the plan's runs.
struct RunResult {
  std::span<const TokenId> decided;  // new tokens, which follow those that were decided before
  std::uint32_t computed = 0;  // tokens from `first` on that are in the cache and right: `tokens`,
                               // and of the guesses those that were decided
  std::uint32_t guessed = 0;   // guesses that were computed behind `tokens`, right or wrong
  bool finished = false;       // the scheduler forgets it
  bool lost = false;  // its pages cannot be trusted: forgotten with all cached prefixes; or, where
                      // it is not finished, computed again from its start
};

}  // namespace ganglion::sched
