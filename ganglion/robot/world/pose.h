#pragma once

namespace ganglion::robot {

// Frames and signs follow REP-103: x forward, y left, z up; counter-clockwise is positive.

// A place and heading on the floor.
struct Pose2 {
  double x_m = 0.0;
  double y_m = 0.0;
  double heading_rad = 0.0;  // not wrapped: two turns to the left are 4 pi
};

struct Point3 {
  double x_m = 0.0;
  double y_m = 0.0;
  double z_m = 0.0;
};

// Motion of the base in its own frame.
struct Twist2 {
  double linear_mps = 0.0;
  double angular_rad_s = 0.0;
};

// The same angle in (-pi, pi]. NaN stays NaN.
double WrapAngle(double angle_rad);

// `local`, given in the frame of `frame`, in the frame in which `frame` itself is given. The height
// is kept.
Point3 ToOuter(const Pose2& frame, const Point3& local);
Point3 ToLocal(const Pose2& frame, const Point3& outer);

}  // namespace ganglion::robot
