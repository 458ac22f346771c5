#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/capacity.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/options.h"
#include "ganglion/engine/score.h"
#include "ganglion/engine/sequence.h"
#include "ganglion/engine/workbench.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/sched/scheduler.h"
#include "ganglion/sys/memory_map.h"

namespace ganglion::engine {

// Computes many sequences together, step by step: the place where scheduler, model, cache and
// sequences meet. One step is
//
//   Plan(): who, which tokens, on which pages -> copies of pages -> pages made ready -> one pass of
//   the model over all runs -> each sequence takes its logits -> Commit()
//
// What goes wrong with one sequence ends that sequence: a page that is not what was written, logits
// without a number, a deadline, a cancellation. The others do not notice.
//
// The clients are told of ends by Deliver(), when the pages of the ended are free again.
//
// Thread: the engine thread only. Memory: its buffers are taken in Create(), those of a sequence in
// Add(). A step allocates what sequences do, and nothing that grows with the steps.
class StepLoop {
 public:
  static Result<std::unique_ptr<StepLoop>> Create(LoadedModel& loaded,
                                                  const EngineOptions& options);
  ~StepLoop();

  // These may end the request at once.
  void Add(std::unique_ptr<Job> job);
  void Add(std::unique_ptr<ScoreJob> job);
  // Ends a request in whatever state; its pages are free then. Unknown ids are ignored.
  void Cancel(api::RequestId request);
  void CancelAll();

  // Whether somebody is not done.
  bool busy() const { return !sequences_.empty(); }
  // Busy. Whether anything came of it; if not, there is nothing to do at this moment.
  bool Step();

  // The requests that ended since the last Deliver().
  std::span<const api::RequestId> ended() const { return ended_; }
  // Calls the sinks and callbacks of those.
  void Deliver();
  // Tokens of prompts that stopped waiting since the last call: they run, or are gone.
  std::uint64_t TakeDepartedTokens() { return std::exchange(departed_tokens_, 0); }
  api::EngineStats Stats() const;

  const sched::Scheduler& scheduler() const { return *scheduler_; }

 private:
  // A sequence, as the scheduler knows it.
  struct Entry {
    std::unique_ptr<Sequence> sequence;
    ScoreGroup* group = nullptr;  // that it belongs to, if any
    std::uint64_t waiting_tokens = 0;
  };
  // A run of the step in progress.
  struct Run {
    Sequence* sequence = nullptr;
    std::uint32_t guesses = 0;
    bool skipped = false;  // not computed: its result stands already
  };

  StepLoop(LoadedModel& loaded, const EngineOptions& options, const Capacity& capacity,
           KvStorage storage, sys::MemoryMap logits);

  bool Enter(std::unique_ptr<Sequence> sequence, ScoreGroup* group, std::uint64_t waiting_tokens);
  void Feed(ScoreGroup& group);
  void Retire(sched::SequenceId id);
  void CloseGroup(ScoreGroup& group);
  void Observe(const sched::StepPlan& plan, TimeNs now);
  void CopyPages(const sched::StepPlan& plan);
  void Gather(const sched::StepPlan& plan);
  void MakeReady(const sched::StepPlan& plan);
  void Compute(const sched::StepPlan& plan);
  void Count(const sched::StepPlan& plan, double seconds);
  void RetireDone();

  LoadedModel& loaded_;
  const EngineOptions options_;
  KvStorage storage_;
  const std::unique_ptr<sched::Scheduler> scheduler_;
  Workbench bench_;
  sys::MemoryMap logits_;
  const std::size_t running_max_;
  std::uint64_t sequences_made_ = 0;
  std::unordered_map<sched::SequenceId, Entry> sequences_;
  std::unordered_map<api::RequestId, std::unique_ptr<ScoreGroup>> groups_;

  // Of the step in progress, in the order of the plan's runs.
  std::vector<Run> runs_;
  std::vector<sched::RunResult> results_;
  std::vector<TokenRun> batch_;        // of those that are computed
  std::vector<KvRange> ranges_;        // the same
  std::vector<std::size_t> computed_;  // the same, as places in runs_
  std::vector<sched::SequenceId> finished_;

  std::vector<std::unique_ptr<Sequence>> ended_sequences_;
  std::vector<std::unique_ptr<ScoreGroup>> ended_groups_;
  std::vector<api::RequestId> ended_;
  std::uint64_t departed_tokens_ = 0;
  double lately_tokens_ = 0;  // computed, with those of long ago forgotten
  double lately_seconds_ = 0;
};

}  // namespace ganglion::engine
