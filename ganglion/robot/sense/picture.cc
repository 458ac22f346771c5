#include "ganglion/robot/sense/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string_view>

#include <opencv2/imgproc.hpp>
#include <png.h>

#include "ganglion/base/check.h"
#include "ganglion/robot/sense/limits.h"

namespace ganglion::robot::sense {
namespace {

constexpr int kShift = 4;  // points are drawn to a sixteenth of a pixel
constexpr int kGap = 12;
constexpr int kLine = 24;
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;

// Blue, green, red.
const cv::Scalar kPaper(248, 248, 246);
const cv::Scalar kInk(58, 46, 38);
const cv::Scalar kFaint(140, 128, 118);
const cv::Scalar kWhite(255, 255, 255);
const cv::Scalar kStart(80, 150, 30);
const cv::Scalar kEnd(40, 40, 205);

cv::Point Fixed(PicturePoint point) {
  constexpr double kOne = 1 << kShift;
  return {cv::saturate_cast<int>(point.x_px * kOne), cv::saturate_cast<int>(point.y_px * kOne)};
}

std::string Printable(std::string_view text) {
  std::string ascii;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f) ascii.push_back(c);
  }
  return ascii;
}

Status CheckSize(const CameraFrame& frame) {
  const int width = frame.intrinsics.width_px;
  const int height = frame.intrinsics.height_px;
  if (width < 1 || height < 1 || width > kPictureSideMax || height > kPictureSideMax ||
      frame.rgb.size() != 3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    return Status(Code::kInvalidArgument, "picture: its buffer is not as large as it says");
  }
  return {};
}

cv::Mat ToMat(const CameraFrame& frame) {
  // OpenCV has no view of constant data; the conversion copies it.
  const cv::Mat rgb(frame.intrinsics.height_px, frame.intrinsics.width_px, CV_8UC3,
                    const_cast<std::uint8_t*>(frame.rgb.data()));
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  return bgr;
}

Status Save(const cv::Mat& image, const std::string& path) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.cols);
  png.height = static_cast<png_uint_32>(image.rows);
  png.format = PNG_FORMAT_BGR;
  const auto stride = static_cast<png_int_32>(image.step);
  if (png_image_write_to_file(&png, path.c_str(), 0, image.data, stride, nullptr) != 0) return {};
  return Status(Code::kUnavailable, "cannot write " + path + ": " + png.message);
}

// Text on a pale plate, centred at a point, kept inside the picture.
void DrawLabel(cv::Mat& image, const PictureLabel& label) {
  const std::string text = Printable(label.text);
  if (text.empty()) return;
  const double scale = label.is_place ? 0.46 : 0.4;
  int below = 0;
  const cv::Size size = cv::getTextSize(text, kFont, scale, 1, &below);
  const cv::Size plate(size.width + 8, size.height + below + 6);
  const int x = std::clamp(static_cast<int>(label.at.x_px) - plate.width / 2, 2,
                           std::max(2, image.cols - plate.width - 2));
  const int y = std::clamp(static_cast<int>(label.at.y_px) - plate.height / 2, 2,
                           std::max(2, image.rows - plate.height - 2));
  const cv::Rect box = cv::Rect(cv::Point(x, y), plate) & cv::Rect({0, 0}, image.size());
  if (box.empty()) return;
  cv::Mat under = image(box);
  cv::addWeighted(under, 0.35, cv::Mat(under.size(), under.type(), kWhite), 0.65, 0.0, under);
  cv::putText(image, text, {x + 4, y + size.height + 3}, kFont, scale,
              label.is_place ? kInk : kFaint, 1, cv::LINE_AA);
}

// From blue at the start over violet to red at the end.
cv::Scalar TrackColor(double share) {
  return {200.0 - 160.0 * share, 110.0 - 70.0 * share, 40.0 + 180.0 * share};
}

// Leaves out points nearer than a pixel to the last one that is drawn.
std::vector<PicturePoint> Thin(const std::vector<PicturePoint>& track) {
  std::vector<PicturePoint> thin;
  for (const PicturePoint& point : track) {
    if (thin.empty() ||
        std::hypot(point.x_px - thin.back().x_px, point.y_px - thin.back().y_px) >= 1.0) {
      thin.push_back(point);
    }
  }
  return thin;
}

void DrawTrack(cv::Mat& image, const std::vector<PicturePoint>& points) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    cv::line(image, Fixed(points[i - 1]), Fixed(points[i]), kWhite, 6, cv::LINE_AA, kShift);
  }
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(points.size());
    cv::line(image, Fixed(points[i - 1]), Fixed(points[i]), TrackColor(share), 3, cv::LINE_AA,
             kShift);
  }
}

// A disc with a nose that points where the rover faces.
void DrawMarker(cv::Mat& image, PicturePoint at, double heading_rad, const cv::Scalar& color,
                const char* name) {
  const auto toward = [&](double angle, double length) {
    return PicturePoint{at.x_px + length * std::cos(heading_rad + angle),
                        at.y_px - length * std::sin(heading_rad + angle)};
  };
  const std::array<cv::Point, 3> nose = {Fixed(toward(0.0, 20.0)), Fixed(toward(0.9, 8.0)),
                                         Fixed(toward(-0.9, 8.0))};
  cv::fillConvexPoly(image, nose.data(), 3, color, cv::LINE_AA, kShift);
  cv::circle(image, Fixed(at), 9 << kShift, kWhite, cv::FILLED, cv::LINE_AA, kShift);
  cv::circle(image, Fixed(at), 7 << kShift, color, cv::FILLED, cv::LINE_AA, kShift);
  // Beside the marker, away from where it faces.
  const double side = std::cos(heading_rad) >= 0.0 ? -1.0 : 1.0;
  DrawLabel(image, {{at.x_px + side * 36.0, at.y_px + 18.0}, name, true});
}

void DrawScale(cv::Mat& image, double px_per_m) {
  if (!(px_per_m > 1.0) || px_per_m > image.cols / 2) return;
  const int length = static_cast<int>(px_per_m);
  const cv::Point left(image.cols / 4, image.rows - 26);
  const cv::Point right = left + cv::Point(length, 0);
  cv::Mat under =
      image(cv::Rect(left.x - 12, left.y - 22, length + 24, 40) & cv::Rect({0, 0}, image.size()));
  cv::addWeighted(under, 0.3, cv::Mat(under.size(), under.type(), kWhite), 0.7, 0.0, under);
  cv::line(image, left, right, kInk, 2, cv::LINE_AA);
  for (const cv::Point end : {left, right}) {
    cv::line(image, end - cv::Point(0, 5), end + cv::Point(0, 5), kInk, 2, cv::LINE_AA);
  }
  cv::putText(image, "1 m", left + cv::Point(length / 2 - 14, -7), kFont, 0.45, kInk, 1,
              cv::LINE_AA);
}

cv::Mat DrawAbove(const ResultPicture& picture) {
  cv::Mat image = ToMat(*picture.above);
  for (const PictureLabel& label : picture.labels) DrawLabel(image, label);
  const std::vector<PicturePoint> track = Thin(picture.track);
  DrawTrack(image, track);
  if (!picture.track.empty()) {
    const PicturePoint start = picture.track.front();
    const PicturePoint end = picture.track.back();
    const bool same = std::hypot(start.x_px - end.x_px, start.y_px - end.y_px) < 12.0;
    if (!same) DrawMarker(image, start, picture.start_heading_rad, kStart, "start");
    DrawMarker(image, end, picture.end_heading_rad, kEnd, same ? "start = end" : "end");
  }
  DrawScale(image, picture.px_per_m);
  return image;
}

void DrawCaptions(cv::Mat panel, const std::vector<std::string>& captions) {
  int y = kLine;
  for (std::size_t i = 0; i < captions.size() && y < panel.rows; ++i, y += kLine) {
    const std::string text = Printable(captions[i]);
    const double scale = i == 0 ? 0.6 : 0.48;
    cv::putText(panel, text, {4, y}, kFont, scale, kInk, 1, cv::LINE_AA);
  }
}

cv::Mat Compose(const ResultPicture& picture) {
  const cv::Mat above = DrawAbove(picture);
  cv::Mat view;
  if (picture.camera != nullptr) {
    view = ToMat(*picture.camera);
  } else {
    view = cv::Mat(360, 480, CV_8UC3, kFaint);
    cv::putText(view, "no camera picture", {140, 185}, kFont, 0.6, kWhite, 1, cv::LINE_AA);
  }
  const int height = std::max(above.rows, view.rows + kGap + 6 * kLine);
  cv::Mat sheet(height + 2 * kGap, above.cols + view.cols + 3 * kGap, CV_8UC3, kPaper);
  above.copyTo(sheet(cv::Rect({kGap, kGap}, above.size())));
  const int right = above.cols + 2 * kGap;
  view.copyTo(sheet(cv::Rect({right, kGap}, view.size())));
  DrawLabel(sheet, {{right + 70.0, kGap + 16.0}, "rover's camera", true});
  const int top = kGap + view.rows + kGap;
  DrawCaptions(sheet(cv::Rect(right, top, view.cols, height + kGap - top)), picture.captions);
  return sheet;
}

}  // namespace

Status WritePicture(const CameraFrame& frame, const std::string& path) {
  GN_RETURN_IF_ERROR(CheckSize(frame));
  return Save(ToMat(frame), path);
}

Status WriteResultPicture(const ResultPicture& picture, const std::string& path) {
  GN_CHECK(picture.above != nullptr);
  GN_RETURN_IF_ERROR(CheckSize(*picture.above));
  if (picture.camera != nullptr) GN_RETURN_IF_ERROR(CheckSize(*picture.camera));
  if (picture.track.size() > kTrackPointsMax) {
    return Status(Code::kInvalidArgument, "picture: above a million points of track");
  }
  try {
    return Save(Compose(picture), path);
  } catch (const std::exception& error) {
    return Status(Code::kInternal, std::string("picture: ") + error.what());
  }
}

}  // namespace ganglion::robot::sense
