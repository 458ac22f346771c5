#pragma once

#include <limits>
#include <string>
#include <vector>

#include "ganglion/robot/drivers/camera.h"
#include "ganglion/robot/drivers/light.h"
#include "ganglion/robot/drivers/proximity.h"
#include "ganglion/robot/drivers/speaker.h"

namespace ganglion::robot {

class FakeLight final : public Light {
 public:
  BusResult write_result = BusResult::kOk;
  Rgb shown;

  BusResult Write(const SafeCommand& command, IoWindow io) noexcept override;
};

// An empty room, unless a test says otherwise.
class FakeProximity final : public Proximity {
 public:
  BusResult read_result = BusResult::kOk;
  bool samples_frozen = false;
  ProximityState next = {.free_ahead_m = std::numeric_limits<double>::infinity(),
                         .free_behind_m = std::numeric_limits<double>::infinity()};

  Status Open() override;
  void Close() noexcept override { open_ = false; }
  BusResult Read(ProximityState& state, IoWindow io) noexcept override;

 private:
  bool open_ = false;
};

class FakeSpeaker final : public Speaker {
 public:
  std::vector<std::string> said;

  Status Say(std::string_view text) override;
};

// Pictures of one colour.
class FakeCamera final : public Camera {
 public:
  FakeCamera(CameraIntrinsics intrinsics, bool has_depth)
      : intrinsics_(intrinsics), has_depth_(has_depth) {}

  Rgb color;

  Status Open() override;
  void Close() noexcept override { open_ = false; }
  CameraIntrinsics intrinsics() const override { return intrinsics_; }
  Status Capture(CameraFrame& frame, IoWindow io) override;

 private:
  CameraIntrinsics intrinsics_;
  bool has_depth_;
  bool open_ = false;
  std::uint32_t frames_ = 0;
};

}  // namespace ganglion::robot
