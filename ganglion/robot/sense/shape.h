#pragma once

#include <optional>
#include <string_view>

#include "ganglion/robot/sense/segment.h"

namespace ganglion::robot::sense {

// What an outline can be taken for. The names are those of RobotDescription::shapes.
enum class Shape : std::uint8_t { kBall, kBox, kCylinder, kCup, kPerson };
std::optional<Shape> FindShape(std::string_view name);

// A picture's patch in metres, at the distance where it is.
struct BlobSize {
  double width_m = 0.0;
  double height_m = 0.0;
};

// How well a patch fits a shape of this size, 0 to 1. Below kFitMin it is something else.
inline constexpr double kFitMin = 0.3;
double ShapeFit(const Blob& blob, BlobSize seen, Shape shape, double size_m, double height_m);

}  // namespace ganglion::robot::sense
