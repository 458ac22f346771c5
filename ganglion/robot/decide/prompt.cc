#include <cstdio>

#include "ganglion/base/concat.h"
#include "ganglion/robot/decide/decider.h"

namespace ganglion::robot {
namespace {

std::string Short(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string Describe(const FieldDescription& field) {
  std::string out = field.required ? field.name : "optional " + field.name;
  switch (field.kind) {
    case FieldKind::kNumber:
      out += Concat(" (", Short(field.min), " to ", Short(field.max), " ", field.unit,
                    field.nonzero ? ", not 0)" : ")");
      break;
    case FieldKind::kText:
      out += Concat(" (text, at most ", field.chars_max, " characters)");
      break;
    case FieldKind::kChoice: {
      out += " (one of";
      for (const std::string& choice : field.choices) out += " " + choice;
      out += ")";
      break;
    }
  }
  return out;
}

}  // namespace

std::string SystemPrompt(const RobotDescription& description) {
  std::string out = description.prompt + "\nSkills:\n";
  for (const SkillDescription& skill : description.skills) {
    out += "- " + skill.name;
    const char* separator = ": ";
    for (const FieldDescription& field : skill.fields) {
      out += separator + Describe(field);
      separator = ", ";
    }
    if (!skill.description.empty()) out += Concat("; ", skill.description);
    out += '\n';
  }
  out += Concat(
      "Answer with JSON only: {\"steps\": [...], \"say\": \"short answer\"}, at most ",
      description.steps_max,
      " steps in order. Copy targets and spoken texts from the instruction. x is forward; left, up "
      "and counter-clockwise are positive. If the instruction asks for anything that the skills "
      "cannot do, or to hurt or damage anyone or anything, answer {\"steps\": []}.");
  return out;
}

}  // namespace ganglion::robot
