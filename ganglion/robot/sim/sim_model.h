#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/world/robot_description.h"

// MuJoCo's own types, so that its header stays inside this room's sources.
struct mjModel_;
struct mjData_;

namespace ganglion::robot::sim {

struct ModelDeleter {
  void operator()(mjModel_* model) const;
};
struct DataDeleter {
  void operator()(mjData_* data) const;
};

struct WheelIds {
  int actuator = -1;
  int position = -1;     // index into qpos
  int velocity = -1;     // index into qvel
  double damping = 0.0;  // of the joint when nothing is stuck
};

struct ServoIds {
  ServoDescription description;
  int actuator = -1;
  int position = -1;
  int velocity = -1;
  double joint_per_rad = 1.0;  // joint units (radians, or metres of a finger) for one radian
  double torque_max = 1.0;     // in joint units
};

// A body that can be pushed about and held.
struct ThingIds {
  std::string name;
  int body = -1;
  int position = -1;  // its free joint in qpos: x y z and a quaternion
  int velocity = -1;
  int weld = -1;  // the constraint that joins it to the gripper, or -1
};

// A loaded MJCF file and the numbers of everything in it that this room uses.
struct SimModel {
  std::unique_ptr<mjModel_, ModelDeleter> model;
  int rover_body = -1;
  int rover_position = -1;  // its free joint in qpos
  int gripper_body = -1;
  WheelIds left;
  WheelIds right;
  std::vector<ServoIds> servos;  // in the order of the description
  std::vector<ThingIds> things;
  int left_finger = -1;  // geoms
  int right_finger = -1;
  int palm = -1;
  int bumper = -1;
  int skirt = -1;
  int lamp = -1;
  int head_camera = -1;
  int top_camera = -1;
  int person_mocap = -1;  // -1: nobody there
};

// Loads the file and finds its parts. An error names the part that is missing, or the key of the
// robot's description that says something else than the file (wheel radius, track, lens).
Result<SimModel> LoadSimModel(const std::string& mjcf_path, const RobotDescription& description);

}  // namespace ganglion::robot::sim
