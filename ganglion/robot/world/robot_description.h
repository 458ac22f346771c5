#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/robot/world/behavior.h"
#include "ganglion/robot/world/limits.h"

namespace ganglion::robot {

// What a robot is and can do, read once from its YAML file (docs/formats/robot_yaml.md) and never
// changed. Plain data; everything in it has been checked by the loader, so its readers need not.

// Limits of one axis of motion. The unit is metres or radians; all are above zero and finite.
struct AxisLimits {
  double velocity_max = 0.0;
  double acceleration_max = 0.0;  // while speeding up
  double deceleration_max = 0.0;  // while slowing down, also in a stop
  double jerk_max = 0.0;          // while speeding up
};

// A base with two driven wheels on one axle, and castors.
struct ChassisDescription {
  double wheel_radius_m = 0.0;
  double track_width_m = 0.0;
  double body_radius_m = 0.0;  // of the circle around the axle's centre that holds the body
  double wheel_speed_rad_s_max = 0.0;
  AxisLimits linear;
  AxisLimits angular;
  double linear_mps_default = 0.0;     // of a step that names no speed
  double angular_rad_s_default = 0.0;  // of a step that names no rate
};

enum class ServoId : std::uint8_t {};

// What a servo moves. A robot has at most one of each.
enum class Joint : std::uint8_t { kPan, kTilt, kArm, kGripper };
inline constexpr std::size_t kJointCount = 4;
std::string_view JointName(Joint joint);

// A straight line through two points from what people say (degrees, percent) to joint radians.
struct ServoMap {
  double input_a = 0.0;
  double position_rad_a = 0.0;
  double input_b = 1.0;
  double position_rad_b = 1.0;

  double ToRadians(double input) const;
  double FromRadians(double position_rad) const;
};

struct ServoDescription {
  Joint joint = Joint::kPan;
  ServoId id = {};
  double position_rad_min = 0.0;
  double position_rad_max = 0.0;
  double position_rad_start = 0.0;
  double velocity_rad_s_max = 0.0;
  double acceleration_rad_s2_max = 0.0;
  ServoMap map;
};

struct CameraDescription {
  int width_px = 0;
  int height_px = 0;
  double vertical_fov_deg = 0.0;
  bool has_depth = false;
  // Where the camera sits in the base frame when pan and tilt are zero.
  double forward_m = 0.0;
  double height_m = 0.0;
};

struct Rgb {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
};

// A colour by name, its words in instructions in any language, and what it looks like.
struct ColorDescription {
  std::string name;
  std::vector<std::string> words;
  Rgb rgb;
};

struct ShapeDescription {
  std::string name;
};

// A kind of thing or place that the robot can recognise. `color` and `shape` are what sense/ tells
// things apart by.
struct ThingDescription {
  std::string name;
  std::vector<std::string> words;  // nouns, any language, lower case: "ball", "球"
  std::uint8_t color = 0;          // index into colors, or kNoColor
  std::uint8_t shape = 0;          // index into shapes
  double size_m = 0.0;             // its widest extent on the floor
  double height_m = 0.0;
  bool can_be_picked = false;
  bool can_receive = false;  // something held can be placed on, in or at it
};
inline constexpr std::uint8_t kNoColor = 255;

// How the arm reaches things, seen from the base.
struct ReachDescription {
  double gripper_forward_m = 0.0;  // from the axle to the point between the fingers
  double pick_height_pct = 0.0;    // of the arm, to grip what stands on the floor
  double carry_height_pct = 0.0;   // of the arm, while driving with something held
  double grip_open_pct = 100.0;    // before gripping
  double grip_closed_pct = 0.0;    // commanded while holding
  double held_gap_pct_min = 2.0;   // the gripper holds something if it stays open by this much
  double stand_off_m = 0.0;        // goto stops with this much floor between body and thing
  double place_stand_off_m = 0.0;  // the same, between gripper point and where to let go
};

// The envelope of the safety supervisor. Ranges of single axes stand with the axes.
struct SafetyDescription {
  TimeNs velocity_watchdog = 250_ms;
  TimeNs servo_watchdog = 100_ms;
  TimeNs lease = 500_ms;         // longest motion without a sign of life of the plan's owner
  TimeNs state_age_max = 50_ms;  // of encoders and servo states
  TimeNs range_age_max = 200_ms;
  double latency_s = 0.05;      // t_latency of the stopping distance
  double free_margin_m = 0.05;  // distance that must remain after a stop
  double drive_m_max = 10.0;
  double turn_rad_max = 12.6;
  TimeNs motion_time_max = 600_s;
  double slow_mps = 0.25;  // near people
  double person_distance_m_min = 0.8;
  double temperature_c_max = 65.0;
  double joint_margin_rad = 0.1;
  bool has_range_sensors = true;
  bool has_bumper = true;
};

enum class FieldKind : std::uint8_t { kNumber, kText, kChoice };

struct FieldDescription {
  std::string name;
  FieldKind kind = FieldKind::kNumber;
  bool required = true;
  Parameter means = Parameter::kNone;  // which parameter of the behaviour it sets
  // Numbers.
  double min = 0.0;
  double max = 0.0;
  bool nonzero = false;
  std::string unit;
  double to_si = 1.0;  // times this is metres, radians, seconds; percent stays percent
  std::optional<double> default_value;  // used where the field is absent; in `unit`
  // Text.
  std::size_t chars_max = 0;
  // Choices.
  std::vector<std::string> choices;
};

struct SkillDescription {
  std::string name;
  Behavior behavior = Behavior::kStop;
  std::string description;
  std::vector<FieldDescription> fields;  // in the order in which a plan writes them

  // Index into fields, or nothing.
  std::optional<std::size_t> FieldThatMeans(Parameter parameter) const;
};

struct RobotDescription {
  std::string name;
  std::string prompt;  // what the model is told about the robot
  std::string model;   // MJCF file of the simulated robot, relative to the YAML file; may be empty
  ChassisDescription chassis;
  std::vector<ServoDescription> servos;  // at most one per joint
  CameraDescription camera;
  ReachDescription reach;
  SafetyDescription safety;
  std::vector<ColorDescription> colors;
  std::vector<ShapeDescription> shapes;
  std::vector<ThingDescription> things;
  std::vector<SkillDescription> skills;
  std::size_t steps_max = kStepsMax;

  const ServoDescription* FindServo(Joint joint) const;
  std::optional<std::size_t> FindServoIndex(Joint joint) const;
  std::optional<std::size_t> FindSkill(std::string_view name) const;
  std::optional<std::size_t> FindColor(std::string_view name) const;
};

// Both may allocate and are slow. The error names the line and the key. Unknown keys are refused,
// so that a misspelt limit cannot silently fall back to a default.
Result<RobotDescription> ParseRobotDescription(std::string_view yaml);
Result<RobotDescription> LoadRobotDescription(const std::string& path);

}  // namespace ganglion::robot
