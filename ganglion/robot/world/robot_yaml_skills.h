#pragma once

#include "ganglion/robot/world/robot_description.h"
#include "ganglion/yaml/section.h"

namespace ganglion::robot {

// Reads one skill of `robot`, whose earlier skills and colors are read. Errors go to the section.
SkillDescription ReadSkill(const yaml::Section& at, const RobotDescription& robot);

}  // namespace ganglion::robot
