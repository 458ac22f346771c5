// The loader of robots/*.yaml.

#include <numbers>

#include "ganglion/robot/world/robot_description.h"
#include "ganglion/robot/world/robot_yaml_skills.h"
#include "ganglion/yaml/section.h"

namespace ganglion::robot {
namespace {

using yaml::Section;

constexpr double kSmallest = 1e-4;

AxisLimits ReadAxis(const Section& at) {
  at.AllowOnly({"velocity_max", "acceleration_max", "deceleration_max", "jerk_max"});
  return {.velocity_max = at.Number("velocity_max", kSmallest, 20.0),
          .acceleration_max = at.Number("acceleration_max", kSmallest, 100.0),
          .deceleration_max = at.Number("deceleration_max", kSmallest, 100.0),
          .jerk_max = at.Number("jerk_max", kSmallest, 10000.0)};
}

ChassisDescription ReadChassis(const Section& at) {
  at.AllowOnly({"wheel_radius_m", "track_width_m", "body_radius_m", "wheel_speed_rad_s_max",
                "linear", "angular", "linear_mps_default", "angular_rad_s_default"});
  ChassisDescription chassis = {
      .wheel_radius_m = at.Number("wheel_radius_m", 0.005, 1.0),
      .track_width_m = at.Number("track_width_m", 0.01, 5.0),
      .body_radius_m = at.Number("body_radius_m", 0.01, 5.0),
      .wheel_speed_rad_s_max = at.Number("wheel_speed_rad_s_max", 0.1, 1000.0),
      .linear = ReadAxis(at.Required("linear")),
      .angular = ReadAxis(at.Required("angular"))};
  // So that the speeds of the base bound those of the wheels, and no command is ever scaled down.
  const double rim_mps =
      chassis.linear.velocity_max + chassis.angular.velocity_max * chassis.track_width_m / 2.0;
  if (!(rim_mps <= chassis.wheel_speed_rad_s_max * chassis.wheel_radius_m)) {
    at.Fail("wheel_speed_rad_s_max is too low for both velocity_max together");
  }
  chassis.linear_mps_default =
      at.Number("linear_mps_default", kSmallest, chassis.linear.velocity_max);
  chassis.angular_rad_s_default =
      at.Number("angular_rad_s_default", kSmallest, chassis.angular.velocity_max);
  return chassis;
}

ServoDescription ReadServo(Joint joint, const Section& at) {
  at.AllowOnly(
      {"id", "position_rad", "start_rad", "velocity_rad_s_max", "acceleration_rad_s2_max", "map"});
  ServoDescription servo;
  servo.joint = joint;
  servo.id = static_cast<ServoId>(static_cast<int>(at.Number("id", 0, 253)));
  const std::vector<double> range = at.Numbers("position_rad", 2, -7.0, 7.0);
  servo.position_rad_min = range[0];
  servo.position_rad_max = range[1];
  if (!(servo.position_rad_min < servo.position_rad_max)) at.Fail("position_rad is empty");
  servo.position_rad_start = at.Number("start_rad", servo.position_rad_min, servo.position_rad_max);
  servo.velocity_rad_s_max = at.Number("velocity_rad_s_max", kSmallest, 50.0);
  servo.acceleration_rad_s2_max = at.Number("acceleration_rad_s2_max", kSmallest, 1000.0);

  const Section map = at.Required("map");
  if (map.node().entries.size() != 2) {
    map.Fail("needs two points, {input: radians, input: radians}");
    return servo;
  }
  const auto& first = map.node().entries[0];
  const auto& second = map.node().entries[1];
  servo.map = {.input_a = map.CheckedNumber(first.first, "input", -1e4, 1e4),
               .position_rad_a = map.CheckedNumber(first.second, "radians", servo.position_rad_min,
                                                   servo.position_rad_max),
               .input_b = map.CheckedNumber(second.first, "input", -1e4, 1e4),
               .position_rad_b = map.CheckedNumber(second.second, "radians", servo.position_rad_min,
                                                   servo.position_rad_max)};
  if (servo.map.input_a == servo.map.input_b ||
      servo.map.position_rad_a == servo.map.position_rad_b) {
    map.Fail("its two points must differ in both numbers");
  }
  return servo;
}

CameraDescription ReadCamera(const Section& at) {
  at.AllowOnly({"width_px", "height_px", "vertical_fov_deg", "depth", "forward_m", "height_m"});
  return {.width_px = static_cast<int>(at.Number("width_px", 16, 8192)),
          .height_px = static_cast<int>(at.Number("height_px", 16, 8192)),
          .vertical_fov_deg = at.Number("vertical_fov_deg", 1.0, 170.0),
          .has_depth = at.Flag("depth", false),
          .forward_m = at.Number("forward_m", -5.0, 5.0),
          .height_m = at.Number("height_m", 0.0, 10.0)};
}

ReachDescription ReadReach(const Section& at) {
  at.AllowOnly({"gripper_forward_m", "pick_height_pct", "carry_height_pct", "grip_open_pct",
                "grip_closed_pct", "held_gap_pct_min", "stand_off_m", "place_stand_off_m"});
  return {.gripper_forward_m = at.Number("gripper_forward_m", 0.0, 5.0),
          .pick_height_pct = at.Number("pick_height_pct", 0, 100),
          .carry_height_pct = at.Number("carry_height_pct", 0, 100),
          .grip_open_pct = at.Number("grip_open_pct", 0, 100),
          .grip_closed_pct = at.Number("grip_closed_pct", 0, 100),
          .held_gap_pct_min = at.Number("held_gap_pct_min", 0.1, 100),
          .stand_off_m = at.Number("stand_off_m", 0.0, 5.0),
          .place_stand_off_m = at.Number("place_stand_off_m", -1.0, 5.0)};
}

SafetyDescription ReadSafety(const Section& at) {
  at.AllowOnly({"velocity_watchdog_ms", "servo_watchdog_ms", "lease_ms", "state_age_ms_max",
                "range_age_ms_max", "latency_s", "free_margin_m", "drive_m_max", "turn_deg_max",
                "motion_s_max", "slow_mps", "person_distance_m_min", "temperature_c_max",
                "joint_margin_rad", "range_sensors", "bumper"});
  return {.velocity_watchdog = at.Milliseconds("velocity_watchdog_ms", 500),
          .servo_watchdog = at.Milliseconds("servo_watchdog_ms", 100),
          .lease = at.Milliseconds("lease_ms", 2000),
          .state_age_max = at.Milliseconds("state_age_ms_max", 500),
          .range_age_max = at.Milliseconds("range_age_ms_max", 2000),
          .latency_s = at.Number("latency_s", 0.005, 2.0),
          .free_margin_m = at.Number("free_margin_m", 0.0, 5.0),
          .drive_m_max = at.Number("drive_m_max", 0.01, 10.0),
          .turn_rad_max = at.Number("turn_deg_max", 1.0, 720.0) * std::numbers::pi / 180.0,
          .motion_time_max = static_cast<TimeNs>(at.Number("motion_s_max", 0.1, 600.0) * 1e9),
          .slow_mps = at.Number("slow_mps", 0.01, 0.3),
          .person_distance_m_min = at.Number("person_distance_m_min", 0.0, 100.0),
          .temperature_c_max = at.Number("temperature_c_max", 1.0, 120.0),
          .joint_margin_rad = at.Number("joint_margin_rad", 0.0, 1.0),
          .has_range_sensors = at.Flag("range_sensors", true),
          .has_bumper = at.Flag("bumper", true)};
}

void ReadSeen(const Section& root, RobotDescription& robot) {
  for (const Section& at : root.Items("colors", kColorsMax, "color")) {
    at.AllowOnly({"name", "rgb", "words"});
    const std::vector<double> rgb = at.Numbers("rgb", 3, 0, 255);
    const auto part = [&](std::size_t i) { return static_cast<std::uint8_t>(rgb[i]); };
    robot.colors.push_back(
        {at.Text("name", 40), at.Words("words", kWordsMax), {part(0), part(1), part(2)}});
  }
  for (const std::string& name : root.Words("shapes", kColorsMax)) robot.shapes.push_back({name});
  for (const Section& at : root.Items("things", kThingsMax, "thing")) {
    at.AllowOnly(
        {"name", "color", "shape", "words", "size_m", "height_m", "can_be_picked", "can_receive"});
    std::uint8_t color = kNoColor;
    if (at.Has("color")) {
      const auto found = robot.FindColor(at.Text("color", 40));
      if (!found) at.Fail("its color is none of the robot's colors");
      color = static_cast<std::uint8_t>(found.value_or(0));
    }
    const std::string shape_name = at.Text("shape", 40);
    std::size_t shape = 0;
    while (shape < robot.shapes.size() && robot.shapes[shape].name != shape_name) ++shape;
    if (shape == robot.shapes.size()) at.Fail("its shape is none of the robot's shapes");
    robot.things.push_back({.name = at.Text("name", 80),
                            .words = at.Words("words", kWordsMax),
                            .color = color,
                            .shape = static_cast<std::uint8_t>(shape),
                            .size_m = at.Number("size_m", 0.001, 10.0),
                            .height_m = at.Number("height_m", 0.0, 10.0),
                            .can_be_picked = at.Flag("can_be_picked", false),
                            .can_receive = at.Flag("can_receive", false)});
  }
}

RobotDescription ReadRobot(const Section& root) {
  root.AllowOnly({"name", "prompt", "model", "steps_max", "chassis", "servos", "camera", "reach",
                  "safety", "colors", "shapes", "things", "skills"});
  RobotDescription robot;
  robot.name = root.Text("name", 40);
  robot.prompt = root.Text("prompt", 4000);
  robot.model = root.Text("model", 400, "");
  robot.steps_max = static_cast<std::size_t>(root.Number("steps_max", 1, kStepsMax, kStepsMax));
  robot.chassis = ReadChassis(root.Required("chassis"));
  const Section servos = root.Required("servos");
  servos.AllowOnly({"pan", "tilt", "arm", "gripper"});
  for (std::size_t i = 0; i < kJointCount; ++i) {
    const auto joint = static_cast<Joint>(i);
    const std::string name(JointName(joint));
    if (!servos.Has(name.c_str())) continue;
    robot.servos.push_back(ReadServo(joint, servos.Required(name.c_str())));
    for (std::size_t j = 0; j + 1 < robot.servos.size(); ++j) {
      if (robot.servos[j].id == robot.servos.back().id) servos.Fail("two servos share an id");
    }
  }
  robot.camera = ReadCamera(root.Required("camera"));
  robot.reach = ReadReach(root.Required("reach"));
  robot.safety = ReadSafety(root.Required("safety"));
  ReadSeen(root, robot);
  for (const Section& skill : root.Items("skills", kSkillsMax, "skill")) {
    robot.skills.push_back(ReadSkill(skill, robot));
  }
  if (robot.skills.empty()) root.Fail("skills is empty");
  return robot;
}

Result<RobotDescription> FromTree(const yaml::Node& root) {
  std::string error;
  RobotDescription robot = ReadRobot({root, "robot", &error});
  if (!error.empty()) return Status(Code::kInvalidArgument, std::move(error));
  return robot;
}

}  // namespace

Result<RobotDescription> ParseRobotDescription(std::string_view yaml) {
  if (yaml.size() > kDescriptionBytesMax) {
    return Status(Code::kInvalidArgument, "a robot description has at most " +
                                              std::to_string(kDescriptionBytesMax) + " bytes");
  }
  GN_ASSIGN_OR_RETURN(const yaml::Node root, yaml::Parse(yaml));
  return FromTree(root);
}

Result<RobotDescription> LoadRobotDescription(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const yaml::Node root, yaml::ParseFile(path, kDescriptionBytesMax));
  Result<RobotDescription> robot = FromTree(root);
  if (!robot.ok()) return std::move(robot.error()).WithContext(path);
  return robot;
}

}  // namespace ganglion::robot
