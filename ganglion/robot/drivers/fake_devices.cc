#include "ganglion/robot/drivers/fake_devices.h"

namespace ganglion::robot {

BusResult FakeLight::Write(const SafeCommand& command, IoWindow) noexcept {
  if (write_result == BusResult::kOk) shown = command.light();
  return write_result;
}

Status FakeProximity::Open() {
  open_ = true;
  return {};
}

BusResult FakeProximity::Read(ProximityState& state, IoWindow io) noexcept {
  if (!open_) return BusResult::kTimeout;
  if (read_result != BusResult::kOk) return read_result;
  if (!samples_frozen) next.sampled_at = io.now;
  state = next;
  return BusResult::kOk;
}

Status FakeSpeaker::Say(std::string_view text) {
  GN_RETURN_IF_ERROR(CheckSpeech(text));
  said.emplace_back(text);
  return {};
}

Status FakeCamera::Open() {
  open_ = true;
  return {};
}

Status FakeCamera::Capture(CameraFrame& frame, IoWindow io) {
  if (!open_) return Status(Code::kFailedPrecondition, "capture: the camera is closed");
  const std::size_t pixels = static_cast<std::size_t>(intrinsics_.width_px) *
                             static_cast<std::size_t>(intrinsics_.height_px);
  frame.intrinsics = intrinsics_;
  frame.rgb.resize(pixels * 3);
  for (std::size_t i = 0; i < pixels; ++i) {
    frame.rgb[i * 3] = color.r;
    frame.rgb[i * 3 + 1] = color.g;
    frame.rgb[i * 3 + 2] = color.b;
  }
  frame.depth_m.assign(has_depth_ ? pixels : 0, 1.0f);
  frame.number = ++frames_;
  frame.captured_at = io.now;
  return {};
}

}  // namespace ganglion::robot
