#include "ganglion/robot/decide/plan_reader.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/robot/world/limits.h"

namespace ganglion::robot {
namespace {

constexpr std::string_view kSteps = "steps";
constexpr std::size_t kPlanDepth = 1;   // inside of the plan's object
constexpr std::size_t kStepsDepth = 2;  // inside of its list of steps
constexpr std::size_t kDepthMax = 4;    // as ParsePlan() has it; nothing deeper is a plan

}  // namespace

Status PlanReader::Fail(std::string message) {
  failed_ = std::move(message);
  return {Code::kInvalidArgument, failed_};
}

std::vector<Step> PlanReader::Feed(std::string_view bytes) {
  std::vector<Step> steps;
  for (const char c : bytes) {
    if (!failed_.empty()) break;
    if (++bytes_read_ > kPlanTextBytesMax) {
      failed_ = Concat("plan: longer than ", kPlanTextBytesMax, " bytes");
    } else if (!Take(c, steps).ok()) {
      break;
    }
  }
  return steps;
}

Status PlanReader::Take(char c, std::vector<Step>& steps) {
  if (recording_) step_ += c;
  if (in_string_) {
    TakeInString(c);
    return {};
  }
  switch (c) {
    case '"':
      in_string_ = true;
      if (depth_ == kPlanDepth) word_.clear();
      return {};
    case '{':
    case '[':
      return Open(c);
    case '}':
    case ']':
      return Close(steps);
    default:
      return {};
  }
}

// Keys with escapes in them are not decoded: such a list of steps is left to ParsePlan().
void PlanReader::TakeInString(char c) {
  if (!escaped_ && c == '"') {
    in_string_ = false;
  } else if (depth_ == kPlanDepth && word_.size() <= kSteps.size()) {
    word_ += c;
  }
  escaped_ = !escaped_ && c == '\\';
}

Status PlanReader::Open(char c) {
  if (depth_ == kPlanDepth) in_steps_ = c == '[' && word_ == kSteps;
  if (depth_ == kStepsDepth && in_steps_ && c == '{') {
    if (steps_read_ == description_.steps_max) {
      return Fail(Concat("steps: more than ", description_.steps_max, " steps"));
    }
    recording_ = true;
    step_ = "{";
  }
  if (++depth_ > kDepthMax) return Fail("plan: nested too deep");
  return {};
}

Status PlanReader::Close(std::vector<Step>& steps) {
  if (depth_ > 0) --depth_;
  if (depth_ == kPlanDepth) in_steps_ = false;
  if (!recording_ || depth_ != kStepsDepth) return {};
  recording_ = false;
  // The one parser judges it, as a plan of one step.
  auto plan = ParsePlan(Concat("{\"steps\":[", step_, "]}"), description_);
  if (!plan.ok()) {
    std::string message(plan.error().message());
    constexpr std::string_view kFirst = "steps[0]";
    if (message.starts_with(kFirst)) {
      message = Concat("steps[", steps_read_, "]", message.substr(kFirst.size()));
    }
    return Fail(std::move(message));
  }
  ++steps_read_;
  steps.push_back(std::move(plan->steps.front()));
  return {};
}

}  // namespace ganglion::robot
