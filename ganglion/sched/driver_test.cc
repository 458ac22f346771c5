#include "ganglion/sched/driver_test.h"

#include <gtest/gtest.h>

namespace ganglion::sched {
namespace {

constexpr int kAnswer = 1'000'000;

std::vector<std::uint64_t> Numbers(std::span<const SequenceId> ids) {
  std::vector<std::uint64_t> numbers;
  for (const SequenceId id : ids) numbers.push_back(static_cast<std::uint64_t>(id));
  return numbers;
}

}  // namespace

Limits Plenty() {
  Limits limits;
  limits.pages = 1024;
  limits.sequence_tokens_max = 16 * 1024 + 512;
  return limits;
}

std::vector<TokenId> Prompt(std::uint32_t tokens, int first) {
  std::vector<TokenId> prompt;
  for (std::uint32_t i = 0; i < tokens; ++i) prompt.push_back(TokenId{first + static_cast<int>(i)});
  return prompt;
}

const Driver::Ran* Driver::Stepped::Find(std::uint64_t id) const {
  for (const Ran& run : runs) {
    if (run.id == id) return &run;
  }
  return nullptr;
}

std::uint32_t Driver::Stepped::TokensOf(std::uint64_t id) const {
  const Ran* run = Find(id);
  return run == nullptr ? 0 : run->tokens;
}

Driver::Driver(const Limits& limits)
    : seconds([](const StepPlan& plan) {
        double sum = 0.01;
        for (const RunPlan& run : plan.runs) sum += 0.0005 * run.tokens;
        return sum;
      }),
      scheduler_(MakeScheduler(limits)) {}

Status Driver::Add(const SequenceSpec& spec) {
  GN_RETURN_IF_ERROR(scheduler_->Add(spec));
  const auto id = static_cast<std::uint64_t>(spec.id);
  left_[id] = spec.answer_tokens_max;
  tokens_[id].assign(spec.prompt.begin(), spec.prompt.end());
  return {};
}

void Driver::Ask(std::uint64_t id, api::Priority priority, std::span<const TokenId> prompt,
                 std::uint32_t answer) {
  const Status status = Add({.id = SequenceId{id},
                             .priority = priority,
                             .arrival_ns = now,
                             .prompt = prompt,
                             .answer_tokens_max = answer});
  ASSERT_TRUE(status.ok()) << status.message();
}

RunResult Driver::Compute(const RunPlan& run, std::vector<TokenId>& decided) {
  const auto id = static_cast<std::uint64_t>(run.sequence);
  RunResult result;
  if (id == to_lose) {
    to_lose = 0;
    result.lost = true;
    return result;
  }
  result.computed = run.tokens;
  if (!run.is_last) return result;
  std::vector<TokenId>& tokens = tokens_.at(id);
  std::uint32_t& left = left_.at(id);
  if (left > 0) {
    decided.push_back(TokenId{kAnswer + static_cast<int>(tokens.size())});
    tokens.push_back(decided.back());
    --left;
  }
  result.decided = decided;
  result.finished = left == 0;
  return result;
}

Driver::Stepped Driver::Step() {
  const StepPlan plan = scheduler_->Plan(now);
  Stepped stepped;
  stepped.copies.assign(plan.copies.begin(), plan.copies.end());
  stepped.expired = Numbers(plan.expired);
  stepped.started = Numbers(plan.started);
  stepped.preempted = Numbers(plan.preempted);
  for (const std::uint64_t id : stepped.expired) left_.erase(id);
  if (plan.runs.empty()) return stepped;
  std::vector<std::vector<TokenId>> decided(plan.runs.size());
  std::vector<RunResult> results;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const RunPlan& run = plan.runs[i];
    stepped.runs.push_back({.id = static_cast<std::uint64_t>(run.sequence),
                            .first = run.first,
                            .tokens = run.tokens,
                            .rows = run.rows,
                            .draft_max = run.draft_max,
                            .is_last = run.is_last});
    results.push_back(Compute(run, decided[i]));
  }
  stepped.seconds = seconds(plan);
  now += static_cast<TimeNs>(stepped.seconds * 1e9);
  scheduler_->Commit(now, stepped.seconds, results);
  scheduler_->CheckInvariants();
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].finished) left_.erase(stepped.runs[i].id);
  }
  return stepped;
}

std::uint32_t Driver::Finish(std::uint64_t id) {
  std::uint32_t computed = 0;
  for (int i = 0; left_.contains(id); ++i) {
    EXPECT_LT(i, 100'000) << "it never ends";
    if (i == 100'000) break;
    computed += Step().TokensOf(id);
  }
  return computed;
}

bool Driver::Cancel(std::uint64_t id) {
  left_.erase(id);
  return scheduler_->Cancel(SequenceId{id});
}

void Driver::FinishAll() {
  while (!left_.empty()) Finish(left_.begin()->first);
}

}  // namespace ganglion::sched
