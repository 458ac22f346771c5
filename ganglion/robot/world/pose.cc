#include "ganglion/robot/world/pose.h"

#include <cmath>
#include <numbers>

namespace ganglion::robot {

double WrapAngle(double angle_rad) { return std::remainder(angle_rad, 2.0 * std::numbers::pi); }

Point3 ToOuter(const Pose2& frame, const Point3& local) {
  const double c = std::cos(frame.heading_rad);
  const double s = std::sin(frame.heading_rad);
  return {frame.x_m + c * local.x_m - s * local.y_m, frame.y_m + s * local.x_m + c * local.y_m,
          local.z_m};
}

Point3 ToLocal(const Pose2& frame, const Point3& outer) {
  const double c = std::cos(frame.heading_rad);
  const double s = std::sin(frame.heading_rad);
  const double x = outer.x_m - frame.x_m;
  const double y = outer.y_m - frame.y_m;
  return {c * x + s * y, -s * x + c * y, outer.z_m};
}

}  // namespace ganglion::robot
