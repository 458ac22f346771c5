#pragma once

#include "ganglion/robot/drivers/chassis.h"
#include "ganglion/robot/drivers/light.h"
#include "ganglion/robot/drivers/proximity.h"
#include "ganglion/robot/drivers/servo_bus.h"
#include "ganglion/robot/sim/sim_world.h"

namespace ganglion::robot::sim {

// The devices of a simulated rover. Each is lent the world, which must outlive it; all of one world
// share its thread. Reads and writes take no simulated time.

class SimChassis final : public Chassis {
 public:
  explicit SimChassis(SimWorld& world) : world_(world) {}

  Status Open() override;
  Status Arm(const BusToken& token) override;
  void Disarm() noexcept override;
  void Close() noexcept override;
  BusResult Read(WheelState& state, IoWindow io) noexcept override;
  BusResult Write(const BusToken& token, const SafeCommand& command, IoWindow io) noexcept override;

 private:
  SimWorld& world_;
  bool open_ = false;
  bool armed_ = false;
};

class SimServoBus final : public ServoBus {
 public:
  explicit SimServoBus(SimWorld& world) : world_(world) {}

  Status Open() override;
  Status Arm(const BusToken& token) override;
  void Disarm() noexcept override;
  void Close() noexcept override;
  BusResult Read(std::span<ServoState> states, IoWindow io) noexcept override;
  BusResult Write(const BusToken& token, const SafeCommand& command, IoWindow io) noexcept override;

 private:
  SimWorld& world_;
  bool open_ = false;
  bool armed_ = false;
};

class SimProximity final : public Proximity {
 public:
  explicit SimProximity(SimWorld& world) : world_(world) {}

  Status Open() override;
  void Close() noexcept override;
  BusResult Read(ProximityState& state, IoWindow io) noexcept override;

 private:
  SimWorld& world_;
  bool open_ = false;
};

class SimLight final : public Light {
 public:
  explicit SimLight(SimWorld& world) : world_(world) {}

  BusResult Write(const SafeCommand& command, IoWindow io) noexcept override;
  Rgb shown() const { return shown_; }

 private:
  SimWorld& world_;
  Rgb shown_;
};

}  // namespace ganglion::robot::sim
