#include "apps/ganglion/schema_tally.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

using nlohmann::json;
using Verdict = InstanceOutcome::Verdict;

constexpr std::size_t kReasonBytes = 90;
constexpr std::size_t kListMax = 100'000;
constexpr std::size_t kSlowShown = 50;
constexpr std::size_t kReasonsShown = 20;
constexpr std::size_t kMasksMax = std::size_t{1} << 28;

std::string ReasonsText(const std::map<std::string, std::size_t>& reasons) {
  std::vector<std::pair<std::size_t, std::string>> sorted;
  for (const auto& [reason, count] : reasons) sorted.emplace_back(count, reason);
  std::sort(sorted.rbegin(), sorted.rend());
  std::string out;
  for (std::size_t i = 0; i < sorted.size() && i < kReasonsShown; ++i) {
    out += Concat("    ", sorted[i].first, " x ", sorted[i].second, "\n");
  }
  return out;
}

std::string Line(const char* name, std::size_t count, std::size_t of) {
  char text[128];
  const double percent =
      of == 0 ? 0.0 : 100.0 * static_cast<double>(count) / static_cast<double>(of);
  std::snprintf(text, sizeof(text), "  %-34s %8zu  %6.2f %%\n", name, count, percent);
  return text;
}

}  // namespace

TimeSummary Summarize(std::vector<float> times) {
  TimeSummary out;
  out.count = times.size();
  if (times.empty()) return out;
  std::sort(times.begin(), times.end());
  double sum = 0;
  for (const float time : times) sum += time;
  out.mean = sum / static_cast<double>(times.size());
  const auto at = [&times](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  out.p50 = at(0.5);
  out.p99 = at(0.99);
  out.p999 = at(0.999);
  out.max = times.back();
  return out;
}

json ToJson(const TimeSummary& times) {
  return {{"count", times.count}, {"mean_us", times.mean},  {"p50_us", times.p50},
          {"p99_us", times.p99},  {"p99.9_us", times.p999}, {"max_us", times.max}};
}

std::string TimesText(const std::string& name, const TimeSummary& times) {
  char text[256];
  std::snprintf(text, sizeof(text),
                "  %-12s %9zu: mean %.1f, p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f us\n",
                name.c_str(), times.count, times.mean, times.p50, times.p99, times.p999, times.max);
  return text;
}

std::string ReasonOf(const std::string& message) {
  // "#/a/b: the keyword ...": what stands behind the first colon with a space.
  const std::size_t place = message.starts_with("#") ? message.find(": ") : std::string::npos;
  std::string reason = place == std::string::npos ? message : message.substr(place + 2);
  if (reason.size() > kReasonBytes) reason.resize(kReasonBytes);
  return reason;
}

void SchemaTally::Add(const SchemaTrial& trial) {
  ++schemas_;
  if (trial.end == SchemaEnd::kCrash) {
    ++crashes_;
    list_.push_back(Concat("crash ", trial.file, " [", trial.index, "] ", trial.how));
    return;
  }
  if (trial.end == SchemaEnd::kTimeOut) {
    ++time_outs_;
    list_.push_back(Concat("time-out ", trial.file, " [", trial.index, "]"));
    return;
  }
  const SchemaOutcome& outcome = trial.outcome;
  compile_.push_back(static_cast<float>(outcome.compile_microseconds));
  slow_.emplace_back(outcome.compile_microseconds,
                     Concat("compile ", trial.file, " [", trial.index, "]"));
  if (outcome.judged()) {
    if (outcome.code == Code::kFailedPrecondition) ++without_value_;
    AddInstances(trial);
    return;
  }
  not_judged_ += outcome.instances.size();
  if (outcome.code == Code::kInvalidArgument) {
    ++compile_errors_;
    ++compile_error_reasons_[ReasonOf(outcome.reason)];
    List(ListKind::kDeclined, trial, "compile error: " + outcome.reason);
  } else {
    ++declined_;
    ++declined_reasons_[ReasonOf(outcome.reason)];
    List(ListKind::kDeclined, trial, outcome.reason);
  }
}

void SchemaTally::AddInstances(const SchemaTrial& trial) {
  const SchemaOutcome& outcome = trial.outcome;
  if (outcome.code == Code::kOk) {
    first_mask_.push_back(static_cast<float>(outcome.first_mask_microseconds));
  }
  disagreements_ += outcome.disagreements;
  float slowest = 0;
  for (const float time : outcome.mask_microseconds) {
    if (masks_.size() < kMasksMax) masks_.push_back(time);
    slowest = std::max(slowest, time);
  }
  slow_.emplace_back(slowest, Concat("mask ", trial.file, " [", trial.index, "]"));
  std::size_t wrong = 0, by_order = 0;
  for (std::size_t i = 0; i < outcome.instances.size(); ++i) {
    const InstanceOutcome& instance = outcome.instances[i];
    if (!instance.right()) ++wrong;
    const std::string name = Concat("test ", i, " \"", instance.description, "\"");
    if (instance.verdict == Verdict::kUnwritable) {
      ++unwritable_;
    } else if (instance.verdict == Verdict::kRejectedByOrder) {
      ++valid_rejected_by_order_;
      ++by_order;
      List(ListKind::kRejected, trial, name + " by order");
    } else if (instance.valid) {
      ++(instance.accepted() ? valid_accepted_ : valid_rejected_);
      if (!instance.accepted()) {
        List(ListKind::kRejected, trial,
             name + (outcome.code == Code::kOk ? " at: " + instance.stopped_at
                                               : " no value is valid: " + outcome.reason));
      }
    } else {
      ++(instance.accepted() ? invalid_accepted_ : invalid_rejected_);
      if (instance.accepted()) List(ListKind::kAccepted, trial, name);
    }
  }
  ++(wrong == 0 ? passed_ : wrong == by_order ? passed_but_order_ : failed_);
}

void SchemaTally::List(ListKind kind, const SchemaTrial& trial, const std::string& what) {
  if (kind != list_kind_ || list_.size() >= kListMax) return;
  list_.push_back(
      Concat(trial.file, " [", trial.index, "] ", trial.outcome.description, ": ", what));
}

void SchemaTally::FinishList() {
  if (list_kind_ != ListKind::kSlow) return;
  std::sort(slow_.rbegin(), slow_.rend());
  for (std::size_t i = 0; i < slow_.size() && i < kSlowShown; ++i) {
    list_.push_back(Concat(slow_[i].first, " us ", slow_[i].second));
  }
  slow_.clear();
}

json SchemaTally::AsJson() {
  FinishList();
  return {{"schemas",
           {{"all", schemas_},
            {"passed", passed_},
            {"declined_by_order", passed_but_order_},
            {"declined", declined_},
            {"declined_reasons", declined_reasons_},
            {"compile_errors", compile_errors_},
            {"compile_error_reasons", compile_error_reasons_},
            {"failed", failed_},
            {"without_value", without_value_},
            {"crashes", crashes_},
            {"time_outs", time_outs_}}},
          {"instances",
           {{"valid_accepted", valid_accepted_},
            {"valid_rejected", valid_rejected_},
            {"valid_rejected_by_order", valid_rejected_by_order_},
            {"invalid_rejected", invalid_rejected_},
            {"invalid_accepted", invalid_accepted_},
            {"not_judged", not_judged_},
            {"unwritable", unwritable_},
            {"mask_and_accept_disagree", disagreements_}}},
          {"times",
           {{"compile", ToJson(Summarize(compile_))},
            {"first_mask", ToJson(Summarize(first_mask_))},
            {"mask", ToJson(Summarize(masks_))}}},
          {"list", list_}};
}

std::string SchemaTally::AsText() {
  FinishList();
  const std::size_t judged = valid_accepted_ + valid_rejected_ + valid_rejected_by_order_ +
                             invalid_rejected_ + invalid_accepted_ + not_judged_ + unwritable_;
  std::string out;
  for (const std::string& line : list_) out += line + "\n";
  out += Concat("schemas ", schemas_, "\n");
  out += Line("passed", passed_, schemas_);
  out += Line("passed, but for members' order", passed_but_order_, schemas_);
  out += Line("declined by name", declined_, schemas_) + ReasonsText(declined_reasons_);
  out += Line("compile errors", compile_errors_, schemas_) + ReasonsText(compile_error_reasons_);
  out += Line("failed", failed_, schemas_);
  out += Line("crashes", crashes_, schemas_) + Line("time-outs", time_outs_, schemas_);
  out += Concat("instances ", judged, "\n");
  out += Line("valid, accepted", valid_accepted_, judged);
  out += Line("valid, rejected", valid_rejected_, judged);
  out += Line("valid, rejected by order", valid_rejected_by_order_, judged);
  out += Line("invalid, rejected", invalid_rejected_, judged);
  out += Line("invalid, accepted", invalid_accepted_, judged);
  out += Line("of schemas that were not compiled", not_judged_, judged);
  if (unwritable_ > 0) out += Line("that the vocabulary cannot write", unwritable_, judged);
  if (disagreements_ > 0) out += Line("masks and tokens that disagree", disagreements_, judged);
  out += "times, of one thread\n";
  out += TimesText("compile", Summarize(compile_));
  out += TimesText("first mask", Summarize(first_mask_));
  return out + TimesText("mask", Summarize(masks_));
}

}  // namespace ganglion::app
