#pragma once

#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>

#include "ganglion/robot/drivers/camera.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot::sense {

// One connected patch of one colour.
struct Blob {
  std::uint8_t color = kNoColor;   // index into RobotDescription::colors
  std::vector<cv::Point> outline;  // outer contour
  cv::Rect box;
  double area_px = 0.0;      // inside the outline
  double hole_share = 0.0;   // of that area which is not of the colour: the mouth of a cup
  double center_x_px = 0.0;  // of mass
  double center_y_px = 0.0;
  bool cut_off = false;  // it touches the edge of the picture
  double depth_m = 0.0;  // median along the optical axis; 0: not measured
};

// Finds patches of the description's colours. Hue alone tells colours apart, since light and shadow
// change the rest; dull pixels (walls, floor, furniture) belong to no colour, so white, grey and
// black cannot be found.
class Segmenter {
 public:
  explicit Segmenter(const std::vector<ColorDescription>& colors);

  // At most kBlobsMax, largest first. The frame's sizes must agree.
  std::vector<Blob> Segment(const CameraFrame& frame) const;

 private:
  static constexpr int kHues = 180;  // OpenCV's, two degrees each

  std::vector<std::uint8_t> chromatic_;  // indices of the colours that have a hue
  cv::Mat color_of_hue_;                 // 256 entries for cv::LUT
};

}  // namespace ganglion::robot::sense
