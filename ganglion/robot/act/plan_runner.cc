#include "ganglion/robot/act/plan_runner.h"

namespace ganglion::robot {

PlanRunner::PlanRunner(std::shared_ptr<const RobotDescription> robot, ReportQueue& reports)
    : robot_(robot), reports_(reports), steps_(robot) {}

void PlanRunner::Report(const MotionContext& context, StepPhase phase, StepReason reason,
                        bool ended) {
  StepReport report;
  report.plan_number = plan_.number;
  report.step = step_;
  if (step_ < plan_.step_count) report.behavior = plan_.steps[step_].behavior;
  report.phase = phase;
  report.reason = reason;
  report.cause = phase == StepPhase::kStarted || phase == StepPhase::kDone ? Cause::kNone
                                                                           : context.verdict.cause;
  report.plan_ended = ended;
  report.at = context.now;
  if (!reports_.Push(report)) ++reports_lost_;
}

void PlanRunner::End(const MotionContext& context, StepPhase phase, StepReason reason) {
  running_ = step_active_ = false;
  if (phase != StepPhase::kDone) steps_.Abort();
  Report(context, phase, reason, true);
}

void PlanRunner::Cancel(const MotionContext& context, StepReason reason) {
  if (running_) End(context, StepPhase::kCancelled, reason);
}

void PlanRunner::Accept(const MotionContext& context, const ExecutablePlan& plan) {
  Cancel(context, StepReason::kPlanReplaced);
  plan_ = plan;
  step_ = 0;
  running_ = true;
  step_active_ = verdict_is_ours_ = false;
}

// Ends the plan where the supervisor will not let it go on. True if it did.
bool PlanRunner::HeedVerdict(const MotionContext& context) {
  if (!verdict_is_ours_ || context.verdict.motion < Motion::kHold) return false;
  if (context.verdict.motion >= Motion::kStop) {
    End(context, StepPhase::kCancelled, StepReason::kStoppedBySafety);
    return true;
  }
  switch (context.verdict.cause) {
    case Cause::kPlanStale:
    case Cause::kDeadPlan:
      End(context, StepPhase::kCancelled, StepReason::kPlanStale);
      return true;
    case Cause::kMotionTooFar:
      End(context, StepPhase::kFailed, StepReason::kTooFar);
      return true;
    case Cause::kMotionOverdue:
      End(context, StepPhase::kFailed, StepReason::kTimeOut);
      return true;
    case Cause::kMotionUnbounded:
    case Cause::kRequestInvalid:
      End(context, StepPhase::kFailed, StepReason::kStoppedBySafety);
      return true;
    default:
      return false;  // a hold that may pass; StepRunner counts its time
  }
}

// False if the plan ended instead.
bool PlanRunner::BeginStep(const MotionContext& context) {
  if (step_ >= plan_.step_count) {  // only an empty plan
    End(context, StepPhase::kDone, StepReason::kNone);
    return false;
  }
  const ExecutableStep& step = plan_.steps[step_];
  if (const StepReason reason = steps_.Precheck(step); reason != StepReason::kNone) {
    End(context, StepPhase::kRefused, reason);
    return false;
  }
  bounds_ = steps_.Bounds(step);
  step_ends_at_ = context.now + bounds_.duration;
  steps_.Begin(context, step);
  step_active_ = true;
  verdict_is_ours_ = false;
  Report(context, StepPhase::kStarted, StepReason::kNone, false);
  return true;
}

MotionRequest PlanRunner::RequestFor(const MotionContext& context, const MotionWish& wish) const {
  MotionRequest request;
  request.at = context.now;
  request.light = steps_.light();
  if (!running_ || !step_active_) return request;
  request.plan_number = plan_.number;
  request.motion = step_;
  request.ends_at = step_ends_at_;
  request.distance_m_max = bounds_.distance_m;
  request.turn_rad_max = bounds_.turn_rad;
  request.twist = wish.twist;
  for (std::size_t i = 0; i < robot_->servos.size(); ++i) {
    const auto joint = static_cast<std::size_t>(robot_->servos[i].joint);
    request.servo_moves[i] = wish.joint_moves[joint];
    request.servo_rad[i] = wish.joint_rad[joint];
  }
  return request;
}

MotionRequest PlanRunner::Tick(const MotionContext& context) {
  const bool can_go_on =
      running_ && !(step_active_ && HeedVerdict(context)) && (step_active_ || BeginStep(context));
  if (!can_go_on) {
    steps_.Watch(context);
    return RequestFor(context, {});
  }
  MotionWish wish;
  const StepOutcome outcome = steps_.Tick(context, wish);
  const MotionRequest request = RequestFor(context, wish);
  verdict_is_ours_ = true;
  if (outcome.status == StepStatus::kFailed) {
    End(context, StepPhase::kFailed, outcome.reason);
    return RequestFor(context, {});
  }
  if (outcome.status == StepStatus::kDone) {
    const bool last = step_ + 1 >= plan_.step_count;
    step_active_ = false;
    if (last) {
      End(context, StepPhase::kDone, StepReason::kNone);
    } else {
      Report(context, StepPhase::kDone, StepReason::kNone, false);
      ++step_;
    }
  }
  return request;
}

}  // namespace ganglion::robot
