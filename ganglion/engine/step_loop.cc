#include "ganglion/engine/step_loop.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/answer.h"
#include "ganglion/engine/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

double Seconds(TimeNs duration) { return static_cast<double>(duration) * 1e-9; }

}  // namespace

Result<std::unique_ptr<StepLoop>> StepLoop::Create(LoadedModel& loaded,
                                                   const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(const Capacity capacity, PlanCapacity(loaded, options));
  GN_RETURN_IF_ERROR(loaded.model->Prepare(capacity.batch));
  GN_ASSIGN_OR_RETURN(KvStorage storage,
                      KvStorage::Create(loaded.model->kv_shape(), options.kv_type,
                                        capacity.limits.pages, capacity.budget));
  GN_ASSIGN_OR_RETURN(auto logits,
                      sys::MemoryMap::Anonymous(std::size_t{loaded.vocab_size} * sizeof(float) *
                                                capacity.limits.step_rows_max));
  return std::unique_ptr<StepLoop>(
      new StepLoop(loaded, options, capacity, std::move(storage), std::move(logits)));
}

StepLoop::StepLoop(LoadedModel& loaded, const EngineOptions& options, const Capacity& capacity,
                   KvStorage storage, sys::MemoryMap logits)
    : loaded_(loaded),
      options_(options),
      storage_(std::move(storage)),
      scheduler_(sched::MakeScheduler(capacity.limits)),
      bench_(loaded_, options_),
      logits_(std::move(logits)),
      running_max_(capacity.limits.running_max) {
  const std::size_t runs = capacity.limits.running_max;
  runs_.reserve(runs);
  results_.reserve(runs);
  batch_.reserve(runs);
  ranges_.reserve(runs);
  computed_.reserve(runs);
  finished_.reserve(runs);
}

StepLoop::~StepLoop() = default;

void StepLoop::Add(std::unique_ptr<Job> job) {
  const std::uint64_t tokens = job->prompt.size();
  Enter(std::make_unique<Answer>(std::move(job), bench_), nullptr, tokens);
}

void StepLoop::Add(std::unique_ptr<ScoreJob> job) {
  const api::RequestId id = job->ticket.id;
  const std::uint64_t tokens = job->prompt.size();
  ScoreGroup& group =
      *groups_.emplace(id, std::make_unique<ScoreGroup>(std::move(job), bench_)).first->second;
  if (!Enter(group.MakeNext(), &group, tokens)) CloseGroup(group);
}

// Whether the scheduler took it; else it is over.
bool StepLoop::Enter(std::unique_ptr<Sequence> sequence, ScoreGroup* group,
                     std::uint64_t waiting_tokens) {
  // What a grammar dictates whole is over before anything is computed.
  while (auto retry = sequence->MakeRetry()) sequence = std::move(retry);
  const sched::SequenceId id{++sequences_made_};
  if (!sequence->done()) {
    sched::SequenceSpec spec = sequence->Spec();
    spec.id = id;
    Status added = scheduler_->Add(spec);
    if (added.ok()) {
      sequences_.emplace(id, Entry{std::move(sequence), group, waiting_tokens});
      return true;
    }
    sequence->End(api::FinishReason::kError, std::move(added));
  }
  departed_tokens_ += waiting_tokens;
  if (group == nullptr) ended_.push_back(sequence->ticket().id);
  ended_sequences_.push_back(std::move(sequence));
  return false;
}

// More than one label of a request at a time only where all can run at once: so there are never
// many more sequences than requests, and the scheduler has room for them.
void StepLoop::Feed(ScoreGroup& group) {
  while (group.HasNext() && (group.idle() || sequences_.size() < running_max_)) {
    Enter(group.MakeNext(), &group, 0);
  }
}

// The scheduler has forgotten it, and it is done.
void StepLoop::Retire(sched::SequenceId id) {
  const auto found = sequences_.find(id);
  Entry entry = std::move(found->second);
  sequences_.erase(found);
  GN_CHECK(entry.sequence->done());
  departed_tokens_ += entry.waiting_tokens;
  if (auto retry = entry.sequence->MakeRetry()) {
    Enter(std::move(retry), entry.group, 0);  // the request runs already: it waits for nobody
    return;
  }
  if (entry.group == nullptr) ended_.push_back(entry.sequence->ticket().id);
  ended_sequences_.push_back(std::move(entry.sequence));
}

void StepLoop::CloseGroup(ScoreGroup& group) {
  const auto found = groups_.find(group.ticket().id);
  ended_.push_back(group.ticket().id);
  ended_groups_.push_back(std::move(found->second));
  groups_.erase(found);
}

void StepLoop::Cancel(api::RequestId request) {
  finished_.clear();
  for (const auto& [id, entry] : sequences_) {
    if (entry.sequence->ticket().id == request) finished_.push_back(id);
  }
  for (const sched::SequenceId id : finished_) {
    Sequence& sequence = *sequences_.at(id).sequence;
    GN_CHECK(scheduler_->Cancel(id));
    sequence.End(api::FinishReason::kCancelled, {});
    Retire(id);
  }
  const auto group = groups_.find(request);
  if (group != groups_.end()) CloseGroup(*group->second);
}

void StepLoop::CancelAll() {
  while (!sequences_.empty()) Cancel(sequences_.begin()->second.sequence->ticket().id);
}

bool StepLoop::Step() {
  GN_CHECK(busy());
  const TimeNs begin = sys::MonotonicNow();
  const sched::StepPlan plan = scheduler_->Plan(begin);
  finished_.assign(plan.expired.begin(), plan.expired.end());
  Observe(plan, begin);
  if (plan.runs.empty()) {
    const bool progress = !finished_.empty();
    RetireDone();
    return progress;
  }
  results_.assign(plan.runs.size(), {});
  runs_.clear();
  for (const sched::RunPlan& run : plan.runs) {
    runs_.push_back({.sequence = sequences_.at(run.sequence).sequence.get()});
  }
  CopyPages(plan);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i].skipped) continue;
    runs_[i].guesses = runs_[i].sequence->PutGuesses(plan.runs[i], runs_.size() == 1);
  }
  MakeReady(plan);
  Compute(plan);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    results_[i].finished |= runs_[i].sequence->done();
    if (results_[i].finished) finished_.push_back(plan.runs[i].sequence);
  }
  const TimeNs end = sys::MonotonicNow();
  Count(plan, Seconds(end - begin));
  scheduler_->Commit(end, Seconds(end - begin), results_);
  RetireDone();
  return true;
}

// What the plan says of sequences that it does not run.
void StepLoop::Observe(const sched::StepPlan& plan, TimeNs now) {
  for (const sched::SequenceId id : plan.expired) {
    Sequence& sequence = *sequences_.at(id).sequence;
    sequence.End(
        api::FinishReason::kError,
        Status(Code::kDeadlineExceeded, Concat("the deadline of ", sequence.ticket().deadline_ms,
                                               " ms passed before the answer was done")));
  }
  for (const sched::SequenceId id : plan.started) {
    Entry& entry = sequences_.at(id);
    entry.sequence->Started(now, scheduler_->cached_tokens(id));
    departed_tokens_ += std::exchange(entry.waiting_tokens, 0);
  }
  for (const sched::SequenceId id : plan.preempted) sequences_.at(id).sequence->Preempted();
}

// A page of the cache that cannot be read costs time: its tokens are computed again.
void StepLoop::CopyPages(const sched::StepPlan& plan) {
  for (const sched::PageCopy& copy : plan.copies) {
    if (storage_.CopyPage(scheduler_->pool(), copy.from, copy.to).ok()) continue;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (plan.runs[i].sequence != copy.sequence) continue;
      runs_[i].skipped = true;
      results_[i].lost = true;
    }
  }
}

void StepLoop::Gather(const sched::StepPlan& plan) {
  batch_.clear();
  ranges_.clear();
  computed_.clear();
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i].skipped) continue;
    const sched::RunPlan& run = plan.runs[i];
    const std::uint32_t tokens = run.tokens + runs_[i].guesses;
    batch_.push_back({.tokens = runs_[i].sequence->tokens().subspan(run.first, tokens),
                      .first_position = run.first,
                      .pages = run.pages,
                      .logits_rows = run.rows + runs_[i].guesses});
    ranges_.push_back({run.pages, run.first, run.first + tokens});
    computed_.push_back(i);
  }
}

// A sequence whose pages are gone ends, and the others are asked for again.
void StepLoop::MakeReady(const sched::StepPlan& plan) {
  while (true) {
    Gather(plan);
    auto failure = storage_.Ready(scheduler_->pool(), ranges_);
    if (!failure) return;
    const std::size_t i = computed_[failure->range];
    runs_[i].skipped = true;
    results_[i].lost = true;
    runs_[i].sequence->End(api::FinishReason::kError, std::move(failure->why));
  }
}

void StepLoop::Compute(const sched::StepPlan& plan) {
  if (batch_.empty()) return;
  std::size_t rows = 0;
  for (const TokenRun& run : batch_) rows += run.logits_rows;
  const std::size_t columns = loaded_.vocab_size;
  const std::span<float> logits(reinterpret_cast<float*>(logits_.bytes().data()), rows * columns);
  loaded_.model->Forward({batch_}, storage_, logits);
  std::size_t row = 0;
  for (std::size_t b = 0; b < batch_.size(); ++b) {
    const std::size_t i = computed_[b];
    const std::size_t own = batch_[b].logits_rows;
    results_[i] =
        runs_[i].sequence->Take(plan.runs[i], logits.subspan(row * columns, own * columns));
    row += own;
  }
}

void StepLoop::Count(const sched::StepPlan& plan, double seconds) {
  api::EngineStats& counts = bench_.counts;
  std::uint64_t prompt = 0;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i].skipped) continue;
    const sched::RunPlan& run = plan.runs[i];
    const std::uint32_t end = run.first + run.tokens;
    const std::uint32_t own = runs_[i].sequence->prompt_tokens();
    prompt += std::min(end, std::max(own, run.first)) - run.first;
    all += run.tokens;
    counts.sequence_tokens_max = std::max<std::uint64_t>(counts.sequence_tokens_max, end);
  }
  ++counts.steps;
  counts.sequence_steps += runs_.size();
  const double share = all == 0 ? 0 : static_cast<double>(prompt) / static_cast<double>(all);
  counts.prompt_seconds += seconds * share;
  counts.decode_seconds += seconds * (1 - share);
  const auto bound =
      std::lower_bound(api::kStepTokensBounds.begin(), api::kStepTokensBounds.end(), all);
  ++counts.step_tokens.counts[static_cast<std::size_t>(bound - api::kStepTokensBounds.begin())];
  counts.step_tokens.sum += static_cast<double>(all);
  const double kept = std::exp(-seconds / kSpeedMemorySeconds);
  lately_tokens_ = lately_tokens_ * kept + static_cast<double>(all);
  lately_seconds_ = lately_seconds_ * kept + seconds;
  if (runs_.size() == 1) runs_.front().sequence->CountStep(seconds);
}

// Lets go of what ended in a step, and of the groups that came to their end with it.
void StepLoop::RetireDone() {
  for (std::size_t i = 0; i < finished_.size(); ++i) {
    ScoreGroup* const group = sequences_.at(finished_[i]).group;
    Retire(finished_[i]);
    if (group != nullptr && !group->done()) Feed(*group);
  }
  for (auto it = groups_.begin(); it != groups_.end();) {
    ScoreGroup& group = *(it++)->second;
    if (!group.done()) continue;
    if (group.failed()) {
      Cancel(group.ticket().id);
    } else {
      CloseGroup(group);
    }
  }
}

void StepLoop::Deliver() {
  ended_.clear();
  for (const auto& sequence : ended_sequences_) sequence->Deliver();
  ended_sequences_.clear();
  for (const auto& group : ended_groups_) group->Deliver();
  ended_groups_.clear();
}

api::EngineStats StepLoop::Stats() const {
  const sched::Scheduler::Counts counts = scheduler_->counts();
  api::EngineStats stats = bench_.counts;
  stats.waiting = counts.waiting;
  stats.running = counts.running;
  stats.waiting_tokens = counts.waiting_tokens;
  if (counts.oldest_arrival_ns != 0) {
    stats.oldest_waiting_s = Seconds(sys::MonotonicNow() - counts.oldest_arrival_ns);
  }
  stats.pages_total = counts.pages_total;
  stats.pages_live = counts.pages_live;
  stats.pages_cached = counts.pages_cached;
  stats.pages_pinned = counts.pages_pinned;
  stats.page_tokens = kPageTokens;
  stats.kv_bytes = storage_.size_bytes();
  stats.tokens_per_second = lately_seconds_ > 0 ? lately_tokens_ / lately_seconds_ : 0;
  stats.prompt_tokens = counts.prompt_tokens;
  stats.prompt_tokens_cached = counts.prompt_tokens_cached;
  stats.preemptions = counts.preemptions;
  stats.deadline_misses = counts.deadline_misses;
  return stats;
}

}  // namespace ganglion::engine
