#pragma once

#include <memory>

#include "ganglion/robot/act/executable_plan.h"
#include "ganglion/robot/act/limits.h"
#include "ganglion/robot/act/motion_context.h"
#include "ganglion/robot/act/robot_state.h"
#include "ganglion/robot/act/step_runner.h"
#include "ganglion/robot/safety/supervisor.h"
#include "ganglion/robot/world/mailbox.h"

namespace ganglion::robot {

using ReportQueue = SpscQueue<StepReport, kReportsMax>;

// Runs the steps of one plan in order and reports what becomes of each. The first step that does
// not succeed ends the plan. Thread: the control loop's; no heap.
class PlanRunner {
 public:
  PlanRunner(std::shared_ptr<const RobotDescription> robot, ReportQueue& reports);

  // Replaces the running plan.
  void Accept(const MotionContext& context, const ExecutablePlan& plan);
  // Ends the running plan, if any.
  void Cancel(const MotionContext& context, StepReason reason);
  // What to ask of the supervisor in this tick.
  MotionRequest Tick(const MotionContext& context);

  bool is_running() const { return running_; }
  std::uint64_t plan_number() const { return plan_.number; }
  std::uint8_t step() const { return step_; }
  bool holds_something() const { return steps_.holds_something(); }
  // Reports that found the queue full.
  std::uint64_t reports_lost() const { return reports_lost_; }

 private:
  void Report(const MotionContext& context, StepPhase phase, StepReason reason, bool ended);
  void End(const MotionContext& context, StepPhase phase, StepReason reason);
  bool HeedVerdict(const MotionContext& context);
  bool BeginStep(const MotionContext& context);
  MotionRequest RequestFor(const MotionContext& context, const MotionWish& wish) const;

  std::shared_ptr<const RobotDescription> robot_;  // shared: immutable
  ReportQueue& reports_;
  StepRunner steps_;
  ExecutablePlan plan_;
  bool running_ = false;
  bool step_active_ = false;
  bool verdict_is_ours_ = false;  // the last tick's verdict was about the present step
  std::uint8_t step_ = 0;
  StepBounds bounds_;
  TimeNs step_ends_at_ = 0;
  std::uint64_t reports_lost_ = 0;
};

}  // namespace ganglion::robot
