#pragma once

#include <cstddef>
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
  Result<Decision> Decide(std::string_view instruction);

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
