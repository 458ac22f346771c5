#include "ganglion/robot/decide/decider.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/base/fold_text.h"
#include "ganglion/robot/decide/plan_reader.h"

namespace ganglion::robot {
namespace {

constexpr std::int32_t kPlanTokensMax = 1'024;

// Spoken text was copied from the folded instruction; it gets back the spelling of the person.
void RestoreSpelling(const FoldedText& folded, std::string_view instruction,
                     const RobotDescription& description, Step& step) {
  const SkillDescription& skill = description.skills[step.skill];
  const auto field = skill.FieldThatMeans(Parameter::kText);
  if (!field) return;
  if (auto* text = std::get_if<std::string>(&step.values[*field])) {
    *text = Unfold(folded, instruction, *text);
  }
}

// Carries an answer from the client's thread to the one that decides, piece by piece.
class AnswerPipe final : public api::EventSink {
 public:
  void OnText(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    pending_ += text;
    changed_.notify_one();
  }
  void OnDone(api::FinishReason /*reason*/, const api::Usage& usage,
              const Status& status) override {
    const std::lock_guard lock(mutex_);
    usage_ = usage;
    if (!status.ok()) error_ = Status(status.code(), std::string(status.message()));
    done_ = true;
    changed_.notify_one();
  }

  // Waits for more text, and gives it; empty once there is no more. The client ends each answer, by
  // the deadline of the request or by its own.
  std::string Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_ || !pending_.empty(); });
    return std::exchange(pending_, {});
  }
  // After the last text.
  const api::Usage& usage() const { return usage_; }
  Status TakeError() { return std::move(error_); }

 private:
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::string pending_;
  api::Usage usage_;
  Status error_;
  bool done_ = false;
};

Decision Refuse(const Status& why, const api::Usage& usage) {
  Decision decision;
  decision.usage = usage;
  decision.refused = why.message();
  decision.plan.say = "I can't do that.";
  return decision;
}

}  // namespace

Decider::Decider(api::InferenceClient& client, const RobotDescription& description)
    : client_(client),
      description_(description),
      system_prompt_(SystemPrompt(description)),
      schema_(PlanSchemaJson(description)) {}

Result<Decision> Decider::Decide(std::string_view instruction, const StepObserver& observer) {
  if (instruction.size() > kInstructionBytesMax) {
    return Status(Code::kInvalidArgument,
                  Concat("the instruction has ", instruction.size(), " bytes; at most ",
                         kInstructionBytesMax, " are allowed: say less at once"));
  }
  const FoldedText folded = FoldText(instruction);
  if (folded.text.empty()) {
    return Status(Code::kInvalidArgument, "the instruction is empty: say what is to be done");
  }
  api::GenerateRequest request;
  request.messages = {{"system", system_prompt_}, {"user", folded.text}};
  request.json_schema = schema_;
  request.tokens_max = kPlanTokensMax;
  auto pipe = std::make_shared<AnswerPipe>();
  GN_ASSIGN_OR_RETURN(const api::RequestId id, client_.Submit(std::move(request), pipe));

  PlanReader reader(description_);
  std::string text;
  Status refused;
  for (std::string piece = pipe->Take(); !piece.empty(); piece = pipe->Take()) {
    if (!refused.ok()) continue;  // what was on its way when the answer was cancelled
    text += piece;
    const std::size_t first = reader.steps_read();
    std::vector<Step> steps = reader.Feed(piece);
    refused = reader.status();
    if (!refused.ok()) client_.Cancel(id);
    for (std::size_t i = 0; observer && i < steps.size(); ++i) {
      RestoreSpelling(folded, instruction, description_, steps[i]);
      observer(first + i, steps[i]);
    }
  }
  if (!refused.ok()) return Refuse(refused, pipe->usage());
  GN_RETURN_IF_ERROR(pipe->TakeError());
  Result<Plan> plan = ParsePlan(text, description_);
  if (!plan.ok()) return Refuse(plan.error(), pipe->usage());
  for (Step& step : plan->steps) RestoreSpelling(folded, instruction, description_, step);
  Decision decision;
  decision.usage = pipe->usage();
  decision.plan = *std::move(plan);
  return decision;
}

}  // namespace ganglion::robot
