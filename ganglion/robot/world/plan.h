#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// Index into FieldDescription::choices.
enum class ChoiceIndex : std::uint8_t {};

// Nothing where an optional field is absent. Numbers are in the unit of the field, as in the text.
using FieldValue = std::variant<std::monostate, double, std::string, ChoiceIndex>;

struct Step {
  std::size_t skill = 0;           // index into RobotDescription::skills
  std::vector<FieldValue> values;  // one for each field of the skill, in its order
};

// What the decision layer wants done: steps in order, and an answer to the person. Made only by
// ParsePlan() or by code that knows the description; always complete and within every range.
struct Plan {
  std::vector<Step> steps;
  std::string say;
};

// The JSON Schema (draft 2020-12) of this robot's plans, compact, in one line. The discriminator
// `do` comes first in every step and the fields follow in their declared order; skills with the
// same fields share a branch. `nonzero` has no schema keyword here: ParsePlan() refuses zero.
std::string PlanSchemaJson(const RobotDescription& description);

// The only way from text to a plan. Every field is checked, whatever produced the text; a bad plan
// is refused whole, with the place and the reason ("steps[1].distance_m: 11 is above 10"), never
// mended. Limits: kPlanTextBytesMax bytes of text, steps_max steps.
Result<Plan> ParsePlan(std::string_view json, const RobotDescription& description);

// The plan as JSON in one line, fields in declared order; ParsePlan() reads it back as the same.
std::string PlanJson(const Plan& plan, const RobotDescription& description);
// One of its steps, as it stands in the plan.
std::string StepJson(const Step& step, const RobotDescription& description);

// The value of the field that sets `parameter`, in SI units (percent stays percent); the field's
// default where it is absent.
std::optional<double> NumberOf(const Step& step, const SkillDescription& skill,
                               Parameter parameter);
// The words of a text or choice field; empty where absent.
std::string_view WordsOf(const Step& step, const SkillDescription& skill, Parameter parameter);

// A set of things of the description: bit i stands for things[i].
using ThingMask = std::uint64_t;

// Which things `words` can mean: an optional colour word and a noun of a thing, in any language of
// the description ("red ball", "红色的球", "the ball"). 0 if none.
ThingMask ResolveTarget(std::string_view words, const RobotDescription& description);

// What CheckPlan() must know about the world.
struct PlanWorld {
  bool holds_something = false;
};

// Whole-plan preconditions, before step 1: no place without holding, no pick while holding, no
// target that the robot could not recognise, pick or place on. The error names the step.
Status CheckPlan(const Plan& plan, const RobotDescription& description, const PlanWorld& world);

}  // namespace ganglion::robot
