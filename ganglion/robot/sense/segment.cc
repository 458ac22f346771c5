#include "ganglion/robot/sense/segment.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "ganglion/robot/sense/limits.h"

namespace ganglion::robot::sense {
namespace {

constexpr double kSaturationMin = 0.42;  // furniture and skin lie below 0.3
constexpr double kValueMin = 0.16;
constexpr double kHueReach_deg = 32.0;  // a pixel farther from every colour's hue is of none
constexpr double kAreaMin_px = 16.0;

cv::Vec3b ToHsv(Rgb rgb) {
  const cv::Mat one(1, 1, CV_8UC3, cv::Scalar(rgb.r, rgb.g, rgb.b));
  cv::Mat hsv;
  cv::cvtColor(one, hsv, cv::COLOR_RGB2HSV);
  return hsv.at<cv::Vec3b>(0, 0);
}

double HueDistance_deg(int a, int b) {
  const int difference = std::abs(a - b);
  return 2.0 * std::min(difference, 180 - difference);
}

double MedianDepth(const cv::Mat& depth, const cv::Mat& mask) {
  std::vector<float> values;
  values.reserve(depth.total());
  for (int y = 0; y < depth.rows; ++y) {
    for (int x = 0; x < depth.cols; ++x) {
      const float value = depth.at<float>(y, x);
      if (mask.at<std::uint8_t>(y, x) != 0 && std::isfinite(value)) values.push_back(value);
    }
  }
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return static_cast<double>(*middle);
}

}  // namespace

Segmenter::Segmenter(const std::vector<ColorDescription>& colors)
    : color_of_hue_(1, 256, CV_8UC1, cv::Scalar(kNoColor)) {
  std::vector<int> hues;
  for (std::size_t i = 0; i < colors.size(); ++i) {
    const cv::Vec3b hsv = ToHsv(colors[i].rgb);
    if (hsv[1] < 128) continue;
    chromatic_.push_back(static_cast<std::uint8_t>(i));
    hues.push_back(hsv[0]);
  }
  for (int hue = 0; hue < kHues; ++hue) {
    double nearest = kHueReach_deg;
    for (std::size_t i = 0; i < hues.size(); ++i) {
      const double distance = HueDistance_deg(hue, hues[i]);
      if (distance >= nearest) continue;
      nearest = distance;
      color_of_hue_.at<std::uint8_t>(0, hue) = chromatic_[i];
    }
  }
}

std::vector<Blob> Segmenter::Segment(const CameraFrame& frame) const {
  const int width = frame.intrinsics.width_px;
  const int height = frame.intrinsics.height_px;
  // OpenCV has no view of constant data; nothing below writes to the frame.
  const cv::Mat rgb(height, width, CV_8UC3, const_cast<std::uint8_t*>(frame.rgb.data()));
  cv::Mat depth;
  if (!frame.depth_m.empty()) {
    depth = cv::Mat(height, width, CV_32FC1, const_cast<float*>(frame.depth_m.data()));
  }
  cv::Mat hsv;
  cv::cvtColor(rgb, hsv, cv::COLOR_RGB2HSV);
  cv::Mat strong;
  cv::inRange(hsv, cv::Scalar(0, 255 * kSaturationMin, 255 * kValueMin), cv::Scalar(180, 255, 255),
              strong);
  cv::Mat hue;
  cv::extractChannel(hsv, hue, 0);
  cv::Mat color;
  cv::LUT(hue, color_of_hue_, color);

  std::vector<Blob> blobs;
  for (const std::uint8_t index : chromatic_) {
    cv::Mat mask = (color == index) & strong;
    std::vector<std::vector<cv::Point>> outlines;
    cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
    for (std::size_t i = 0; i < outlines.size(); ++i) {
      Blob blob;
      blob.box = cv::boundingRect(outlines[i]);
      if (blob.box.area() < kAreaMin_px) continue;
      cv::Mat whole = cv::Mat::zeros(blob.box.size(), CV_8UC1);
      cv::drawContours(whole, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED,
                       cv::LINE_8, cv::noArray(), 0, -blob.box.tl());
      const cv::Mat filled = mask(blob.box) & whole;
      const double filled_px = cv::countNonZero(filled);
      if (filled_px < kAreaMin_px) continue;
      const cv::Moments moments = cv::moments(whole, true);
      blob.color = index;
      blob.area_px = moments.m00;
      blob.hole_share = 1.0 - filled_px / moments.m00;
      blob.center_x_px = blob.box.x + moments.m10 / moments.m00 + 0.5;
      blob.center_y_px = blob.box.y + moments.m01 / moments.m00 + 0.5;
      blob.cut_off = blob.box.x <= 0 || blob.box.y <= 0 || blob.box.br().x >= width ||
                     blob.box.br().y >= height;
      if (!depth.empty()) blob.depth_m = MedianDepth(depth(blob.box), filled);
      blob.outline = std::move(outlines[i]);
      blobs.push_back(std::move(blob));
    }
  }
  std::ranges::sort(blobs, std::greater<>(), &Blob::area_px);
  if (blobs.size() > kBlobsMax) blobs.resize(kBlobsMax);
  return blobs;
}

}  // namespace ganglion::robot::sense
