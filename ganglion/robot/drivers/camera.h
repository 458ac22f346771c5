#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/drivers/bus.h"

namespace ganglion::robot {

// Pinhole camera; pixels, principal point counted from the top left corner.
struct CameraIntrinsics {
  int width_px = 0;
  int height_px = 0;
  double focal_x_px = 0.0;
  double focal_y_px = 0.0;
  double center_x_px = 0.0;
  double center_y_px = 0.0;
};

struct CameraFrame {
  CameraIntrinsics intrinsics;
  std::vector<std::uint8_t> rgb;  // 3 bytes a pixel, rows from the top
  std::vector<float> depth_m;     // along the optical axis, one a pixel; empty without depth
  std::uint32_t number = 0;       // counts frames
  TimeNs captured_at = 0;
};

// Thread: one thread at a time, never the control loop's: a picture may take tens of milliseconds.
class Camera {
 public:
  Camera() = default;
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;
  virtual ~Camera() = default;

  virtual Status Open() = 0;
  virtual void Close() noexcept = 0;
  virtual CameraIntrinsics intrinsics() const = 0;

  // Takes a picture. Reuses the buffers of `frame`. On an error `frame` holds nothing of use.
  virtual Status Capture(CameraFrame& frame, IoWindow io) = 0;
};

}  // namespace ganglion::robot
