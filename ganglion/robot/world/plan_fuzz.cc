#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/robot_description.h"

// The first byte chooses the parser: a plan of the rover, or a robot description.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto robot =
      ganglion::robot::LoadRobotDescription(GANGLION_SOURCE_DIR "/robots/rover.yaml");
  if (size == 0 || !robot.ok()) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'y') {
    (void)ganglion::robot::ParseRobotDescription(text);
    return 0;
  }
  const auto plan = ganglion::robot::ParsePlan(text, *robot);
  if (!plan.ok()) return 0;
  (void)CheckPlan(*plan, *robot, {});
  // What is accepted must survive being written and read.
  if (!ParsePlan(PlanJson(*plan, *robot), *robot).ok()) __builtin_trap();
  return 0;
}
