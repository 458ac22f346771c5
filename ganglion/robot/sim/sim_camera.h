#pragma once

#include <memory>

#include "ganglion/base/status.h"
#include "ganglion/robot/drivers/camera.h"
#include "ganglion/robot/sim/gl_context.h"
#include "ganglion/robot/sim/sim_world.h"

namespace ganglion::robot::sim {

// Draws the world. One per world; cameras share it.
//
// Thread: one at a time, the same as the world's; the OpenGL context is current only during Draw().
class SimRenderer {
 public:
  // kUnavailable where nothing on this machine can draw: everything but pictures works then.
  static Result<std::unique_ptr<SimRenderer>> Create(SimWorld& world, GlKind kind = GlKind::kAny);
  SimRenderer(const SimRenderer&) = delete;
  SimRenderer& operator=(const SimRenderer&) = delete;
  ~SimRenderer();

  // Fills everything of `frame` but its number. `camera` is SimModel's head_camera or top_camera.
  Status Draw(int camera, int width_px, int height_px, CameraFrame& frame);
  const char* library() const;

 private:
  struct Impl;
  explicit SimRenderer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The rover's own camera.
class SimCamera final : public Camera {
 public:
  SimCamera(SimWorld& world, SimRenderer& renderer, const CameraDescription& description)
      : world_(world), renderer_(renderer), description_(description) {}

  Status Open() override;
  void Close() noexcept override { open_ = false; }
  CameraIntrinsics intrinsics() const override;
  Status Capture(CameraFrame& frame, IoWindow io) override;

 private:
  SimWorld& world_;
  SimRenderer& renderer_;
  CameraDescription description_;
  std::uint32_t count_ = 0;
  bool open_ = false;
};

// The room from above, north up, for a person's eyes.
Status DrawFromAbove(const SimWorld& world, SimRenderer& renderer, int width_px, int height_px,
                     CameraFrame& frame);

// Where a point on the floor lies in a picture of DrawFromAbove().
struct Pixel {
  double x_px = 0.0;
  double y_px = 0.0;
};
Pixel FloorPixel(const SimWorld& world, const CameraIntrinsics& intrinsics, double x_m, double y_m);

}  // namespace ganglion::robot::sim
