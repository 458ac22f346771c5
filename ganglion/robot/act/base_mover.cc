#include "ganglion/robot/act/base_mover.h"

#include <algorithm>
#include <cmath>

#include "ganglion/robot/act/limits.h"

namespace ganglion::robot {
namespace {

constexpr double kGain = 6.0;               // 1/s, for the last centimetres
constexpr double kDecelerationShare = 0.4;  // of the limit: the rest is for lag
constexpr double kChainM = 0.03;
constexpr double kChainRad = 0.06;
constexpr double kSteerRadSMax = 0.8;

// The velocity at which to go for what remains: a braking ramp that ends proportionally.
double VelocityToward(double remaining, double speed_max, double deceleration_max) {
  const double distance = std::abs(remaining);
  const double braking = std::sqrt(2.0 * kDecelerationShare * deceleration_max * distance);
  return std::copysign(std::min({speed_max, braking, kGain * distance}), remaining);
}

}  // namespace

bool MotionContext::BaseRests() const {
  return std::abs(measured.linear_mps) < kRestMps && std::abs(measured.angular_rad_s) < kRestRadS;
}

Pose2 BaseMover::Start(const MotionContext& context) const {
  const double off_m = std::hypot(goal_.x_m - context.pose.x_m, goal_.y_m - context.pose.y_m);
  const bool near =
      off_m < kChainM && std::abs(goal_.heading_rad - context.pose.heading_rad) < kChainRad;
  return chained_ && near ? goal_ : context.pose;
}

void BaseMover::BeginDrive(const MotionContext& context, double distance_m, double speed_mps) {
  const Pose2 start = Start(context);
  goal_ = start;
  goal_.x_m += distance_m * std::cos(start.heading_rad);
  goal_.y_m += distance_m * std::sin(start.heading_rad);
  direction_ = distance_m < 0.0 ? -1.0 : 1.0;
  speed_max_ = speed_mps;
  chained_ = true;
}

void BaseMover::BeginTurn(const MotionContext& context, double angle_rad, double rate_rad_s) {
  goal_ = Start(context);
  goal_.heading_rad += angle_rad;
  speed_max_ = rate_rad_s;
  chained_ = true;
}

bool BaseMover::Drive(const MotionContext& context, Twist2& twist) const {
  // The goal in a frame with the goal's heading: what is left ahead, and the line's offset.
  const Pose2 line = {context.pose.x_m, context.pose.y_m, goal_.heading_rad};
  const Point3 left = ToLocal(line, {goal_.x_m, goal_.y_m, 0.0});
  const double heading_error = goal_.heading_rad - context.pose.heading_rad;
  if (std::abs(left.x_m) < kDistanceToleranceM && context.BaseRests()) return true;
  twist.linear_mps = VelocityToward(left.x_m, speed_max_, chassis_.linear.deceleration_max);
  // Back to the line while there is way to go; at the end only the heading counts.
  const double v = twist.linear_mps;
  twist.angular_rad_s =
      std::clamp(6.0 * v * left.y_m + 3.0 * heading_error, -kSteerRadSMax, kSteerRadSMax);
  return false;
}

bool BaseMover::Turn(const MotionContext& context, Twist2& twist) const {
  const double left = goal_.heading_rad - context.pose.heading_rad;
  if (std::abs(left) < kAngleToleranceRad && context.BaseRests()) return true;
  twist.angular_rad_s = VelocityToward(left, speed_max_, chassis_.angular.deceleration_max);
  return false;
}

bool BaseMover::Approach(const MotionContext& context, const Point3& point, double range_m,
                         double speed_mps, Twist2& twist) const {
  constexpr double kTurnFirstRad = 0.35;
  constexpr double kRangeToleranceM = 0.008;
  constexpr double kBearingToleranceRad = 0.03;
  const Point3 local = ToLocal(context.pose, point);
  const double bearing = std::atan2(local.y_m, local.x_m);
  const double left_m = std::hypot(local.x_m, local.y_m) - range_m;
  const bool aligned = std::abs(bearing) < kBearingToleranceRad;
  const bool in_range = std::abs(left_m) < kRangeToleranceM;
  if (aligned && in_range && context.BaseRests()) return true;
  const double turn =
      VelocityToward(bearing, chassis_.angular_rad_s_default, chassis_.angular.deceleration_max);
  if (std::abs(bearing) > kTurnFirstRad || in_range) {
    twist = {0.0, turn};
    return false;
  }
  // Backing away from what is too near is done slowly: the camera does not look there.
  const double speed = left_m < 0.0 ? std::min(speed_mps, kSlowApproachMps) : speed_mps;
  twist = {VelocityToward(left_m, speed, chassis_.linear.deceleration_max) * std::cos(bearing),
           std::clamp(turn, -kSteerRadSMax, kSteerRadSMax)};
  return false;
}

}  // namespace ganglion::robot
