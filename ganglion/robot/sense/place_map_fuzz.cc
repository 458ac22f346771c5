#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/robot/sense/place_map.h"
#include "ganglion/robot/world/robot_description.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto robot =
      ganglion::robot::LoadRobotDescription(GANGLION_SOURCE_DIR "/robots/rover.yaml");
  if (!robot.ok()) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto places = ganglion::robot::sense::ParsePlaceMap(text, *robot);
  if (!places.ok()) return 0;
  ganglion::robot::Observation observation;
  ganglion::robot::sense::AddPlaces(*places, *robot, observation);
  for (std::size_t i = 0; i < observation.object_count; ++i) {
    if (!std::isfinite(observation.objects[i].range_m)) __builtin_trap();
  }
  return 0;
}
