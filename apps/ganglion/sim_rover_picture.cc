#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <string>
#include <system_error>

#include "apps/ganglion/sim_rover.h"

#include "ganglion/base/concat.h"
#include "ganglion/robot/sense/picture.h"

namespace ganglion::app {
namespace {

constexpr int kAboveWidth = 884;
constexpr int kAboveHeight = 680;
constexpr std::size_t kTitleBytes = 56;
constexpr std::size_t kStepLines = 5;

std::string PoseText(const char* name, const robot::Pose2& pose) {
  char text[96];
  // Rounded, and with zero added, so that nothing reads -0.
  const double x_m = std::round(pose.x_m * 100.0) / 100.0 + 0.0;
  const double y_m = std::round(pose.y_m * 100.0) / 100.0 + 0.0;
  const double heading_deg =
      std::round(robot::WrapAngle(pose.heading_rad) * 180.0 / std::numbers::pi) + 0.0;
  std::snprintf(text, sizeof text, "%s  x %+.2f m  y %+.2f m  heading %+.0f deg", name, x_m, y_m,
                heading_deg);
  return text;
}

double Length(const std::vector<robot::Pose2>& track) {
  double length = 0.0;
  for (std::size_t i = 1; i < track.size(); ++i) {
    length += std::hypot(track[i].x_m - track[i - 1].x_m, track[i].y_m - track[i - 1].y_m);
  }
  return length;
}

bool IsAscii(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x7f) return false;
  }
  return true;
}

std::vector<std::string> Captions(const RunReport& report, const std::string& title) {
  std::vector<std::string> lines;
  // The picture's letters are ASCII; an instruction in Chinese stands in the text beside it.
  if (title.empty() || !IsAscii(title)) {
    lines.emplace_back("the rover's way");
  } else {
    lines.push_back(title.size() > kTitleBytes ? title.substr(0, kTitleBytes) + "..." : title);
  }
  lines.push_back(PoseText("start", report.true_start));
  lines.push_back(PoseText("end  ", report.true_end));
  char driven[96];
  std::snprintf(driven, sizeof driven, "driven %.2f m in %.1f s", Length(report.track),
                static_cast<double>(report.simulated) * 1e-9);
  lines.push_back(report.holds.empty() ? driven : Concat(driven, ", holding ", report.holds));
  for (std::size_t i = 0; i < report.steps.size() && i < kStepLines; ++i) {
    const StepOutcome& step = report.steps[i];
    lines.push_back(Concat(i + 1, ". ", step.name, ": ",
                           step.reported ? robot::StepPhaseName(step.phase) : "not reached"));
  }
  return lines;
}

}  // namespace

Status SimRover::WritePicture(const RunReport& report, const std::string& title,
                              const std::string& path) {
  if (renderer_ == nullptr) return Status(Code::kUnavailable, picture_trouble_);
  robot::CameraFrame above;
  GN_RETURN_IF_ERROR(
      robot::sim::DrawFromAbove(*world_, *renderer_, kAboveWidth, kAboveHeight, above));
  const auto pixel = [&](double x_m, double y_m) {
    const robot::sim::Pixel at = robot::sim::FloorPixel(*world_, above.intrinsics, x_m, y_m);
    return robot::sense::PicturePoint{at.x_px, at.y_px};
  };
  robot::sense::ResultPicture picture;
  picture.above = &above;
  picture.px_per_m = pixel(1.0, 0.0).x_px - pixel(0.0, 0.0).x_px;
  for (const robot::Pose2& pose : report.track) picture.track.push_back(pixel(pose.x_m, pose.y_m));
  picture.start_heading_rad = report.true_start.heading_rad;
  picture.end_heading_rad = report.true_end.heading_rad;
  for (const robot::sense::Place& place : places_) {
    const auto& thing = description_->things[static_cast<std::size_t>(place.thing)];
    robot::sense::PicturePoint above_it = pixel(place.x_m, place.y_m);
    above_it.y_px -= 26.0;  // so that it hides nothing that was put there
    picture.labels.push_back({above_it, thing.name, true});
  }
  for (const std::string& name : world_->ThingNames()) {
    const auto at = world_->ThingPosition(name);
    if (!at.ok()) continue;
    robot::sense::PicturePoint below = pixel(at->x_m, at->y_m);
    below.y_px += 16.0;
    std::string words = name;
    for (char& c : words) c = c == '_' ? ' ' : c;
    picture.labels.push_back({below, words, false});
  }
  picture.captions = Captions(report, title);
  robot::CameraFrame view;
  if (camera_ != nullptr &&
      camera_->Capture(view, {.now = world_->now(), .deadline = world_->now() + 1_s}).ok()) {
    picture.camera = &view;
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return Status(Code::kUnavailable, Concat("cannot make ", folder.string()));
  }
  return robot::sense::WriteResultPicture(picture, path);
}

}  // namespace ganglion::app
