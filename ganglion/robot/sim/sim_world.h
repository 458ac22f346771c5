#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/robot/drivers/bus.h"
#include "ganglion/robot/drivers/chassis.h"
#include "ganglion/robot/drivers/proximity.h"
#include "ganglion/robot/drivers/servo_bus.h"
#include "ganglion/robot/sim/grasp.h"
#include "ganglion/robot/sim/limits.h"
#include "ganglion/robot/sim/sim_model.h"
#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot::sim {

// What a test or a demonstration can break. All of it may change between two steps.
struct SimFaults {
  bool left_wheel_stuck = false;  // as if a stone jammed it
  bool right_wheel_stuck = false;
  bool encoders_frozen = false;  // the wheel driver answers in time, with the angles of before
  bool chassis_silent = false;   // does not answer
  bool servos_silent = false;
  bool proximity_silent = false;
  bool bumper_pressed = false;
  bool estop_pressed = false;
  bool camera_hangs = false;  // no picture comes
};

struct Waypoint {
  double x_m = 0.0;
  double y_m = 0.0;
};

// The rover and its room in MuJoCo, with a clock of its own that moves only in AdvanceTo().
// Deterministic: the same calls give the same numbers, bit for bit, on one machine.
//
// Invariants: (1) what moves the rover came in by ApplyWheels() or ApplyServos(), which only the
// drivers of this room call, with SafeCommands; (2) from the expiry of the last command on wheels
// stand and servos keep their place; (3) a motor without torque exerts none.
//
// Thread: one at a time. AdvanceTo() and everything the drivers call does not allocate.
class SimWorld {
 public:
  // `mjcf_path` names the room (robots/room.xml), which includes the rover. The world starts with
  // everything come to rest, at time 0.
  static Result<std::unique_ptr<SimWorld>> Create(const std::string& mjcf_path,
                                                  const RobotDescription& description);
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;
  ~SimWorld();

  TimeNs now() const { return now_; }
  TimeNs step_period() const { return step_; }

  // Runs the physics up to the last step that is not after `until`; at most kAdvanceMax. An error
  // means that the physics diverged: the world is of no more use.
  Status AdvanceTo(TimeNs until);

  // The truth, for tests and reports; the robot itself does not know it. The heading is not
  // wrapped.
  Pose2 TruePose() const { return true_pose_; }
  // Of a thing by its name in the MJCF file ("red_ball"), in the room's frame.
  Result<Point3> ThingPosition(std::string_view name) const;
  Status MoveThing(std::string_view name, const Point3& to);
  std::vector<std::string> ThingNames() const;
  // The thing that the gripper holds, or nothing.
  std::string_view held() const;

  void SetFaults(const SimFaults& faults);
  const SimFaults& faults() const { return faults_; }

  // Sets the person walking along the points, in a straight line to each; stands at the last.
  Status WalkPerson(std::span<const Waypoint> path, double speed_mps);
  Result<Point3> PersonPosition() const;

  // For the drivers of this room.
  void ReadWheels(WheelState& state) const;
  void ReadServos(std::span<ServoState> states) const;
  std::size_t servo_count() const { return sim_.servos.size(); }
  bool KnowsServo(ServoId id) const;
  void ReadProximity(ProximityState& state);
  void ApplyWheels(const SafeCommand& command);
  void ApplyServos(const SafeCommand& command);
  void ApplyLight(Rgb color);
  void CutWheels();
  void CutServos();
  void ArmWheels();
  void ArmServos();

  // For the renderer of this room: nothing else may look at these.
  const SimModel& sim_model() const { return sim_; }
  mjData_& data() const { return *data_; }

 private:
  struct Servo {
    double target_rad = 0.0;
    double setpoint_rad = 0.0;  // moves toward the target at the commanded speed
    double speed_rad_s = 0.0;
  };

  SimWorld(SimModel sim, std::unique_ptr<mjData_, DataDeleter> data, TimeNs step);

  Status Step();
  void DriveWheels();
  void DriveServos();
  void WalkOneStep();
  void TrackPose();
  bool BumperTouched() const;
  double FreeDistance(double from_x_m, double direction) const;
  const ThingIds* FindThing(std::string_view name) const;

  SimModel sim_;
  std::unique_ptr<mjData_, DataDeleter> data_;
  Grasp grasp_;
  TimeNs step_;
  TimeNs now_ = 0;
  Pose2 true_pose_;
  SimFaults faults_;

  WheelSpeeds wheels_;
  bool wheels_torque_ = false;
  TimeNs wheels_expire_at_ = 0;
  WheelState frozen_wheels_;  // what the encoders said before they froze

  std::array<Servo, robot::kServosMax> servos_ = {};
  bool servos_torque_ = false;
  TimeNs servos_expire_at_ = 0;

  ProximityState proximity_;
  TimeNs proximity_due_at_ = 0;

  std::array<Waypoint, kWaypointsMax> walk_ = {};
  std::size_t walk_count_ = 0;
  std::size_t walk_next_ = 0;
  double walk_speed_mps_ = 0.0;
};

}  // namespace ganglion::robot::sim
