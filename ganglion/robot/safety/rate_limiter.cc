#include "ganglion/robot/safety/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace ganglion::robot {

double RateLimiter::Step(double wanted, double dt_s) {
  if (!std::isfinite(wanted)) wanted = 0.0;
  // Through zero, and not past it in one step: the two sides of zero have different limits.
  if (wanted * value_ < 0.0) wanted = 0.0;
  const double sign = value_ + wanted < 0.0 ? -1.0 : 1.0;
  const double speed = value_ * sign;
  double change = wanted * sign - speed;
  if (change > 0.0) {
    const double acceleration = std::max(acceleration_, 0.0) + limits_.jerk_max * dt_s;
    change = std::min({change, acceleration * dt_s, limits_.acceleration_max * dt_s});
  } else {
    change = std::max(change, -limits_.deceleration_max * dt_s);
  }
  const double next = std::clamp(speed + change, 0.0, limits_.velocity_max);
  acceleration_ = (next - speed) / dt_s;
  value_ = next * sign;
  return value_;
}

void JointLimiter::Reset(double position) {
  position_ = position;
  velocity_ = 0.0;
}

double JointLimiter::Advance(double wanted_velocity, double dt_s) {
  const double change = limits_.acceleration_max * dt_s;
  velocity_ = std::clamp(wanted_velocity, velocity_ - change, velocity_ + change);
  const double low = std::min(limits_.position_min, position_);
  const double high = std::max(limits_.position_max, position_);
  position_ = std::clamp(position_ + velocity_ * dt_s, low, high);
  return position_;
}

double JointLimiter::Rest(double dt_s) { return Advance(0.0, dt_s); }

double JointLimiter::Step(double target, double velocity_max, double dt_s) {
  if (!std::isfinite(target) || !(velocity_max > 0.0)) return Rest(dt_s);
  target = std::clamp(target, limits_.position_min, limits_.position_max);
  const double error = target - position_;
  const double change = limits_.acceleration_max * dt_s;
  if (std::abs(error) <= 0.5 * change * dt_s && std::abs(velocity_) <= change) {
    velocity_ = 0.0;
    position_ = target;
    return position_;
  }
  // The speed from which it can still come to rest on the target, one step of delay included.
  const double brake =
      std::sqrt(change * change / 4.0 + 2.0 * limits_.acceleration_max * std::abs(error)) -
      change / 2.0;
  const double speed = std::min({brake, velocity_max, limits_.velocity_max});
  return Advance(std::copysign(speed, error), dt_s);
}

}  // namespace ganglion::robot
