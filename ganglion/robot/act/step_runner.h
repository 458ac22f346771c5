#pragma once

#include <memory>

#include "ganglion/robot/act/base_mover.h"
#include "ganglion/robot/act/executable_plan.h"
#include "ganglion/robot/act/joint_mover.h"
#include "ganglion/robot/act/motion_context.h"
#include "ganglion/robot/act/robot_state.h"
#include "ganglion/robot/act/searcher.h"

namespace ganglion::robot {

// The bounds that a step asks the supervisor to enforce.
struct StepBounds {
  TimeNs duration = 0;
  double distance_m = 0.0;
  double turn_rad = 0.0;
};

enum class StepStatus : std::uint8_t { kRunning, kDone, kFailed };

struct StepOutcome {
  StepStatus status = StepStatus::kRunning;
  StepReason reason = StepReason::kNone;
};

// Carries out one step at a time: the built-in behaviours. No heap, no clock. Thread: the control
// loop's.
class StepRunner {
 public:
  explicit StepRunner(std::shared_ptr<const RobotDescription> robot);

  // Whether the step can start now; kNone if so.
  StepReason Precheck(const ExecutableStep& step) const;
  StepBounds Bounds(const ExecutableStep& step) const;
  void Begin(const MotionContext& context, const ExecutableStep& step);
  StepOutcome Tick(const MotionContext& context, MotionWish& wish);
  // The step ended early: nothing of it lives on.
  void Abort();

  // Instead of Tick() where no step runs.
  void Watch(const MotionContext& context) { joints_.Watch(context); }
  bool holds_something() const { return joints_.holds_something(); }
  Rgb light() const { return light_; }

 private:
  StepOutcome TickBehavior(const MotionContext& context, MotionWish& wish);
  StepOutcome Goto(const MotionContext& context, MotionWish& wish);
  StepOutcome Pick(const MotionContext& context, MotionWish& wish);
  StepOutcome Place(const MotionContext& context, MotionWish& wish);
  StepOutcome Follow(const MotionContext& context, MotionWish& wish);
  StepOutcome Photo(const MotionContext& context) const;
  StepOutcome Search(const MotionContext& context, MotionWish& wish);
  bool ApproachThing(const MotionContext& context, double range_m, double speed_mps,
                     MotionWish& wish);
  StepOutcome WatchProgress(const MotionContext& context, const MotionWish& wish);
  void NextPhase(const MotionContext& context);
  double RangeFor(int thing) const;
  const ThingDescription& Thing(int thing) const;

  std::shared_ptr<const RobotDescription> robot_;  // shared: immutable
  BaseMover base_;
  JointMover joints_;
  Searcher searcher_;
  Rgb light_;

  ExecutableStep step_;
  TimeNs began_at_ = 0;
  int phase_ = 0;
  TimeNs phase_since_ = 0;
  int thing_ = -1;
  double blocked_s_ = 0.0;
  double stuck_s_ = 0.0;
};

}  // namespace ganglion::robot
