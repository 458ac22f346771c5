#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "ganglion/sched/scheduler.h"
#include "ganglion/testing/seed.h"

namespace ganglion::sched {

// A world around one scheduler: clients that come, go away and set deadlines, a machine whose steps
// take random times, and a cache that remembers of each slot which tokens lead to what was written
// there. After each step it compares what the scheduler did with what it promised.
class SimulatedWorld {
 public:
  struct Options {
    Limits limits;
    double arrivals = 0.3;  // in a step
    double cancels = 0.02;
    double losses = 0.0005;  // of a run
    std::uint32_t prompt_max = 200;
    std::uint32_t answer_max = 60;
    std::uint32_t prefixes = 4;  // that prompts begin with
    TimeNs deadline_max = 5'000'000'000;
  };
  struct Totals {
    std::uint64_t accepted = 0, refused = 0, finished = 0, cancelled = 0, expired = 0, lost = 0;
    std::uint64_t preempted = 0, steps = 0, computed = 0;
  };

  SimulatedWorld(const Options& options, testing::SeededRng& rng);

  // Nothing where all is well, or what is not.
  void Step(bool with_arrivals);
  bool has_work() const { return scheduler_->has_work(); }
  void ExpectIdle();
  const Totals& totals() const { return totals_; }
  const Scheduler& scheduler() const { return *scheduler_; }

 private:
  using Hash = std::uint64_t;
  static constexpr Hash kPoison = 1;

  struct Client {
    SequenceSpec spec;
    std::vector<TokenId> tokens;
    std::vector<Hash> hashes;  // of the tokens up to each
    std::uint32_t prompt = 0;
    std::uint32_t tokens_max = 0;
    std::uint32_t rows_next = 0;
    bool is_running = false;
    bool is_decoding = false;
    bool was_started = false;
    bool may_be_poisoned = false;
  };

  bool Chance(double probability) {
    return static_cast<double>(rng_.Below(1u << 30)) < probability * (1u << 30);
  }
  static void Append(Client& client, TokenId token);
  std::vector<TokenId> RandomPrompt();
  void Arrive();
  void CancelSome();
  void CheckPlan(const StepPlan& plan);
  void CheckForgotten(const StepPlan& plan);
  void CheckPlaces(const StepPlan& plan);
  void CheckRun(const RunPlan& run);
  bool Read(const RunPlan& run, Client& client);
  RunResult Compute(const RunPlan& run, std::vector<TokenId>& decided);
  void Decide(const RunPlan& run, Client& client, RunResult& result, std::vector<TokenId>& decided);
  void Lose(const RunPlan& run, Client& client);
  double Seconds(const StepPlan& plan);
  Hash& slot(const PageTable& pages, std::uint32_t position);

  const Options options_;
  testing::SeededRng& rng_;
  std::unique_ptr<Scheduler> scheduler_;
  std::map<std::uint64_t, Client> clients_;
  std::vector<std::array<Hash, kPageTokens>> contents_;
  std::vector<std::vector<TokenId>> prefixes_;
  std::uint64_t next_id_ = 1;
  TimeNs now_ = 1;
  Totals totals_;
};

}  // namespace ganglion::sched
