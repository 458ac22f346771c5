#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/sched/step_plan.h"

namespace ganglion::sched {

struct Limits {
  std::uint32_t pages = 0;                // of the pool; a sequence gets those never to be pinned
  std::uint32_t sequence_tokens_max = 0;  // prompt and answer: the context
  std::uint32_t running_max = 32;         // sequences with pages; fewer where a step is too small
  std::uint32_t waiting_max = 64;         // sequences; an eighth is for realtime alone
  std::uint64_t waiting_tokens_max = 0;   // of the prompts of those that wait; 0: no limit
  std::uint32_t step_tokens_max = 512;    // of one step, guesses included
  std::uint32_t step_rows_max = 64;       // logits of one step, those behind guesses included
  std::uint32_t draft_max = 0;            // guesses of one run
  std::uint32_t pinned_pages_max = 0;
  bool keep_prefixes = true;

  // How long a step may take while somebody waits for his next token, as a multiple of the same
  // step without any prompt, and by the most urgent who waits; prompts get the rest. At least
  // prompt_tokens_min tokens of a prompt are computed, so that it ends some day.
  std::array<double, api::kPriorities> step_stretch = {1.3, 3.0, 20.0};
  std::uint32_t prompt_tokens_min = 4;
  // How long a step of prompts may take while nobody waits for his next token, so that somebody
  // urgent who arrives in its middle is served soon. More where a step takes longer in any case.
  double step_seconds_max = 0.1;
};

// Which sequences run in the next step, on which pages: continuous batching, prompts in chunks that
// fit a time budget, classes of urgency, prefixes shared through an index.
//
//   Add() ── waiting ──Plan()── running ──Commit(finished)── forgotten
//               ^                  │
//               └── pre-empted ────┘   pages go back to the pool, full ones by way of the index:
//                                      what is still there when it goes on is not computed again
//
// A pure state machine: it reads no clock, starts no thread and touches no bytes of the cache. The
// same calls give the same plans.
//
// Thread: the engine thread only.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // kUnavailable where the queue is full; kResourceExhausted where the sequence could not finish
  // even with all pages for itself.
  virtual Status Add(const SequenceSpec& spec) = 0;

  // Forgets a sequence in whatever state, between two steps; its pages are free at once. Whether it
  // was known.
  virtual bool Cancel(SequenceId sequence) = 0;

  // Each plan with runs is answered by one Commit().
  virtual StepPlan Plan(TimeNs now) = 0;
  // `results` has one element for each run of the plan. `seconds` is what the step took.
  virtual void Commit(TimeNs now, double seconds, std::span<const RunResult> results) = 0;

  // Whether a call of Plan() could give runs.
  virtual bool has_work() const = 0;

  struct Counts {
    std::array<std::uint32_t, api::kPriorities> waiting = {};
    std::array<std::uint32_t, api::kPriorities> running = {};
    std::uint64_t waiting_tokens = 0;
    TimeNs oldest_arrival_ns = 0;  // of those that wait; 0: none waits
    std::uint32_t pages_total = 0;
    std::uint32_t pages_live = 0;
    std::uint32_t pages_cached = 0;
    std::uint32_t pages_pinned = 0;
    std::uint64_t prompt_tokens = 0;  // counters, from here on
    std::uint64_t prompt_tokens_cached = 0;
    std::array<std::uint64_t, api::kPriorities> preemptions = {};
    std::array<std::uint64_t, api::kPriorities> deadline_misses = {};
  };
  virtual Counts counts() const = 0;
  virtual const PagePool& pool() const = 0;
  // Tokens of a sequence's prompt that were in the cache when it was scheduled first; 0 before.
  virtual std::uint32_t cached_tokens(SequenceId sequence) const = 0;

  // Stops the process if an invariant is broken.
  virtual void CheckInvariants() const = 0;
};

std::unique_ptr<Scheduler> MakeScheduler(const Limits& limits);

}  // namespace ganglion::sched
