#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/robot/act/control_loop.h"
#include "ganglion/robot/drivers/camera.h"
#include "ganglion/robot/sense/detector.h"
#include "ganglion/robot/sense/place_map.h"
#include "ganglion/robot/sim/sim_camera.h"
#include "ganglion/robot/sim/sim_drivers.h"
#include "ganglion/robot/sim/sim_world.h"

namespace ganglion::app {

struct SimRoverOptions {
  std::string robot_path = "robots/rover.yaml";
  robot::sim::GlKind gl = robot::sim::GlKind::kAny;
  bool realtime = false;  // as fast as a clock, not as fast as the machine
};

struct StepOutcome {
  std::string name;  // of the skill
  robot::StepPhase phase = robot::StepPhase::kStarted;
  robot::StepReason reason = robot::StepReason::kNone;
  robot::Cause cause = robot::Cause::kNone;
  TimeNs started_at = 0;  // simulated
  TimeNs ended_at = 0;
  bool reported = false;  // false: the plan ended before it
};

// What came of one plan.
struct RunReport {
  std::string refused;  // why the plan was not begun; empty if it was
  std::vector<StepOutcome> steps;
  bool done = false;  // every step was done
  robot::Pose2 true_start;
  robot::Pose2 true_end;
  robot::Pose2 odometry_start;
  robot::Pose2 odometry_end;
  TimeNs simulated = 0;
  TimeNs wall = 0;
  TimeNs first_wheel_at = 0;  // on the machine's clock; 0: the wheels were not
  std::string holds;          // the thing in the gripper at the end
  std::vector<std::string> said;
  std::vector<std::string> photos;  // paths
  std::vector<robot::Pose2> track;  // true poses, from start to end
};

// The rover in its simulated room, joined from its rooms: world, drivers, control loop, eyes.
// Keeps its world from one plan to the next.
//
// Thread: one at a time; everything runs on the caller's, in simulated time.
class SimRover {
 public:
  // The person who asks for it arms the robot by that.
  static Result<std::unique_ptr<SimRover>> Create(const SimRoverOptions& options);
  SimRover(const SimRover&) = delete;
  SimRover& operator=(const SimRover&) = delete;

  const robot::RobotDescription& description() const { return *description_; }
  robot::sim::SimWorld& world() { return *world_; }
  // Why there are no pictures; empty where there are.
  const std::string& picture_trouble() const { return picture_trouble_; }
  const char* picture_library() const;

  // Carries the plan out to its end. Photos are written as `photo_stem`1.png and so on. An error
  // means that the simulation itself failed; a plan that fails is a report.
  Result<RunReport> CarryOut(const robot::Plan& plan, const std::string& photo_stem);

  // Leaves a latched stop, because a person asked for it.
  Status Reset();
  bool stopped() const { return state_.verdict.motion >= robot::Motion::kStop; }

  // The sheet with the track from above and the rover's own view.
  Status WritePicture(const RunReport& report, const std::string& title, const std::string& path);

 private:
  SimRover() = default;

  void BeginObservation();
  void ObservePlaces();
  Status Sense();
  Status Tick();
  Status TakeReports(const robot::Plan& plan, const std::string& photo_stem, RunReport& report,
                     bool& ended);
  void StartStep(const robot::Step& step, robot::Behavior behavior, const std::string& photo_stem,
                 RunReport& report);
  void WaitForClock(TimeNs wall_start, TimeNs simulated_start) const;

  SimRoverOptions options_;
  std::shared_ptr<const robot::RobotDescription> description_;
  std::unique_ptr<robot::sim::SimWorld> world_;
  std::unique_ptr<robot::sim::SimChassis> chassis_;
  std::unique_ptr<robot::sim::SimServoBus> servos_;
  std::unique_ptr<robot::sim::SimLight> light_;
  std::unique_ptr<robot::sim::SimProximity> proximity_;
  std::unique_ptr<robot::sim::SimRenderer> renderer_;  // null: no pictures
  std::unique_ptr<robot::sim::SimCamera> camera_;      // null with it
  std::string picture_trouble_;
  std::unique_ptr<robot::sense::Detector> detector_;
  std::vector<robot::sense::Place> places_;
  std::unique_ptr<robot::ControlLoop> loop_;  // after the devices, which it holds
  robot::RobotState state_;
  robot::CameraFrame frame_;
  robot::Observation observation_;
  robot::Behavior behavior_ = robot::Behavior::kStop;  // of the running step
};

}  // namespace ganglion::app
