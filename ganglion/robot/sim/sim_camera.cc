#include "ganglion/robot/sim/sim_camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <mujoco/mujoco.h>

#include "ganglion/robot/sim/mujoco_call.h"

namespace ganglion::robot::sim {
namespace {

CameraIntrinsics Pinhole(int width_px, int height_px, double vertical_fov_deg) {
  const double focal =
      0.5 * height_px / std::tan(0.5 * vertical_fov_deg * std::numbers::pi / 180.0);
  return {.width_px = width_px,
          .height_px = height_px,
          .focal_x_px = focal,
          .focal_y_px = focal,
          .center_x_px = 0.5 * width_px,
          .center_y_px = 0.5 * height_px};
}

// The thread's context for as long as this lives.
class CurrentContext {
 public:
  explicit CurrentContext(GlContext& context)
      : context_(context), current_(context.MakeCurrent()) {}
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;
  ~CurrentContext() { context_.Release(); }
  bool current() const { return current_; }

 private:
  GlContext& context_;
  bool current_;
};

}  // namespace

struct SimRenderer::Impl {
  explicit Impl(SimWorld& lent) : world(lent) {}
  ~Impl() {
    if (context == nullptr) return;
    const CurrentContext current(*context);
    mjr_freeContext(&render);
    mjv_freeScene(&scene);
  }

  SimWorld& world;
  std::unique_ptr<GlContext> context;
  mjvScene scene = {};
  mjvOption option = {};
  mjrContext render = {};
  std::vector<std::uint8_t> upside_down_rgb;
  std::vector<float> upside_down_depth;
};

Result<std::unique_ptr<SimRenderer>> SimRenderer::Create(SimWorld& world, GlKind kind) {
  GN_ASSIGN_OR_RETURN(std::unique_ptr<GlContext> context, GlContext::Create(kind));
  auto impl = std::make_unique<Impl>(world);
  impl->context = std::move(context);
  mjv_defaultScene(&impl->scene);
  mjv_defaultOption(&impl->option);
  mjr_defaultContext(&impl->render);
  const CurrentContext current(*impl->context);
  if (!current.current()) return Status(Code::kUnavailable, "the OpenGL context is not usable");
  const mjModel* model = world.sim_model().model.get();
  if (Status made = CallMujoco("make the renderer",
                               [&] {
                                 mjv_makeScene(model, &impl->scene, kPictureGeometriesMax);
                                 mjr_makeContext(model, &impl->render, mjFONTSCALE_100);
                                 mjr_setBuffer(mjFB_OFFSCREEN, &impl->render);
                               });
      !made.ok()) {
    return Status(Code::kUnavailable, std::string(made.message()));
  }
  if (impl->render.currentBuffer != mjFB_OFFSCREEN) {
    return Status(Code::kUnavailable, "OpenGL has no framebuffer objects");
  }
  return std::unique_ptr<SimRenderer>(new SimRenderer(std::move(impl)));
}

SimRenderer::SimRenderer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimRenderer::~SimRenderer() = default;

const char* SimRenderer::library() const { return impl_->context->name(); }

Status SimRenderer::Draw(int camera, int width_px, int height_px, CameraFrame& frame) {
  Impl& my = *impl_;
  if (width_px < 1 || height_px < 1 || width_px > my.render.offWidth ||
      height_px > my.render.offHeight) {
    return Status(Code::kInvalidArgument, "a picture is at most " +
                                              std::to_string(my.render.offWidth) + " x " +
                                              std::to_string(my.render.offHeight) + " pixels");
  }
  const mjModel* model = my.world.sim_model().model.get();
  const auto width = static_cast<std::size_t>(width_px);
  const auto height = static_cast<std::size_t>(height_px);
  frame.rgb.resize(3 * width * height);
  frame.depth_m.resize(width * height);
  my.upside_down_rgb.resize(frame.rgb.size());
  my.upside_down_depth.resize(frame.depth_m.size());
  mjvCamera view;
  mjv_defaultCamera(&view);
  view.type = mjCAMERA_FIXED;
  view.fixedcamid = camera;
  const CurrentContext current(*my.context);
  if (!current.current()) return Status(Code::kUnavailable, "the OpenGL context is not usable");
  GN_RETURN_IF_ERROR(CallMujoco("draw", [&] {
    const mjrRect window = {0, 0, width_px, height_px};
    mjv_updateScene(model, &my.world.data(), &my.option, nullptr, &view, mjCAT_ALL, &my.scene);
    mjr_render(window, &my.scene, &my.render);
    mjr_readPixels(my.upside_down_rgb.data(), my.upside_down_depth.data(), window, &my.render);
  }));
  // The depth buffer holds a number in [0, 1] that is linear in the reciprocal of the distance.
  const double near = model->vis.map.znear * model->stat.extent;
  const double far = model->vis.map.zfar * model->stat.extent;
  const double slope = 1.0 - near / far;
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t from = height - 1 - y;
    std::copy_n(my.upside_down_rgb.data() + 3 * width * from, 3 * width,
                frame.rgb.data() + 3 * width * y);
    const float* source = my.upside_down_depth.data() + width * from;
    std::transform(source, source + width, frame.depth_m.data() + width * y, [&](float depth) {
      return static_cast<float>(near / (1.0 - static_cast<double>(depth) * slope));
    });
  }
  frame.intrinsics = Pinhole(width_px, height_px, model->cam_fovy[camera]);
  frame.captured_at = my.world.now();
  return {};
}

Status SimCamera::Open() {
  if (world_.faults().camera_hangs) return Status(Code::kUnavailable, "camera: no answer");
  open_ = true;
  return {};
}

CameraIntrinsics SimCamera::intrinsics() const {
  return Pinhole(description_.width_px, description_.height_px, description_.vertical_fov_deg);
}

Status SimCamera::Capture(CameraFrame& frame, IoWindow) {
  if (!open_) return Status(Code::kFailedPrecondition, "camera: closed");
  if (world_.faults().camera_hangs) {
    return Status(Code::kDeadlineExceeded, "camera: no picture in time");
  }
  GN_RETURN_IF_ERROR(renderer_.Draw(world_.sim_model().head_camera, description_.width_px,
                                    description_.height_px, frame));
  if (!description_.has_depth) frame.depth_m.clear();
  frame.number = ++count_;
  return {};
}

Status DrawFromAbove(const SimWorld& world, SimRenderer& renderer, int width_px, int height_px,
                     CameraFrame& frame) {
  return renderer.Draw(world.sim_model().top_camera, width_px, height_px, frame);
}

Pixel FloorPixel(const SimWorld& world, const CameraIntrinsics& intrinsics, double x_m,
                 double y_m) {
  const mjModel* model = world.sim_model().model.get();
  const mjtNum* lens = model->cam_pos + 3 * world.sim_model().top_camera;
  return {intrinsics.center_x_px + intrinsics.focal_x_px * (x_m - lens[0]) / lens[2],
          intrinsics.center_y_px - intrinsics.focal_y_px * (y_m - lens[1]) / lens[2]};
}

}  // namespace ganglion::robot::sim
