#include "ganglion/sched/continuous_scheduler.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/sched/limits.h"

namespace ganglion::sched {
namespace {

constexpr std::size_t Index(api::Priority priority) { return static_cast<std::size_t>(priority); }

// Each running sequence gets a row and a token in each step, and prompts a few tokens beside that.
std::uint32_t RunningMax(const Limits& limits) {
  GN_CHECK(limits.pages > 0 && limits.sequence_tokens_max > 0 && limits.running_max > 0);
  GN_CHECK(limits.step_tokens_max > 0 && limits.step_rows_max > 0);
  const std::uint32_t for_prompts = std::min(limits.prompt_tokens_min, limits.step_tokens_max - 1);
  return std::min({limits.running_max, limits.step_rows_max, limits.step_tokens_max - for_prompts});
}

}  // namespace

std::unique_ptr<Scheduler> MakeScheduler(const Limits& limits) {
  return std::make_unique<ContinuousScheduler>(limits);
}

ContinuousScheduler::ContinuousScheduler(const Limits& limits)
    : limits_(limits),
      running_max_(RunningMax(limits)),
      keeper_({.pages = limits.pages,
               .pinned_pages_max = limits.pinned_pages_max,
               .copies_max = running_max_,
               .keep_prefixes = limits.keep_prefixes}),
      shares_(running_max_ + limits.waiting_max) {
  // Who waits is let in only while there are fewer than waiting_max, and those that run come back
  // at most all together; so there are never more.
  const std::uint32_t sequences = running_max_ + limits.waiting_max;
  sequences_.reserve(sequences);
  for (Place i = 0; i < sequences; ++i) sequences_.emplace_back(limits.sequence_tokens_max);
  free_.reserve(sequences);
  for (Place i = sequences; i > 0; --i) free_.push_back(i - 1);
  waiting_.reserve(sequences);
  running_.reserve(running_max_);
  places_.reserve(sequences);
  runs_.reserve(running_max_);
  expired_.reserve(sequences);
  started_.reserve(sequences);
  preempted_.reserve(sequences);
}

bool ContinuousScheduler::IsBefore(Place a, Place b) const {
  if (at(a).priority != at(b).priority) return at(a).priority < at(b).priority;
  return at(a).age < at(b).age;
}

void ContinuousScheduler::EnterRunning(Place place) {
  GN_CHECK(running_.size() < running_max_);
  std::erase(waiting_, place);
  running_.insert(std::upper_bound(running_.begin(), running_.end(), place,
                                   [this](Place a, Place b) { return IsBefore(a, b); }),
                  place);
  at(place).state = SequenceState::kRunning;
}

// The caller took its pages back.
void ContinuousScheduler::Forget(Place place) {
  Sequence& sequence = at(place);
  GN_CHECK(sequence.pages.pages().empty());
  std::erase(sequence.state == SequenceState::kWaiting ? waiting_ : running_, place);
  shares_.Leave(sequence.account, sequence.priority);
  places_.erase(sequence.id);
  sequence.state = SequenceState::kUnknown;
  sequence.tokens.clear();
  free_.push_back(place);
}

bool ContinuousScheduler::Cancel(SequenceId sequence) {
  GN_CHECK(!is_open_);
  const auto found = places_.find(sequence);
  if (found == places_.end()) return false;
  const Place place = found->second;
  keeper_.TakeBack(at(place), /*keep=*/false);
  Forget(place);
  return true;
}

void ContinuousScheduler::Expire(TimeNs now) {
  const auto forget_late = [&](std::vector<Place>& places) {
    for (std::size_t i = places.size(); i > 0; --i) {
      const Place place = places[i - 1];
      Sequence& sequence = at(place);
      if (sequence.deadline_ns == 0 || now < sequence.deadline_ns) continue;
      ++deadline_misses_[Index(sequence.priority)];
      expired_.push_back(sequence.id);
      keeper_.TakeBack(sequence, /*keep=*/false);
      Forget(place);
    }
  };
  forget_late(waiting_);
  forget_late(running_);
}

// Loses nothing: what is decided stays, and what is computed stays in the index for a while.
void ContinuousScheduler::Preempt(Place place) {
  Sequence& sequence = at(place);
  GN_CHECK(sequence.state == SequenceState::kRunning);
  keeper_.TakeBack(sequence, /*keep=*/true);
  std::erase(running_, place);
  waiting_.push_back(place);
  sequence.state = SequenceState::kWaiting;
  sequence.was_preempted = true;
  sequence.is_decoding = false;
  sequence.step_tokens = 0;
  victim_class_ = std::min(victim_class_, Index(sequence.priority));
  ++preemptions_[Index(sequence.priority)];
  preempted_.push_back(sequence.id);
}

void ContinuousScheduler::Commit(TimeNs /*now*/, double seconds,
                                 std::span<const RunResult> results) {
  GN_CHECK(is_open_ && results.size() == runs_.size());
  is_open_ = false;
  keeper_.EndCopies();
  Learn(seconds, results);
  for (std::size_t i = 0; i < results.size(); ++i) CommitRun(runs_[i], results[i]);
}

void ContinuousScheduler::CommitRun(const RunPlan& run, const RunResult& result) {
  const Place place = places_.at(run.sequence);
  Sequence& sequence = at(place);
  GN_CHECK(sequence.decided() + result.decided.size() <= sequence.tokens_max);
  sequence.tokens.insert(sequence.tokens.end(), result.decided.begin(), result.decided.end());
  if (result.lost) {
    keeper_.ForgetPrefixes(sequences_);
    keeper_.TakeBack(sequence, /*keep=*/false);
    sequence.is_decoding = false;
    if (result.finished) return Forget(place);
    return keeper_.Attach(sequence);
  }

  const std::uint32_t end = run.first + result.computed;
  GN_CHECK(end <= sequence.decided());
  sequence.computed = end;
  sequence.rows_first = std::max(sequence.rows_first, std::min(end, sequence.prompt_tokens));
  shares_.Charge(sequence.account, sequence.priority,
                 run.tokens + std::uint64_t{kAnswerTokenWeight} * result.decided.size());
  if (result.finished) {
    keeper_.StoreComputed(sequence);
    keeper_.TakeBack(sequence, /*keep=*/true);
    return Forget(place);
  }
  GN_CHECK(sequence.uncomputed() > 0);  // or it could never go on
  if (run.is_last) {
    sequence.is_decoding = true;
    sequence.was_preempted = false;
  }
  keeper_.StoreComputed(sequence);
}

void ContinuousScheduler::Learn(double seconds, std::span<const RunResult> results) {
  StepWork work = planned_;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].lost) return;
    work.AddPrompt(runs_[i].first + runs_[i].tokens, results[i].guessed);
  }
  costs_.Learn(work, seconds);
}

std::uint32_t ContinuousScheduler::cached_tokens(SequenceId sequence) const {
  const auto found = places_.find(sequence);
  return found == places_.end() ? 0 : at(found->second).cached_tokens;
}

Scheduler::Counts ContinuousScheduler::counts() const {
  Counts counts;
  for (const Place place : waiting_) {
    const Sequence& sequence = at(place);
    ++counts.waiting[Index(sequence.priority)];
    counts.waiting_tokens += sequence.prompt_tokens;
    if (counts.oldest_arrival_ns == 0 || sequence.arrival_ns < counts.oldest_arrival_ns) {
      counts.oldest_arrival_ns = sequence.arrival_ns;
    }
  }
  for (const Place place : running_) ++counts.running[Index(at(place).priority)];
  counts.pages_total = pool().pages_total();
  counts.pages_cached = keeper_.index().pages_unused();
  counts.pages_live = pool().pages_used() - counts.pages_cached;
  counts.pages_pinned = keeper_.index().pages_pinned();
  counts.prompt_tokens = prompt_tokens_;
  counts.prompt_tokens_cached = prompt_tokens_cached_;
  counts.preemptions = preemptions_;
  counts.deadline_misses = deadline_misses_;
  return counts;
}

void ContinuousScheduler::CheckInvariants() const {
  pool().CheckInvariants();
  keeper_.index().CheckInvariants();
  CheckSequences();
  if (!is_open_) CheckPageOwners();
}

void ContinuousScheduler::CheckSequences() const {
  GN_CHECK(waiting_.size() + running_.size() + free_.size() == sequences_.size());
  GN_CHECK(places_.size() + free_.size() == sequences_.size());
  GN_CHECK(running_.size() <= running_max_);
  for (const Place place : free_) GN_CHECK(at(place).state == SequenceState::kUnknown);
  for (const Place place : waiting_) {
    GN_CHECK(at(place).state == SequenceState::kWaiting);
    GN_CHECK(at(place).computed == 0 && at(place).pages.pages().empty());
    GN_CHECK(places_.at(at(place).id) == place);
  }
  for (std::size_t i = 0; i < running_.size(); ++i) {
    const Sequence& sequence = at(running_[i]);
    GN_CHECK(sequence.state == SequenceState::kRunning);
    GN_CHECK(places_.at(sequence.id) == running_[i]);
    GN_CHECK(sequence.computed <= sequence.pages.capacity_tokens());
    GN_CHECK(sequence.computed < sequence.decided());
    GN_CHECK(sequence.decided() <= sequence.tokens_max);
    if (i > 0) GN_CHECK(IsBefore(running_[i - 1], running_[i]));
    // What is written has one owner.
    for (std::size_t p = sequence.computed / kPageTokens; p < sequence.pages.pages().size(); ++p) {
      GN_CHECK(pool().owners(sequence.pages.pages()[p]) == 1);
    }
    PrefixIndex::Node node = sequence.node;
    for (std::uint32_t p = sequence.indexed; p > 0; --p, node = keeper_.index().parent(node)) {
      GN_CHECK(keeper_.index().page(node) == sequence.pages.pages()[p - 1]);
    }
    GN_CHECK(node == PrefixIndex::kRoot);
  }
}

void ContinuousScheduler::CheckPageOwners() const {
  std::vector<std::uint32_t> owners(pool().pages_total(), 0);
  std::uint64_t indexed = 0;
  for (const Place place : running_) {
    for (const PageId page : at(place).pages.pages()) ++owners[static_cast<std::size_t>(page)];
  }
  for (std::uint32_t i = 0; i < owners.size(); ++i) {
    const std::uint32_t others = pool().owners(PageId{i}) - owners[i];
    GN_CHECK(others <= 1);  // the index
    indexed += others;
  }
  GN_CHECK(indexed == keeper_.index().pages());
}

}  // namespace ganglion::sched
