#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "ganglion/sched/cost_model.h"
#include "ganglion/sched/page_keeper.h"
#include "ganglion/sched/scheduler.h"
#include "ganglion/sched/sequence.h"
#include "ganglion/sched/tenant_shares.h"

namespace ganglion::sched {

// The one scheduler. A step is planned in this order, so that who is more urgent never lacks what
// who is less urgent has:
//
//   1. those whose deadline passed are forgotten;
//   2. each decoding sequence gets room for its next token, the most urgent and oldest first; where
//      pages are short the least urgent and latest running one is pre-empted;
//   3. prompts share the time that is left, class by class; to start, one may pre-empt running
//      sequences of less urgent classes, and takes no page that one running was promised;
//   4. guesses get what tokens and rows are left.
//
// Why everything ends some day: the first in the order of (class, age) of those that run is never
// pre-empted by another that runs, and a sequence that Add() accepted fits into the pool alone.
//
// Invariants, verified by CheckInvariants():
//   1. A sequence is in exactly one of running_, waiting_ and free_.
//   2. running_ is in the order of (class, age) and at most running_max_ long.
//   3. The owners of a page are the tables it is in, the index, and no others.
//   4. Who waits has no pages and nothing computed.
//   5. Somebody runs, or nobody is known, after each plan.
//
// Thread: the engine thread only. Memory: Plan() and Commit() do not allocate; Add() takes memory
// for the tokens of its sequence where its place had none as long.
class ContinuousScheduler final : public Scheduler {
 public:
  explicit ContinuousScheduler(const Limits& limits);

  Status Add(const SequenceSpec& spec) override;
  bool Cancel(SequenceId sequence) override;
  StepPlan Plan(TimeNs now) override;
  void Commit(TimeNs now, double seconds, std::span<const RunResult> results) override;
  bool has_work() const override { return !places_.empty(); }
  Counts counts() const override;
  const PagePool& pool() const override { return keeper_.pool(); }
  std::uint32_t cached_tokens(SequenceId sequence) const override;
  void CheckInvariants() const override;

 private:
  using Place = std::uint32_t;  // index into sequences_
  static constexpr Place kNone = UINT32_MAX;

  // What is left of a step for prompts.
  struct Budget {
    std::uint32_t tokens = 0;
    std::uint32_t rows = 0;
    std::uint32_t tokens_min = 0;  // whatever they take, so that a prompt ends some day
    double seconds = 0;
    StepWork work;  // that is planned so far
    bool is_spent = false;
  };

  // add.cc
  Status CheckFits(const SequenceSpec& spec) const;
  Status CheckQueue(const SequenceSpec& spec) const;

  // continuous_scheduler.cc
  Sequence& at(Place place) { return sequences_[place]; }
  const Sequence& at(Place place) const { return sequences_[place]; }
  bool IsBefore(Place a, Place b) const;  // in running_
  void EnterRunning(Place place);
  void Forget(Place place);
  void Preempt(Place place);
  void Expire(TimeNs now);
  void CommitRun(const RunPlan& run, const RunResult& result);
  void Learn(double seconds, std::span<const RunResult> results);
  void CheckPageOwners() const;
  void CheckSequences() const;

  // plan.cc
  void RoomForDecoders();
  bool RoomAtAnyPrice(Place place, std::uint32_t tokens);
  void GuessForDecoders();
  void EmitRuns();
  StepWork PlannedWork(bool with_prompts) const;

  // plan_prompts.cc
  void PlanPrompts();
  bool PlanClass(api::Priority priority, bool may_start);
  Budget PromptBudget() const;
  double SecondsMax() const;
  // The next prompt of a class, and a much shorter one of the same tenant; kNone where there is
  // none.
  Place NextPrompt(api::Priority priority, bool may_start) const;
  Place ShorterPrompt(Place than, bool may_start) const;
  bool WantsTokens(const Sequence& sequence, api::Priority priority, bool may_start) const;
  bool IsPromptBefore(const Sequence& a, const Sequence& b) const;
  // Whether it runs now and may get tokens. `may_start` becomes false where there is no room for
  // one whose turn it is: nobody may take what he waits for.
  bool Admit(Place place, bool& may_start);
  bool TryStart(Place place);
  bool IsComputedByAnother(const Sequence& sequence) const;
  bool HasRoom(const Sequence& sequence) const;
  bool PreemptLessUrgent(api::Priority priority);
  void CountStart(Sequence& sequence);
  void GiveTokens(Place place, double part);
  std::uint32_t TokensWithRoom(Place place, std::uint32_t tokens);

  const Limits limits_;
  const std::uint32_t running_max_;
  PageKeeper keeper_;
  TenantShares shares_;
  CostModel costs_;
  std::vector<Sequence> sequences_;
  std::vector<Place> free_;
  std::vector<Place> waiting_;
  std::vector<Place> running_;
  std::unordered_map<SequenceId, Place> places_;
  std::uint64_t arrivals_ = 0;

  // The step that is planned.
  bool is_open_ = false;
  std::vector<RunPlan> runs_;
  std::vector<SequenceId> expired_;
  std::vector<SequenceId> started_;
  std::vector<SequenceId> preempted_;
  std::size_t victim_class_ = api::kPriorities;  // the most urgent one that lost somebody
  StepWork planned_;

  std::uint64_t prompt_tokens_ = 0;
  std::uint64_t prompt_tokens_cached_ = 0;
  std::array<std::uint64_t, api::kPriorities> preemptions_ = {};
  std::array<std::uint64_t, api::kPriorities> deadline_misses_ = {};
};

}  // namespace ganglion::sched
