#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "ganglion/sched/scheduler.h"

namespace ganglion::sched {

// Limits in which nothing is short.
Limits Plenty();

// `tokens` tokens that go on from `first`; other numbers are other beginnings.
std::vector<TokenId> Prompt(std::uint32_t tokens, int first = 0);

// Drives a scheduler as the engine does, with answers that are known beforehand: the token at
// position p of every answer is 1000000 + p.
class Driver {
 public:
  struct Ran {
    std::uint64_t id = 0;
    std::uint32_t first = 0;
    std::uint32_t tokens = 0;
    std::uint32_t rows = 0;
    std::uint32_t draft_max = 0;
    bool is_last = false;
  };
  struct Stepped {
    std::vector<Ran> runs;
    std::vector<PageCopy> copies;
    std::vector<std::uint64_t> expired, started, preempted;
    double seconds = 0;

    const Ran* Find(std::uint64_t id) const;
    std::uint32_t TokensOf(std::uint64_t id) const;
  };

  explicit Driver(const Limits& limits);

  Status Add(const SequenceSpec& spec);
  // Plans, computes and commits one step.
  Stepped Step();
  // Until this sequence is finished; how many of its tokens were computed.
  std::uint32_t Finish(std::uint64_t id);
  bool Cancel(std::uint64_t id);
  void FinishAll();

  // Adds with what matters in most tests.
  void Ask(std::uint64_t id, api::Priority priority, std::span<const TokenId> prompt,
           std::uint32_t answer);

  Scheduler& scheduler() { return *scheduler_; }
  const std::vector<TokenId>& tokens(std::uint64_t id) const { return tokens_.at(id); }
  bool is_known(std::uint64_t id) const { return left_.contains(id); }

  TimeNs now = 1;
  // Of a step; a machine with a constant and costs for tokens unless a test says otherwise.
  std::function<double(const StepPlan&)> seconds;
  // This sequence's next run is lost.
  std::uint64_t to_lose = 0;

 private:
  RunResult Compute(const RunPlan& run, std::vector<TokenId>& decided);

  std::unique_ptr<Scheduler> scheduler_;
  std::map<std::uint64_t, std::uint32_t> left_;  // tokens of the answer
  std::map<std::uint64_t, std::vector<TokenId>> tokens_;
};

}  // namespace ganglion::sched
