#include <algorithm>
#include <cmath>
#include <tuple>

#include "ganglion/base/check.h"
#include "ganglion/sched/continuous_scheduler.h"
#include "ganglion/sched/limits.h"

// One step: which prompts go on or start, and with how many tokens.

namespace ganglion::sched {

void ContinuousScheduler::PlanPrompts() {
  bool may_start = true;
  for (std::size_t c = 0; c < api::kPriorities; ++c) {
    may_start = PlanClass(static_cast<api::Priority>(c), may_start);
  }
}

bool ContinuousScheduler::PlanClass(api::Priority priority, bool may_start) {
  const std::size_t rounds = kStartsMax + running_max_;
  for (std::size_t i = 0; i < rounds; ++i) {
    const Place first = NextPrompt(priority, may_start);
    if (first == kNone || PromptBudget().is_spent) break;
    if (!Admit(first, may_start)) continue;
    shares_.SetNext(at(first).account, priority);
    const Budget budget = PromptBudget();
    if (budget.tokens >= 2 && budget.rows >= 2) {
      const Place shorter = ShorterPrompt(first, may_start);
      if (shorter != kNone && Admit(shorter, may_start)) GiveTokens(shorter, 0.5);
    }
    GiveTokens(first, 1.0);
  }
  return may_start;
}

// By the most urgent who decodes. Without anybody, and for who may be slow, a step is bounded for
// the sake of those to come; but where even the smallest takes long, at least half of it is of use.
double ContinuousScheduler::SecondsMax() const {
  const double alone = costs_.Predict(PlannedWork(/*with_prompts=*/false));
  const double bounded = std::max(limits_.step_seconds_max, 2 * alone);
  const auto decoder = std::find_if(running_.begin(), running_.end(),
                                    [this](Place place) { return at(place).is_decoding; });
  if (decoder == running_.end()) return bounded;
  const double stretch = limits_.step_stretch[static_cast<std::size_t>(at(*decoder).priority)];
  const double whole = std::min(std::max(stretch, 1.0) * alone, bounded);
  // Who is often wrong by some part leaves that part free.
  return whole - std::min(costs_.relative_error() * whole, (whole - alone) / 2);
}

ContinuousScheduler::Budget ContinuousScheduler::PromptBudget() const {
  std::uint32_t tokens = limits_.step_tokens_max;
  std::uint32_t rows = limits_.step_rows_max;
  std::uint32_t decoders = 0;
  std::uint32_t prompt_tokens = 0;
  for (const Place place : running_) {
    const Sequence& sequence = at(place);
    if (sequence.step_tokens == 0) continue;
    tokens -= sequence.step_tokens;
    if (sequence.is_decoding) {
      ++decoders;
      --rows;
    } else {
      prompt_tokens += sequence.step_tokens;
      rows -= sequence.RowsUpTo(sequence.computed + sequence.step_tokens);
    }
  }
  Budget budget;
  budget.tokens_min =
      limits_.prompt_tokens_min > prompt_tokens ? limits_.prompt_tokens_min - prompt_tokens : 0;
  // Guesses get at most half of what prompts could have.
  const std::uint64_t guesses = std::uint64_t{decoders} * limits_.draft_max;
  const std::uint32_t for_guesses = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(guesses, (tokens - std::min(tokens, budget.tokens_min)) / 2));
  budget.tokens = tokens - for_guesses;
  budget.rows = rows - static_cast<std::uint32_t>(std::min<std::uint64_t>(guesses, rows / 2));
  budget.work = PlannedWork(/*with_prompts=*/true);
  budget.seconds = std::max(0.0, SecondsMax() - costs_.Predict(budget.work));
  const bool has_time =
      budget.tokens_min > 0 || costs_.TokensWithin(budget.work, 0, budget.seconds) > 0;
  budget.is_spent = budget.tokens == 0 || budget.rows == 0 || !has_time;
  return budget;
}

bool ContinuousScheduler::WantsTokens(const Sequence& sequence, api::Priority priority,
                                      bool may_start) const {
  if (sequence.priority != priority || sequence.is_passed_over) return false;
  if (sequence.state == SequenceState::kWaiting) {
    // Where somebody lost his place in this step, nobody like him gets one.
    return may_start && static_cast<std::size_t>(priority) < victim_class_;
  }
  return !sequence.is_decoding && sequence.step_tokens == 0;
}

bool ContinuousScheduler::IsPromptBefore(const Sequence& a, const Sequence& b) const {
  const auto key = [this](const Sequence& sequence) {
    const bool is_due = sequence.priority == api::Priority::kRealtime && sequence.deadline_ns != 0;
    return std::tuple(!sequence.was_preempted, is_due ? sequence.deadline_ns : INT64_MAX,
                      shares_.served(sequence.account, sequence.priority), sequence.age);
  };
  return key(a) < key(b);
}

ContinuousScheduler::Place ContinuousScheduler::NextPrompt(api::Priority priority,
                                                           bool may_start) const {
  Place next = kNone;
  for (const auto* places : {&running_, &waiting_}) {
    for (const Place place : *places) {
      if (!WantsTokens(at(place), priority, may_start)) continue;
      if (next == kNone || IsPromptBefore(at(place), at(next))) next = place;
    }
  }
  return next;
}

ContinuousScheduler::Place ContinuousScheduler::ShorterPrompt(Place than, bool may_start) const {
  const Sequence& longer = at(than);
  if (longer.priority == api::Priority::kRealtime && longer.deadline_ns != 0) return kNone;
  Place shortest = kNone;
  std::uint32_t tokens = longer.uncomputed() / kShorterBy;
  for (const auto* places : {&running_, &waiting_}) {
    for (const Place place : *places) {
      const Sequence& sequence = at(place);
      if (place == than || sequence.account != longer.account) continue;
      if (!WantsTokens(sequence, longer.priority, may_start)) continue;
      if (sequence.uncomputed() > tokens) continue;
      if (shortest != kNone && sequence.uncomputed() == tokens && at(shortest).age < sequence.age) {
        continue;
      }
      shortest = place;
      tokens = sequence.uncomputed();
    }
  }
  return shortest;
}

bool ContinuousScheduler::Admit(Place place, bool& may_start) {
  Sequence& sequence = at(place);
  const bool is_new = sequence.state == SequenceState::kWaiting;
  if (is_new) {
    keeper_.Attach(sequence);
  } else {
    const std::uint32_t shared = keeper_.ShareMore(sequence);
    if (!sequence.was_preempted) prompt_tokens_cached_ += shared;
  }
  if (IsComputedByAnother(sequence)) {
    // It would be computed twice now; a step later it is there.
    sequence.is_passed_over = true;
    if (is_new) keeper_.TakeBack(sequence, /*keep=*/false);
    return false;
  }
  if (!is_new || TryStart(place)) return sequence.is_admitted = true;
  keeper_.TakeBack(sequence, /*keep=*/false);
  may_start = false;
  return false;
}

// By one as urgent or more: those who are less urgent get their tokens later, and small chunks.
bool ContinuousScheduler::IsComputedByAnother(const Sequence& sequence) const {
  return std::any_of(running_.begin(), running_.end(), [&](Place place) {
    const Sequence& other = at(place);
    return &other != &sequence && other.step_tokens > 0 && !other.is_decoding &&
           PageKeeper::ComputeTheSame(other, sequence);
  });
}

bool ContinuousScheduler::TryStart(Place place) {
  Sequence& sequence = at(place);
  while (running_.size() == running_max_ || !HasRoom(sequence)) {
    if (!PreemptLessUrgent(sequence.priority)) return false;
  }
  EnterRunning(place);
  keeper_.CopyPartial(sequence);
  CountStart(sequence);
  return true;
}

void ContinuousScheduler::CountStart(Sequence& sequence) {
  if (sequence.was_started) return;
  sequence.was_started = true;
  sequence.cached_tokens = sequence.computed;
  prompt_tokens_ += sequence.prompt_tokens;
  prompt_tokens_cached_ += sequence.computed;
  started_.push_back(sequence.id);
}

// For all that is decided, beside what those that run were promised when they started and a page
// more for each of them: who starts must not be pre-empted a few steps later.
bool ContinuousScheduler::HasRoom(const Sequence& sequence) const {
  const auto missing = [](const Sequence& s) -> std::uint64_t {
    const std::uint32_t wanted = PagesFor(std::min(s.decided() + 1, s.tokens_max));
    const std::size_t has = s.pages.pages().size();
    return wanted > has ? wanted - has : 0;
  };
  std::uint64_t needed = missing(sequence) + running_.size();
  for (const Place place : running_) needed += missing(at(place));
  return needed <= keeper_.pages_available();
}

bool ContinuousScheduler::PreemptLessUrgent(api::Priority priority) {
  if (running_.empty() || at(running_.back()).priority <= priority) return false;
  Preempt(running_.back());
  return true;
}

void ContinuousScheduler::GiveTokens(Place place, double part) {
  Sequence& sequence = at(place);
  const Budget budget = PromptBudget();
  const auto part_of = [part](std::uint32_t whole) {
    return static_cast<std::uint32_t>(std::ceil(whole * part));
  };
  const std::uint32_t in_time =
      costs_.TokensWithin(budget.work, sequence.computed, budget.seconds * part);
  const std::uint32_t at_least = std::max(1u, part_of(budget.tokens_min));
  std::uint32_t tokens =
      std::min({std::max(in_time, at_least), part_of(budget.tokens), sequence.uncomputed()});
  const std::uint32_t rows = sequence.RowsUpTo(sequence.computed + tokens);
  const std::uint32_t rows_max = part < 1 ? budget.rows / 2 : budget.rows;
  if (rows > rows_max) tokens -= rows - rows_max;
  sequence.step_tokens = tokens == 0 ? 0 : TokensWithRoom(place, tokens);
  if (sequence.step_tokens == 0) sequence.is_passed_over = true;
}

// Pages were promised to it, but those that decode may have needed them. It gets them back from who
// is less urgent or later, unless that one is in this step's plan.
std::uint32_t ContinuousScheduler::TokensWithRoom(Place place, std::uint32_t tokens) {
  Sequence& sequence = at(place);
  while (!keeper_.TryGrow(sequence, sequence.computed + tokens)) {
    const std::uint32_t fit = keeper_.TokensThatFit(sequence);
    if (fit > 0) {
      tokens = std::min(tokens, fit);
      continue;
    }
    const Place victim = running_.back();
    const Sequence& last = at(victim);
    if (victim == place || last.is_admitted) return 0;
    Preempt(victim);
  }
  return tokens;
}

}  // namespace ganglion::sched
