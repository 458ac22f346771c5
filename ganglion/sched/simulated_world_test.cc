#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "ganglion/sched/simulator_test.h"

namespace ganglion::sched {
namespace {

constexpr std::uint64_t Mix(std::uint64_t hash, std::uint64_t value) {
  std::uint64_t x = hash * 0x9E3779B97F4A7C15u + value + 0x1234567;
  x ^= x >> 31;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 29;
  return x | 2;  // neither unwritten nor poison
}

std::uint64_t Key(SequenceId id) { return static_cast<std::uint64_t>(id); }

}  // namespace

SimulatedWorld::SimulatedWorld(const Options& options, testing::SeededRng& rng)
    : options_(options),
      rng_(rng),
      scheduler_(MakeScheduler(options.limits)),
      contents_(options.limits.pages) {
  for (std::uint32_t i = 0; i < options.prefixes; ++i) {
    std::vector<TokenId> prefix;
    // Some begin like the one before.
    if (i > 0 && Chance(0.5)) {
      prefix.assign(prefixes_.back().begin(),
                    prefixes_.back().begin() +
                        static_cast<std::ptrdiff_t>(rng_.Below(prefixes_.back().size())));
    }
    const std::size_t tokens = 1 + rng_.Below(options.prompt_max);
    while (prefix.size() < tokens) prefix.push_back(TokenId{static_cast<int>(rng_.Below(50))});
    prefixes_.push_back(std::move(prefix));
  }
}

SimulatedWorld::Hash& SimulatedWorld::slot(const PageTable& pages, std::uint32_t position) {
  const PageId page = pages.pages()[position / kPageTokens];
  return contents_[static_cast<std::size_t>(page)][position % kPageTokens];
}

void SimulatedWorld::Append(Client& client, TokenId token) {
  const Hash before = client.hashes.empty() ? 7 : client.hashes.back();
  client.hashes.push_back(Mix(before, static_cast<std::uint64_t>(Value(token))));
  client.tokens.push_back(token);
}

std::vector<TokenId> SimulatedWorld::RandomPrompt() {
  std::vector<TokenId> prompt;
  if (Chance(0.7)) prompt = prefixes_[rng_.Below(prefixes_.size())];
  const std::size_t own = Chance(0.1) ? 0 : rng_.Below(Chance(0.2) ? options_.prompt_max : 20);
  for (std::size_t i = 0; i < own; ++i) {
    prompt.push_back(TokenId{static_cast<int>(rng_.Below(50))});
  }
  if (prompt.empty()) prompt.push_back(TokenId{0});
  return prompt;
}

void SimulatedWorld::Arrive() {
  Client client;
  const std::vector<TokenId> prompt = RandomPrompt();
  for (const TokenId token : prompt) Append(client, token);
  client.prompt = static_cast<std::uint32_t>(prompt.size());
  SequenceSpec& spec = client.spec;
  spec.id = SequenceId{next_id_++};
  spec.priority = static_cast<api::Priority>(rng_.Below(api::kPriorities));
  spec.tenant = rng_.Below(4);
  spec.arrival_ns = now_;
  if (Chance(0.2)) {
    spec.deadline_ns =
        now_ + static_cast<TimeNs>(rng_.Below(static_cast<std::size_t>(options_.deadline_max)));
  }
  spec.answer_tokens_max =
      Chance(0.1) ? 0 : static_cast<std::uint32_t>(rng_.Below(options_.answer_max));
  spec.pinned_tokens = Chance(0.1) ? static_cast<std::uint32_t>(rng_.Below(prompt.size() + 1)) : 0;
  spec.rows = Chance(0.1) ? 1 + static_cast<std::uint32_t>(rng_.Below(prompt.size())) : 1;
  client.tokens_max = client.prompt + spec.answer_tokens_max;
  client.rows_next = client.prompt - spec.rows;
  spec.prompt = prompt;
  const Status status = scheduler_->Add(spec);
  if (!status.ok()) {
    ++totals_.refused;
    ASSERT_TRUE(status.code() == Code::kUnavailable || status.code() == Code::kResourceExhausted);
    return;
  }
  ++totals_.accepted;
  clients_.emplace(Key(spec.id), std::move(client));
}

void SimulatedWorld::CancelSome() {
  ASSERT_FALSE(scheduler_->Cancel(SequenceId{next_id_}));
  if (clients_.empty()) return;
  const auto victim =
      std::next(clients_.begin(), static_cast<std::ptrdiff_t>(rng_.Below(clients_.size())));
  ASSERT_TRUE(scheduler_->Cancel(victim->second.spec.id));
  ASSERT_FALSE(scheduler_->Cancel(victim->second.spec.id));
  clients_.erase(victim);
  ++totals_.cancelled;
}

void SimulatedWorld::CheckForgotten(const StepPlan& plan) {
  for (const SequenceId id : plan.expired) {
    const auto found = clients_.find(Key(id));
    ASSERT_NE(found, clients_.end()) << "expired twice";
    ASSERT_NE(found->second.spec.deadline_ns, 0);
    ASSERT_LE(found->second.spec.deadline_ns, now_);
    clients_.erase(found);
    ++totals_.expired;
  }
  for (const auto& [key, client] : clients_) {
    ASSERT_TRUE(client.spec.deadline_ns == 0 || client.spec.deadline_ns > now_);
  }
}

// Whoever decoded goes on or was pre-empted; whoever was pre-empted was the least urgent and
// latest; nobody like him comes in instead.
void SimulatedWorld::CheckPlaces(const StepPlan& plan) {
  std::set<std::pair<api::Priority, std::uint64_t>> victims;
  for (const SequenceId id : plan.preempted) {
    Client& client = clients_.at(Key(id));
    ASSERT_TRUE(client.is_running);
    client.is_running = client.is_decoding = client.may_be_poisoned = false;
    ASSERT_TRUE(victims.emplace(client.spec.priority, Key(id)).second) << "pre-empted twice";
    ++totals_.preempted;
  }
  std::set<std::uint64_t> started;
  for (const SequenceId id : plan.started) {
    Client& client = clients_.at(Key(id));
    ASSERT_FALSE(client.was_started);
    client.was_started = true;
    started.insert(Key(id));
  }
  std::set<std::uint64_t> runs;
  for (const RunPlan& run : plan.runs) {
    Client& client = clients_.at(Key(run.sequence));
    ASSERT_TRUE(runs.insert(Key(run.sequence)).second) << "two runs of one sequence";
    ASSERT_TRUE(client.was_started);
    if (!victims.empty()) {
      if (client.is_running) {
        ASSERT_LT(std::pair(client.spec.priority, Key(run.sequence)), *victims.begin());
      } else {
        ASSERT_LT(client.spec.priority, victims.begin()->first);
      }
    }
    client.is_running = true;
  }
  for (const std::uint64_t id : started) {
    ASSERT_TRUE(runs.contains(id)) << "started without a run";
  }
  for (const auto& [key, client] : clients_) {
    if (client.is_decoding) {
      ASSERT_TRUE(runs.contains(key)) << "a decoding sequence waits";
    }
  }
}

void SimulatedWorld::CheckRun(const RunPlan& run) {
  Client& client = clients_.at(Key(run.sequence));
  const std::uint32_t decided = static_cast<std::uint32_t>(client.tokens.size());
  const std::uint32_t end = run.first + run.tokens;
  ASSERT_GT(run.tokens, 0u);
  ASSERT_LE(end, decided);
  ASSERT_EQ(run.is_last, end == decided);
  ASSERT_TRUE(run.is_last || run.draft_max == 0);
  ASSERT_LE(run.draft_max, options_.limits.draft_max);
  ASSERT_LE(end + run.draft_max, std::max(client.tokens_max, decided));
  ASSERT_LE(end + run.draft_max, run.pages->capacity_tokens());
  ASSERT_LE(run.rows, run.tokens);
  if (run.is_last) {
    ASSERT_GE(run.rows, 1u);
  }
  if (end <= client.prompt && run.rows > 0 && client.rows_next < client.prompt) {
    ASSERT_EQ(end - run.rows, client.rows_next) << "rows are left out or come twice";
  }
  if (client.rows_next < client.prompt) {
    ASSERT_LE(run.first, client.rows_next) << "the rows that are wanted were taken from the cache";
    if (end > client.rows_next) {
      ASSERT_GT(run.rows, 0u);
    }
  }
  for (std::uint32_t p = run.first / kPageTokens; p <= (end + run.draft_max - 1) / kPageTokens;
       ++p) {
    ASSERT_EQ(scheduler_->pool().owners(run.pages->pages()[p]), 1u) << "a shared page is written";
  }
}

void SimulatedWorld::CheckPlan(const StepPlan& plan) {
  ASSERT_NO_FATAL_FAILURE(CheckForgotten(plan));
  ASSERT_NO_FATAL_FAILURE(CheckPlaces(plan));
  std::uint32_t tokens = 0;
  std::uint32_t rows = 0;
  for (const RunPlan& run : plan.runs) {
    ASSERT_NO_FATAL_FAILURE(CheckRun(run));
    tokens += run.tokens + run.draft_max;
    rows += run.rows + run.draft_max;
  }
  ASSERT_LE(tokens, options_.limits.step_tokens_max);
  ASSERT_LE(rows, options_.limits.step_rows_max);
  ASSERT_LE(plan.runs.size(), options_.limits.running_max);
  ASSERT_EQ(plan.runs.empty(), clients_.empty()) << "somebody waits and nobody runs";
  for (const PageCopy& copy : plan.copies) {
    const Client& client = clients_.at(Key(copy.sequence));
    const auto run = std::find_if(plan.runs.begin(), plan.runs.end(),
                                  [&](const RunPlan& r) { return r.sequence == copy.sequence; });
    ASSERT_NE(run, plan.runs.end());
    const std::uint32_t first = run->first / kPageTokens * kPageTokens;
    ASSERT_EQ(run->first - first, copy.tokens);
    ASSERT_EQ(run->pages->pages()[run->first / kPageTokens], copy.to);
    ASSERT_NE(copy.from, copy.to);
    const auto& from = contents_[static_cast<std::size_t>(copy.from)];
    for (std::uint32_t i = 0; i < copy.tokens; ++i) {
      ASSERT_EQ(from[i], client.hashes[first + i]) << "another beginning is copied";
    }
    auto& to = contents_[static_cast<std::size_t>(copy.to)];
    std::copy_n(from.begin(), copy.tokens, to.begin());
  }
}

// Whether what the run looks back at is right; else it was poisoned while the sequence ran.
bool SimulatedWorld::Read(const RunPlan& run, Client& client) {
  for (std::uint32_t p = 0; p < run.first; ++p) {
    const Hash found = slot(*run.pages, p);
    if (found == client.hashes[p]) continue;
    EXPECT_EQ(found, kPoison) << "position " << p << " of " << Key(run.sequence)
                              << " holds another beginning";
    EXPECT_TRUE(client.may_be_poisoned) << "a page that cannot be trusted was handed on";
    return false;
  }
  return true;
}

void SimulatedWorld::Lose(const RunPlan& run, Client& client) {
  for (auto& [key, other] : clients_) other.may_be_poisoned |= other.is_running;
  for (std::uint32_t p = 0; p < run.first; ++p) slot(*run.pages, p) = kPoison;
  client.may_be_poisoned = client.is_decoding = false;
  ++totals_.lost;
}

void SimulatedWorld::Decide(const RunPlan& run, Client& client, RunResult& result,
                            std::vector<TokenId>& decided) {
  const std::uint32_t end = run.first + run.tokens;
  const std::uint32_t room = client.tokens_max - static_cast<std::uint32_t>(client.tokens.size());
  std::uint32_t count = std::min<std::uint32_t>(room, 1);
  if (Chance(0.05)) count = static_cast<std::uint32_t>(std::min<std::size_t>(room, rng_.Below(40)));
  count = std::max(count, std::min<std::uint32_t>(room, 1));
  result.guessed = static_cast<std::uint32_t>(rng_.Below(run.draft_max + 1));
  const std::uint32_t right =
      static_cast<std::uint32_t>(rng_.Below(std::min(result.guessed, room > 0 ? room - 1 : 0) + 1));
  if (right > 0) count = right + 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    decided.push_back(TokenId{static_cast<int>(rng_.Below(50))});
    Append(client, decided.back());
  }
  for (std::uint32_t i = 0; i < result.guessed; ++i) {
    slot(*run.pages, end + i) = i < right ? client.hashes[end + i] : Mix(99, i);
  }
  result.computed += right;
  result.finished = client.tokens.size() == client.tokens_max || count == 0 || Chance(0.004);
}

RunResult SimulatedWorld::Compute(const RunPlan& run, std::vector<TokenId>& decided) {
  Client& client = clients_.at(Key(run.sequence));
  RunResult result;
  if (!Read(run, client) || Chance(options_.losses)) {
    Lose(run, client);
    result.lost = true;
    result.finished = Chance(0.5);
    return result;
  }
  const std::uint32_t end = run.first + run.tokens;
  for (std::uint32_t p = run.first; p < end; ++p) slot(*run.pages, p) = client.hashes[p];
  client.rows_next = std::max(client.rows_next, std::min(end, client.prompt));
  totals_.computed += run.tokens;
  result.computed = run.tokens;
  if (run.is_last) {
    Decide(run, client, result, decided);
    client.is_decoding = true;
  }
  result.decided = decided;
  return result;
}

double SimulatedWorld::Seconds(const StepPlan& plan) {
  double seconds = 0.02;
  for (const RunPlan& run : plan.runs)
    seconds += 0.001 * run.tokens + 1e-7 * run.first * run.tokens;
  seconds *= 0.95 + 0.1 * static_cast<double>(rng_.Below(1000)) / 1000;
  return Chance(0.01) ? seconds * 5 : seconds;
}

void SimulatedWorld::Step(bool with_arrivals) {
  if (with_arrivals) {
    // Bursts and lulls.
    if (Chance(options_.arrivals)) {
      ASSERT_NO_FATAL_FAILURE(Arrive());
    }
    if (Chance(0.01)) {
      for (std::size_t i = rng_.Below(20); i > 0; --i) ASSERT_NO_FATAL_FAILURE(Arrive());
    }
  }
  if (Chance(options_.cancels)) {
    ASSERT_NO_FATAL_FAILURE(CancelSome());
  }
  ++totals_.steps;
  const StepPlan plan = scheduler_->Plan(now_);
  ASSERT_NO_FATAL_FAILURE(CheckPlan(plan));
  const double seconds = Seconds(plan);
  now_ += static_cast<TimeNs>(seconds * 1e9);
  if (plan.runs.empty()) return scheduler_->CheckInvariants();

  std::vector<std::vector<TokenId>> decided(plan.runs.size());
  std::vector<RunResult> results;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    results.push_back(Compute(plan.runs[i], decided[i]));
  }
  ASSERT_FALSE(::testing::Test::HasFailure());
  std::vector<SequenceId> ids;
  for (const RunPlan& run : plan.runs) ids.push_back(run.sequence);
  scheduler_->Commit(now_, seconds, results);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].finished) continue;
    clients_.erase(Key(ids[i]));
    ++totals_.finished;
  }
  scheduler_->CheckInvariants();
}

void SimulatedWorld::ExpectIdle() {
  ASSERT_TRUE(clients_.empty());
  ASSERT_FALSE(scheduler_->has_work());
  EXPECT_EQ(totals_.accepted, totals_.finished + totals_.cancelled + totals_.expired);
  EXPECT_EQ(scheduler_->counts().pages_live, 0u);
  // One that is lost drops the index; then nobody has any page.
  const std::array<TokenId, 1> prompt = {TokenId{1}};
  ASSERT_TRUE(scheduler_->Add({.id = SequenceId{next_id_}, .prompt = prompt}).ok());
  ASSERT_EQ(scheduler_->Plan(now_).runs.size(), 1u);
  RunResult lost;
  lost.finished = lost.lost = true;
  scheduler_->Commit(now_, 0.01, std::span(&lost, 1));
  EXPECT_EQ(scheduler_->pool().pages_used(), 0u);
  scheduler_->CheckInvariants();
}

}  // namespace ganglion::sched
