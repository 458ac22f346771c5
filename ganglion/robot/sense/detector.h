#pragma once

#include <memory>

#include "ganglion/base/status.h"
#include "ganglion/robot/drivers/camera.h"
#include "ganglion/robot/world/observation.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot::sense {

// Where the camera looked when the picture was taken.
struct HeadPose {
  double pan_rad = 0.0;
  double tilt_rad = 0.0;
};

// From a picture to what is in it: patches of the description's colours, the thing each fits best,
// and where that stands. The distance comes from the depth picture, or from the thing's known size
// where the camera has none. Places are not seen but known: see place_map.h.
//
// Thread: one at a time; keeps nothing between pictures.
class Detector {
 public:
  // Fails where a thing's shape is none that this room knows.
  static Result<Detector> Create(const RobotDescription& description);
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;
  ~Detector();

  // Fills the objects of `observation`, nearest first, and leaves its time, frame and pose alone.
  // kInvalidArgument where the frame's buffers do not have the size that its intrinsics say.
  Status Detect(const CameraFrame& frame, const HeadPose& head, Observation& observation) const;

 private:
  struct Impl;
  explicit Detector(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The point at `depth_m` along the optical axis behind a pixel, in the base frame. The lens turns
// about itself: it lies where the axes of pan and tilt meet.
Point3 PixelToBase(const CameraIntrinsics& intrinsics, const CameraDescription& camera,
                   const HeadPose& head, double x_px, double y_px, double depth_m);

}  // namespace ganglion::robot::sense
