#include "ganglion/robot/decide/decider.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/base/fold_text.h"

namespace ganglion::robot {
namespace {

constexpr std::int32_t kPlanTokensMax = 1'024;

// Spoken text was copied from the folded instruction; it gets back the spelling of the person.
void RestoreSpelling(const FoldedText& folded, std::string_view instruction,
                     const RobotDescription& description, Plan& plan) {
  for (Step& step : plan.steps) {
    const SkillDescription& skill = description.skills[step.skill];
    const auto field = skill.FieldThatMeans(Parameter::kText);
    if (!field) continue;
    if (auto* text = std::get_if<std::string>(&step.values[*field])) {
      *text = Unfold(folded, instruction, *text);
    }
  }
}

}  // namespace

Decider::Decider(api::InferenceClient& client, const RobotDescription& description)
    : client_(client),
      description_(description),
      system_prompt_(SystemPrompt(description)),
      schema_(PlanSchemaJson(description)) {}

Result<Decision> Decider::Decide(std::string_view instruction) {
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
  GN_ASSIGN_OR_RETURN(const api::Answer answer, api::GenerateAndWait(client_, std::move(request)));
  Decision decision;
  decision.usage = answer.usage;
  Result<Plan> plan = ParsePlan(answer.text, description_);
  if (!plan.ok()) {
    decision.refused = plan.error().message();
    decision.plan.say = "I can't do that.";
    return decision;
  }
  decision.plan = *std::move(plan);
  RestoreSpelling(folded, instruction, description_, decision.plan);
  return decision;
}

}  // namespace ganglion::robot
