#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/sched/continuous_scheduler.h"
#include "ganglion/sched/limits.h"

// One step: who decodes, and what the plan says in the end.

namespace ganglion::sched {

StepPlan ContinuousScheduler::Plan(TimeNs now) {
  GN_CHECK(!is_open_);
  runs_.clear();
  expired_.clear();
  started_.clear();
  preempted_.clear();
  victim_class_ = api::kPriorities;
  Expire(now);
  for (const Place place : waiting_) at(place).BeginStep();
  for (const Place place : running_) at(place).BeginStep();

  RoomForDecoders();
  PlanPrompts();
  GuessForDecoders();
  EmitRuns();
  GN_CHECK(!runs_.empty() || places_.empty());
  is_open_ = !runs_.empty();
  return {.runs = runs_,
          .copies = keeper_.copies(),
          .expired = expired_,
          .started = started_,
          .preempted = preempted_};
}

void ContinuousScheduler::RoomForDecoders() {
  const std::size_t kept = running_.size() + limits_.prompt_tokens_min;
  std::uint32_t spare = limits_.step_tokens_max > kept
                            ? limits_.step_tokens_max - static_cast<std::uint32_t>(kept)
                            : 0;
  for (std::size_t i = 0; i < running_.size();) {
    Sequence& sequence = at(running_[i]);
    if (!sequence.is_decoding) {
      ++i;
      continue;
    }
    const std::uint32_t tokens =
        1 + std::min({sequence.uncomputed() - 1, kForcedTokensMax - 1, spare});
    // Who is pre-empted leaves his place in running_ to the next, or to the end.
    if (!RoomAtAnyPrice(running_[i], sequence.computed + tokens)) continue;
    sequence.step_tokens = tokens;
    spare -= tokens - 1;
    ++i;
  }
}

bool ContinuousScheduler::RoomAtAnyPrice(Place place, std::uint32_t tokens) {
  while (!keeper_.TryGrow(at(place), tokens)) {
    GN_CHECK(running_.size() > 1);  // Add() let in only who has room alone
    const Place victim = running_.back();
    Preempt(victim);
    if (victim == place) return false;
  }
  return true;
}

StepWork ContinuousScheduler::PlannedWork(bool with_prompts) const {
  StepWork work;
  for (const Place place : running_) {
    const Sequence& sequence = at(place);
    if (sequence.step_tokens == 0) continue;
    if (sequence.is_decoding) {
      work.AddDecoder(sequence.computed);
      work.AddPrompt(sequence.computed, sequence.step_tokens - 1);
    } else if (with_prompts) {
      work.AddPrompt(sequence.computed, sequence.step_tokens);
    }
  }
  return work;
}

void ContinuousScheduler::GuessForDecoders() {
  if (limits_.draft_max == 0) return;
  std::uint32_t tokens = limits_.step_tokens_max;
  std::uint32_t rows = limits_.step_rows_max;
  for (const Place place : running_) {
    const Sequence& sequence = at(place);
    tokens -= sequence.step_tokens;
    if (sequence.step_tokens > 0) {
      rows -= sequence.RowsUpTo(sequence.computed + sequence.step_tokens);
    }
  }
  for (const Place place : running_) {
    Sequence& sequence = at(place);
    if (!sequence.is_decoding || sequence.step_tokens != sequence.uncomputed()) continue;
    // The last token of an answer is not guessed: it follows from the pass in any case.
    const std::uint32_t left = sequence.tokens_max - sequence.decided();
    std::uint32_t draft = std::min({limits_.draft_max, tokens, rows, left > 0 ? left - 1 : 0});
    if (draft == 0) continue;
    if (!keeper_.TryGrow(sequence, sequence.decided() + draft)) {
      draft = std::min(draft, sequence.pages.capacity_tokens() - sequence.decided());
    }
    sequence.step_draft = draft;
    tokens -= draft;
    rows -= draft;
  }
}

void ContinuousScheduler::EmitRuns() {
  planned_ = PlannedWork(/*with_prompts=*/true);
  for (const Place place : running_) {
    const Sequence& sequence = at(place);
    if (sequence.step_tokens == 0) continue;
    const std::uint32_t end = sequence.computed + sequence.step_tokens;
    runs_.push_back({.sequence = sequence.id,
                     .first = sequence.computed,
                     .tokens = sequence.step_tokens,
                     .draft_max = sequence.step_draft,
                     .rows = sequence.RowsUpTo(end),
                     .is_last = end == sequence.decided(),
                     .pages = &sequence.pages});
  }
}

}  // namespace ganglion::sched
