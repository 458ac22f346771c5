#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/robot/act/robot_state.h"
#include "ganglion/robot/drivers/chassis.h"
#include "ganglion/robot/drivers/light.h"
#include "ganglion/robot/drivers/proximity.h"
#include "ganglion/robot/drivers/servo_bus.h"
#include "ganglion/robot/safety/operator_key.h"
#include "ganglion/robot/world/observation.h"
#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

inline constexpr TimeNs kTickPeriod = 5_ms;  // 200 Hz

// The devices that the loop commands. Lent: they must outlive it.
struct ControlDevices {
  Chassis& chassis;
  ServoBus& servos;
  Light& light;
  Proximity& proximity;
};

struct ControlLoopOptions {
  // A stop of an earlier life that was never reset (act/latch_file.h): the loop starts stopped
  // either way, this only names the cause.
  bool was_stopped = false;
};

// Plans in, motion out: measures, follows the newest plan, asks the safety supervisor, commands
// the devices, 200 times a second.
//
// Tick() is a pure function of the time it is told, of the devices and of the mailboxes, so the
// same code runs on a robot, in MuJoCo, in tests and in replay. It does not allocate, lock, log or
// throw. ControlThread (control_thread.h) calls it in real time.
//
// Threads: Tick() belongs to one thread, the control loop's. Start(), Submit(), RenewLease(),
// AcknowledgePhoto(), RequestReset(), TakeReport() and TakeState() belong to one other thread, the
// plan's owner (or to the same one); Observe() to one thread, that of sense/. PressEstop() is for
// everyone. Start() must not run beside Tick().
class ControlLoop {
 public:
  // Fails where the description lacks what a skill needs.
  static Result<std::unique_ptr<ControlLoop>> Create(
      std::shared_ptr<const RobotDescription> description, ControlDevices devices,
      ControlLoopOptions options = {});
  ~ControlLoop();

  // Opens, claims and arms the devices, and asks the supervisor to leave its first stop as soon as
  // its inputs allow it. Needed once before the first plan, and again after a device was lost.
  Status Start(OperatorKey key, TimeNs now);

  // Checks the plan as a whole against the newest state and makes it the newest plan; a running one
  // of the same owner is cancelled. Refused, by name, while another owner's plan runs. Returns its
  // number, which its reports carry.
  Result<std::uint64_t> Submit(const Plan& plan, TimeNs now, std::string_view owner = "local");

  // The sign of life of the plan's owner. A motion runs on for SafetyDescription::lease after the
  // last one; so call it several times within that. After the lease the owner's plan is dead, and
  // another owner may submit.
  void RenewLease(TimeNs now, std::string_view owner = "local");

  // Hands in what the camera showed.
  void Observe(const Observation& observation);

  // The picture of the photo step that was reported last is taken, or could not be.
  void AcknowledgePhoto(bool taken);

  // Latched stop; takes effect in the next tick.
  void PressEstop();
  // Lets go of the button that PressEstop() pressed; resets nothing.
  void ReleaseEstop();
  // Asks to leave a latched stop. Granted in the next tick unless its cause is still present. The
  // plan that ran is dead: a new one is needed.
  void RequestReset(OperatorKey key);

  void Tick(TimeNs now);

  bool TakeReport(StepReport& report);
  bool TakeState(RobotState& state);

 private:
  struct Impl;
  explicit ControlLoop(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganglion::robot
