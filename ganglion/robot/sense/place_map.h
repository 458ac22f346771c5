#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/world/observation.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot::sense {

// A place that the robot knows without seeing it: the spot that matters, on the floor or on a piece
// of furniture, in the frame in which odometry starts.
struct Place {
  std::int16_t thing = -1;  // index into RobotDescription::things
  double x_m = 0.0;
  double y_m = 0.0;
};

// A map is a JSON file: {"places": [{"thing": "table", "x_m": 2.8, "y_m": 0.0}, ...]}. Each thing
// must be one of the description's, at most once; `note` is for people. The error names the place.
Result<std::vector<Place>> ParsePlaceMap(std::string_view json,
                                         const RobotDescription& description);
Result<std::vector<Place>> LoadPlaceMap(const std::string& path,
                                        const RobotDescription& description);

// Adds the places to what was seen, as far as there is room, relative to the observation's pose.
void AddPlaces(const std::vector<Place>& places, const RobotDescription& description,
               Observation& observation);

}  // namespace ganglion::robot::sense
