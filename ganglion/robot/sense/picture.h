#pragma once

#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/drivers/camera.h"

namespace ganglion::robot::sense {

struct PicturePoint {
  double x_px = 0.0;
  double y_px = 0.0;
};

struct PictureLabel {
  PicturePoint at;
  std::string text;  // printable ASCII; anything else is left out
  bool is_place = false;
};

// What a person sees of a run: the room from above with the way that was driven, beside it what the
// rover sees, below that a few lines of text.
struct ResultPicture {
  const CameraFrame* above = nullptr;   // never null
  const CameraFrame* camera = nullptr;  // null: the rover's camera gave nothing
  double px_per_m = 0.0;                // in `above`
  std::vector<PicturePoint> track;      // in `above`, from start to end, at most kTrackPointsMax
  double start_heading_rad = 0.0;
  double end_heading_rad = 0.0;
  std::vector<PictureLabel> labels;   // in `above`
  std::vector<std::string> captions;  // as PictureLabel::text; the first is the title
};

// Both write a PNG file. The error names the path.
Status WritePicture(const CameraFrame& frame, const std::string& path);
Status WriteResultPicture(const ResultPicture& picture, const std::string& path);

}  // namespace ganglion::robot::sense
