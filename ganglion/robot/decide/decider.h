#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

inline constexpr std::size_t kInstructionBytesMax = 4'000;

struct Decision {
  Plan plan;
  // Why the model's answer was not taken; the plan is then empty and says so. Empty otherwise.
  std::string refused;
  api::Usage usage;
};

// Told of each step as soon as the model has written it and it has passed its checks, in order, on
// the thread that called Decide(). A look ahead and no leave: a step must not be carried out before
// Decide() has returned the whole plan, which may still be refused for what comes later.
using StepObserver = std::function<void(std::size_t index, const Step& step)>;

// Turns an instruction in words into a checked plan, through whatever model the client reaches.
//
// The prompt and the plan's JSON Schema are derived from the robot's description, so another robot
// needs only its YAML. The model's answer is untrusted: the schema shapes it while it is generated,
// and ParsePlan() checks every field again. An answer that fails is refused whole, never mended.
//
// Thread: one at a time. The client and the description outlive the decider.
class Decider {
 public:
  Decider(api::InferenceClient& client, const RobotDescription& description);

  // An error where the instruction is empty or too long, or no answer could be had. An answer that
  // cannot be taken is no error but an empty plan.
  Result<Decision> Decide(std::string_view instruction) { return Decide(instruction, {}); }
  // Steps are checked while the next ones are generated. One that fails ends the generation early;
  // the usage is then that of what was generated.
  Result<Decision> Decide(std::string_view instruction, const StepObserver& observer);

  const std::string& system_prompt() const { return system_prompt_; }
  const std::string& schema() const { return schema_; }

 private:
  api::InferenceClient& client_;
  const RobotDescription& description_;
  std::string system_prompt_;
  std::string schema_;
};

// What a model is told before the instruction: what the robot is, its skills with their fields,
// units and ranges, and the rules of a plan.
std::string SystemPrompt(const RobotDescription& description);

}  // namespace ganglion::robot
