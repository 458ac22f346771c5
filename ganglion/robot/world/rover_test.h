#pragma once

#include <string>

#include <gtest/gtest.h>

#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// The default robot as the tests see it: the file in the tree.
inline RobotDescription Rover() {
  Result<RobotDescription> robot =
      LoadRobotDescription(std::string(GANGLION_SOURCE_DIR) + "/robots/rover.yaml");
  EXPECT_TRUE(robot.ok()) << (robot.ok() ? "" : robot.error().message());
  return robot.ok() ? *std::move(robot) : RobotDescription{};
}

}  // namespace ganglion::robot
