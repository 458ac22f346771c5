#include "ganglion/engine/score.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {

// The prompt with the tokens of some labels, less the last one of each: its own logits are not
// asked for. The row behind token i of that decides token i + 1.
class ScoreGroup::Path final : public Sequence {
 public:
  Path(ScoreGroup& group, const std::vector<std::size_t>& labels)
      : Sequence(group.job_->ticket), group_(group), labels_(labels) {
    const ScoreJob& job = *group.job_;
    const std::vector<TokenId>& label = job.labels[labels.front()];
    tokens_.reserve(job.prompt.size() + label.size() - 1);
    tokens_.assign(job.prompt.begin(), job.prompt.end());
    tokens_.insert(tokens_.end(), label.begin(), label.end() - 1);
  }

  sched::SequenceSpec Spec() const override {
    const auto prompt = static_cast<std::uint32_t>(group_.job_->prompt.size());
    return {.priority = ticket_.priority,
            .tenant = ticket_.tenant,
            .arrival_ns = ticket_.submitted_ns,
            .deadline_ns = ticket_.deadline_ns(),
            .prompt = tokens_,
            .answer_tokens_max = 0,
            .rows = static_cast<std::uint32_t>(tokens_.size()) - prompt + 1};
  }

  std::uint32_t prompt_tokens() const override {
    return static_cast<std::uint32_t>(tokens_.size());
  }

  void Started(TimeNs /*now*/, std::uint32_t cached_tokens) override {
    if (&labels_ != group_.paths_.data()) return;  // the others find what the first has left
    group_.answer_.prompt_tokens_cached = static_cast<std::int32_t>(
        std::min(cached_tokens, static_cast<std::uint32_t>(group_.answer_.prompt_tokens)));
  }

  sched::RunResult Take(const sched::RunPlan& run, std::span<float> logits) override {
    const Workbench& bench = group_.bench_;
    const std::size_t columns = bench.loaded.vocab_size;
    const std::size_t first_row = run.first + run.tokens - run.rows;
    for (std::size_t i = 0; i < run.rows && !done_; ++i) {
      AddRow(first_row + i, logits.subspan(i * columns, columns).first(bench.known_size()));
    }
    if (run.is_last && !done_) {
      done_ = true;
      --group_.open_;
    }
    sched::RunResult result;
    result.computed = run.tokens;
    result.finished = done_;
    return result;
  }

  void End(api::FinishReason reason, Status status) override {
    done_ = true;
    --group_.open_;
    group_.Fail(reason == api::FinishReason::kCancelled
                    ? Status(Code::kCancelled, "the request was cancelled")
                    : std::move(status));
  }

  void Deliver() override {}  // the group does

 private:
  // The logits behind the token at `position`, of what is computed for the first time: a
  // pre-emption may bring some of them again.
  void AddRow(std::size_t position, std::span<const float> logits) {
    if (position < rows_end_) return;
    rows_end_ = position + 1;
    const ScoreJob& job = *group_.job_;
    const std::size_t at = position + 1 - job.prompt.size();  // in the labels
    const double log_sum = group_.bench_.sampler.LogSum(logits);
    if (!std::isfinite(log_sum)) {
      ++group_.bench_.counts.numeric_faults;
      return End(api::FinishReason::kError,
                 Status(Code::kInternal, "the model computed no logit that is a number"));
    }
    for (const std::size_t label : labels_) {
      const auto token = static_cast<std::size_t>(Value(job.labels[label][at]));
      group_.answer_.labels[label].logprob += static_cast<double>(logits[token]) - log_sum;
    }
  }

  ScoreGroup& group_;
  const std::vector<std::size_t>& labels_;
  std::size_t rows_end_ = 0;  // rows up to this position have been added
};

// Labels of one path have the same length, so that each of its rows belongs to all of them.
ScoreGroup::ScoreGroup(std::unique_ptr<ScoreJob> job, Workbench& bench)
    : bench_(bench), job_(std::move(job)) {
  std::map<std::vector<TokenId>, std::vector<std::size_t>> by_path;
  for (std::size_t i = 0; i < job_->labels.size(); ++i) {
    const std::vector<TokenId>& label = job_->labels[i];
    by_path[{label.begin(), label.end() - 1}].push_back(i);
    answer_.labels.push_back({.tokens = static_cast<std::int32_t>(label.size())});
  }
  for (auto& [path, labels] : by_path) paths_.push_back(std::move(labels));
  answer_.prompt_tokens = static_cast<std::int32_t>(job_->prompt_tokens);
}

bool ScoreGroup::HasNext() const {
  if (failed() || next_ == paths_.size()) return false;
  const bool first_is_open = next_ == 1 && open_ == 1;
  return !first_is_open && open_ < kLabelsTogether;
}

std::unique_ptr<Sequence> ScoreGroup::MakeNext() {
  GN_CHECK(HasNext());
  ++open_;
  return std::make_unique<Path>(*this, paths_[next_++]);
}

void ScoreGroup::Fail(Status status) {
  if (status_.ok()) status_ = std::move(status);
}

void ScoreGroup::Deliver() {
  GN_CHECK(done());
  if (failed()) return job_->done(std::move(status_));
  double largest = answer_.labels.front().logprob;
  for (const api::LabelScore& label : answer_.labels) largest = std::max(largest, label.logprob);
  double sum = 0;
  for (api::LabelScore& label : answer_.labels) {
    label.probability = std::exp(label.logprob - largest);
    sum += label.probability;
  }
  for (api::LabelScore& label : answer_.labels) label.probability /= sum;
  answer_.total_ms = static_cast<double>(sys::MonotonicNow() - job_->ticket.submitted_ns) * 1e-6;
  job_->done(std::move(answer_));
}

}  // namespace ganglion::engine
