#include "ganglion/robot/sense/detector.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/robot/sense/limits.h"
#include "ganglion/robot/sense/segment.h"
#include "ganglion/robot/sense/shape.h"

namespace ganglion::robot::sense {
namespace {

// The nearest points of a round thing lie this share of its radius in front of its middle, taken
// over its outline (the median over a disc: the square root of one half).
constexpr double kSurfaceShare = 0.7;

// By which the best of several things must lead.
constexpr double kFitLead = 0.15;

Status CheckFrame(const CameraFrame& frame) {
  const CameraIntrinsics& in = frame.intrinsics;
  if (in.width_px < 1 || in.height_px < 1 || in.width_px > kPictureSideMax ||
      in.height_px > kPictureSideMax || !(in.focal_x_px > 0.0) || !(in.focal_y_px > 0.0)) {
    return Status(Code::kInvalidArgument, "picture: sizes or focal length out of range");
  }
  const std::size_t pixels =
      static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.height_px);
  if (frame.rgb.size() != 3 * pixels ||
      (!frame.depth_m.empty() && frame.depth_m.size() != pixels)) {
    return Status(Code::kInvalidArgument, "picture: its buffers are not as large as it says");
  }
  return {};
}

}  // namespace

Point3 PixelToBase(const CameraIntrinsics& intrinsics, const CameraDescription& camera,
                   const HeadPose& head, double x_px, double y_px, double depth_m) {
  // In the camera's frame: forward along the axis, left, up.
  const double forward = depth_m;
  const double left = depth_m * (intrinsics.center_x_px - x_px) / intrinsics.focal_x_px;
  const double up = depth_m * (intrinsics.center_y_px - y_px) / intrinsics.focal_y_px;
  const double level = std::cos(head.tilt_rad) * forward - std::sin(head.tilt_rad) * up;
  const double height = std::sin(head.tilt_rad) * forward + std::cos(head.tilt_rad) * up;
  return {camera.forward_m + std::cos(head.pan_rad) * level - std::sin(head.pan_rad) * left,
          std::sin(head.pan_rad) * level + std::cos(head.pan_rad) * left, camera.height_m + height};
}

struct Detector::Impl {
  struct Candidate {
    std::int16_t thing = -1;
    ThingDescription description;
    Shape shape = Shape::kBall;
  };

  explicit Impl(const RobotDescription& description)
      : camera(description.camera), segmenter(description.colors) {}

  std::optional<DetectedObject> Recognise(const Blob& blob, const CameraIntrinsics& intrinsics,
                                          const HeadPose& head) const;

  CameraDescription camera;
  Segmenter segmenter;
  std::vector<Candidate> candidates;
};

Detector::Detector(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

Result<Detector> Detector::Create(const RobotDescription& description) {
  auto impl = std::make_unique<Impl>(description);
  for (std::size_t i = 0; i < description.things.size(); ++i) {
    const ThingDescription& thing = description.things[i];
    if (thing.color == kNoColor) continue;  // a place of the map
    const std::string& name = description.shapes[thing.shape].name;
    const auto shape = FindShape(name);
    if (!shape) {
      return Status(Code::kInvalidArgument,
                    "thing '" + thing.name + "': shape '" + name +
                        "' cannot be seen; known are ball, box, cylinder, cup, person");
    }
    impl->candidates.push_back({static_cast<std::int16_t>(i), thing, *shape});
  }
  return Detector(std::move(impl));
}

std::optional<DetectedObject> Detector::Impl::Recognise(const Blob& blob,
                                                        const CameraIntrinsics& intrinsics,
                                                        const HeadPose& head) const {
  const BlobSize seen = {blob.box.width * blob.depth_m / intrinsics.focal_x_px,
                         blob.box.height * blob.depth_m / intrinsics.focal_y_px};
  const Candidate* best = nullptr;
  double best_fit = 0.0;
  double second_fit = 0.0;
  for (const Candidate& candidate : candidates) {
    if (candidate.description.color != blob.color) continue;
    const double fit = ShapeFit(blob, seen, candidate.shape, candidate.description.size_m,
                                candidate.description.height_m);
    second_fit = std::max(second_fit, std::min(fit, best_fit));
    if (fit <= best_fit) continue;
    best_fit = fit;
    best = &candidate;
  }
  // Better not seen than taken for its neighbour in colour: the next look will tell.
  if (best == nullptr || best_fit < kFitMin || best_fit - second_fit < kFitLead) {
    return std::nullopt;
  }
  const ThingDescription& thing = best->description;
  double depth = blob.depth_m;
  if (depth <= 0.0) {
    if (thing.size_m <= 0.0) return std::nullopt;
    depth = thing.size_m * intrinsics.focal_x_px / blob.box.width;
  } else {
    depth += kSurfaceShare * 0.5 * thing.size_m;
  }
  DetectedObject object;
  object.thing = best->thing;
  object.color = thing.color;
  object.shape = thing.shape;
  object.position =
      PixelToBase(intrinsics, camera, head, blob.center_x_px, blob.center_y_px, depth);
  object.bearing_rad = std::atan2(object.position.y_m, object.position.x_m);
  object.range_m = std::hypot(object.position.x_m, object.position.y_m);
  object.confidence = best_fit;
  return object;
}

Status Detector::Detect(const CameraFrame& frame, const HeadPose& head,
                        Observation& observation) const {
  GN_RETURN_IF_ERROR(CheckFrame(frame));
  std::vector<DetectedObject> found;
  try {
    for (const Blob& blob : impl_->segmenter.Segment(frame)) {
      if (auto object = impl_->Recognise(blob, frame.intrinsics, head)) found.push_back(*object);
    }
  } catch (const std::exception& error) {
    return Status(Code::kInternal, std::string("picture: ") + error.what());
  }
  std::ranges::sort(found, {}, &DetectedObject::range_m);
  if (found.size() > kObjectsMax) found.resize(kObjectsMax);
  observation.object_count = static_cast<std::uint8_t>(found.size());
  std::ranges::copy(found, observation.objects.begin());
  return {};
}

}  // namespace ganglion::robot::sense
