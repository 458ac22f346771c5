#include "ganglion/robot/sense/shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace ganglion::robot::sense {
namespace {

constexpr double kOutlineMin_px = 80.0;  // of area: below, pixels hide the shape

// 1 within [low, high], falling to 0 at `slack` beyond.
double Within(double value, double low, double high, double slack) {
  if (value < low) return std::max(0.0, 1.0 - (low - value) / slack);
  if (value > high) return std::max(0.0, 1.0 - (value - high) / slack);
  return 1.0;
}

struct Outline {
  double aspect = 1.0;       // height by width
  double circle_fill = 0.0;  // of the smallest circle around it; a disc has 1
  double rect_fill = 0.0;    // of the smallest rectangle around it; a disc has 0.785
};

Outline Measure(const Blob& blob) {
  cv::Point2f center;
  float radius = 0.0F;
  cv::minEnclosingCircle(blob.outline, center, radius);
  // An outline runs through the middles of pixels, so half a pixel is missing all around.
  const double full_radius = static_cast<double>(radius) + 0.5;
  const cv::RotatedRect rect = cv::minAreaRect(blob.outline);
  const double rect_area =
      (static_cast<double>(rect.size.width) + 1.0) * (static_cast<double>(rect.size.height) + 1.0);
  return {.aspect = static_cast<double>(blob.box.height) / blob.box.width,
          .circle_fill = blob.area_px / (std::numbers::pi * full_radius * full_radius),
          .rect_fill = blob.area_px / rect_area};
}

double OutlineFit(const Blob& blob, Shape shape) {
  const Outline outline = Measure(blob);
  switch (shape) {
    case Shape::kBall:
      return Within(outline.circle_fill, 0.88, 1.1, 0.12) * Within(blob.hole_share, 0.0, 0.03, 0.1);
    case Shape::kBox:
      return Within(outline.circle_fill, 0.0, 0.82, 0.12) *
             Within(outline.rect_fill, 0.75, 1.1, 0.2) * Within(outline.aspect, 0.6, 1.6, 0.3) *
             Within(blob.hole_share, 0.0, 0.03, 0.1);
    case Shape::kCylinder:
      return Within(outline.aspect, 1.3, 3.0, 0.4) * Within(outline.rect_fill, 0.8, 1.1, 0.2);
    case Shape::kCup:
      return Within(outline.aspect, 0.6, 1.5, 0.3) * Within(outline.circle_fill, 0.0, 0.88, 0.15) *
             Within(outline.rect_fill, 0.6, 1.1, 0.2);
    case Shape::kPerson:
      return 1.0;  // known by colour and size: people bend and turn
  }
  return 0.0;
}

double SizeFit(const Blob& blob, BlobSize seen, Shape shape, double size_m, double height_m) {
  if (seen.width_m <= 0.0 || size_m <= 0.0) return 1.0;
  const double ratio = seen.width_m / size_m;
  if (shape == Shape::kPerson) return Within(ratio, 0.4, 1.4, 0.2);
  if (blob.cut_off) return Within(ratio, 0.0, 1.5, 0.5);
  const double tall = height_m > 0.0 ? seen.height_m / height_m : 1.0;
  return Within(ratio, 0.75, 1.5, 0.3) * Within(tall, 0.7, 1.6, 0.3);
}

}  // namespace

std::optional<Shape> FindShape(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Shape>, 5> kNames = {
      {{"ball", Shape::kBall},
       {"box", Shape::kBox},
       {"cylinder", Shape::kCylinder},
       {"cup", Shape::kCup},
       {"person", Shape::kPerson}}};
  for (const auto& [known, shape] : kNames) {
    if (known == name) return shape;
  }
  return std::nullopt;
}

double ShapeFit(const Blob& blob, BlobSize seen, Shape shape, double size_m, double height_m) {
  const double size = SizeFit(blob, seen, shape, size_m, height_m);
  // A thing of the right colour and size that is half hidden, cut off by the edge or only a few
  // pixels large has little outline to speak of; what there is decides between candidates.
  const double outline = OutlineFit(blob, shape);
  if (blob.cut_off || blob.area_px < kOutlineMin_px) return size * (0.4 + 0.2 * outline);
  return size * (0.35 + 0.65 * outline);
}

}  // namespace ganglion::robot::sense
