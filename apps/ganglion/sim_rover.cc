#include "apps/ganglion/sim_rover.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <thread>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/robot/sense/picture.h"
#include "ganglion/sys/clock.h"

namespace ganglion::app {
namespace {

using robot::Behavior;
using robot::StepPhase;

constexpr TimeNs kEyesPeriod = 200_ms;   // pictures at 5 Hz while a step needs them
constexpr TimeNs kRestTime = 300_ms;     // after a plan, until the base stands
constexpr TimeNs kRunTimeMax = 3'600_s;  // of one plan, simulated

// Where the simulated person leads when the rover has to follow: to and fro while the rover looks
// around, then past the rover and to the south.
constexpr std::array kWalk = {robot::sim::Waypoint{1.3, 2.4},   robot::sim::Waypoint{0.8, 2.3},
                              robot::sim::Waypoint{-0.6, 1.6},  robot::sim::Waypoint{-1.0, 0.0},
                              robot::sim::Waypoint{-0.8, -1.4}, robot::sim::Waypoint{0.4, -1.5}};
constexpr double kWalk_mps = 0.3;

bool NeedsEyes(Behavior behavior) {
  switch (behavior) {
    case Behavior::kGoto:
    case Behavior::kFind:
    case Behavior::kPick:
    case Behavior::kPlace:
    case Behavior::kFollow:
      return true;
    default:
      return false;
  }
}

std::filesystem::path Beside(const std::string& path, const std::string& name) {
  return std::filesystem::path(path).parent_path() / name;
}

}  // namespace

Result<std::unique_ptr<SimRover>> SimRover::Create(const SimRoverOptions& options) {
  GN_ASSIGN_OR_RETURN(robot::RobotDescription description,
                      robot::LoadRobotDescription(options.robot_path));
  if (description.model.empty()) {
    return Status(Code::kInvalidArgument,
                  options.robot_path + ": names no 'model', so there is nothing to simulate");
  }
  std::unique_ptr<SimRover> rover(new SimRover());
  rover->options_ = options;
  rover->description_ = std::make_shared<const robot::RobotDescription>(std::move(description));
  const std::filesystem::path room = Beside(options.robot_path, rover->description_->model);
  GN_ASSIGN_OR_RETURN(rover->world_,
                      robot::sim::SimWorld::Create(room.string(), *rover->description_));
  // The map lies beside the room and has its name.
  GN_ASSIGN_OR_RETURN(
      rover->places_,
      robot::sense::LoadPlaceMap(std::filesystem::path(room).replace_extension(".json").string(),
                                 *rover->description_));
  GN_ASSIGN_OR_RETURN(robot::sense::Detector detector,
                      robot::sense::Detector::Create(*rover->description_));
  rover->detector_ = std::make_unique<robot::sense::Detector>(std::move(detector));
  robot::sim::SimWorld& world = *rover->world_;
  auto renderer = robot::sim::SimRenderer::Create(world, options.gl);
  if (renderer.ok()) {
    rover->renderer_ = *std::move(renderer);
    rover->camera_ = std::make_unique<robot::sim::SimCamera>(world, *rover->renderer_,
                                                             rover->description_->camera);
    GN_RETURN_IF_ERROR(rover->camera_->Open());
  } else {
    rover->picture_trouble_ = renderer.error().message();
  }
  rover->chassis_ = std::make_unique<robot::sim::SimChassis>(world);
  rover->servos_ = std::make_unique<robot::sim::SimServoBus>(world);
  rover->light_ = std::make_unique<robot::sim::SimLight>(world);
  rover->proximity_ = std::make_unique<robot::sim::SimProximity>(world);
  GN_RETURN_IF_ERROR(rover->proximity_->Open());
  GN_ASSIGN_OR_RETURN(rover->loop_, robot::ControlLoop::Create(rover->description_,
                                                               {.chassis = *rover->chassis_,
                                                                .servos = *rover->servos_,
                                                                .light = *rover->light_,
                                                                .proximity = *rover->proximity_}));
  GN_RETURN_IF_ERROR(
      rover->loop_->Start(robot::OperatorKey::ForThePersonWhoAskedForIt(), world.now()));
  while (world.now() < kRestTime) GN_RETURN_IF_ERROR(rover->Tick());
  return rover;
}

const char* SimRover::picture_library() const {
  return renderer_ == nullptr ? "none" : renderer_->library();
}

Status SimRover::Tick() {
  loop_->Tick(world_->now());
  loop_->TakeState(state_);
  return world_->AdvanceTo(world_->now() + robot::kTickPeriod);
}

Status SimRover::Reset() {
  loop_->RequestReset(robot::OperatorKey::ForThePersonWhoAskedForIt());
  for (int i = 0; i < 100 && (i == 0 || stopped()); ++i) GN_RETURN_IF_ERROR(Tick());
  if (!stopped()) return {};
  return Status(Code::kFailedPrecondition,
                Concat("still stopped: ", robot::CauseName(state_.verdict.cause)));
}

void SimRover::BeginObservation() {
  observation_.at = world_->now();
  ++observation_.frame;
  observation_.pose = state_.pose;
  observation_.object_count = 0;
}

void SimRover::ObservePlaces() {
  BeginObservation();
  robot::sense::AddPlaces(places_, *description_, observation_);
  loop_->Observe(observation_);
}

Status SimRover::Sense() {
  BeginObservation();
  if (camera_ != nullptr) {
    const Status captured =
        camera_->Capture(frame_, {.now = world_->now(), .deadline = world_->now() + kEyesPeriod});
    // A camera that gives nothing is no error of the run: the steps that need it time out.
    if (captured.ok()) {
      const auto joint = [this](robot::Joint which) {
        return state_.joint_rad[static_cast<std::size_t>(which)];
      };
      GN_RETURN_IF_ERROR(detector_->Detect(
          frame_, {.pan_rad = joint(robot::Joint::kPan), .tilt_rad = joint(robot::Joint::kTilt)},
          observation_));
    }
  }
  robot::sense::AddPlaces(places_, *description_, observation_);
  loop_->Observe(observation_);
  return {};
}

void SimRover::StartStep(const robot::Step& step, Behavior behavior, const std::string& photo_stem,
                         RunReport& report) {
  const robot::SkillDescription& skill = description_->skills[step.skill];
  if (behavior == Behavior::kSay) {
    report.said.emplace_back(robot::WordsOf(step, skill, robot::Parameter::kText));
  } else if (behavior == Behavior::kPhoto) {
    const std::string path = Concat(photo_stem, report.photos.size() + 1, ".png");
    const bool taken =
        camera_ != nullptr &&
        camera_->Capture(frame_, {.now = world_->now(), .deadline = world_->now() + 1_s}).ok() &&
        robot::sense::WritePicture(frame_, path).ok();
    if (taken) report.photos.push_back(path);
    loop_->AcknowledgePhoto(taken);
  } else if (behavior == Behavior::kFollow) {
    // A person who stood still would not show much. A room without one has nothing to set going.
    const Status walking = world_->WalkPerson(kWalk, kWalk_mps);
    static_cast<void>(walking);
  }
}

Status SimRover::TakeReports(const robot::Plan& plan, const std::string& photo_stem,
                             RunReport& report, bool& ended) {
  robot::StepReport event;
  while (loop_->TakeReport(event)) {
    if (event.step < report.steps.size()) {
      StepOutcome& outcome = report.steps[event.step];
      outcome.phase = event.phase;
      outcome.reason = event.reason;
      outcome.cause = event.cause;
      outcome.reported = true;
      if (event.phase == StepPhase::kStarted) {
        outcome.started_at = event.at;
        behavior_ = event.behavior;
        StartStep(plan.steps[event.step], event.behavior, photo_stem, report);
        if (NeedsEyes(behavior_)) GN_RETURN_IF_ERROR(Sense());
      } else {
        outcome.ended_at = event.at;
        behavior_ = Behavior::kStop;
      }
    }
    ended = ended || event.plan_ended;
  }
  return {};
}

void SimRover::WaitForClock(TimeNs wall_start, TimeNs simulated_start) const {
  const TimeNs ahead = (world_->now() - simulated_start) - (sys::MonotonicNow() - wall_start);
  if (ahead > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(ahead));
}

Result<RunReport> SimRover::CarryOut(const robot::Plan& plan, const std::string& photo_stem) {
  RunReport report;
  const TimeNs wall_start = sys::MonotonicNow();
  const TimeNs start = world_->now();
  report.true_start = world_->TruePose();
  report.odometry_start = state_.pose;
  report.track.push_back(report.true_start);
  for (const robot::Step& step : plan.steps) {
    report.steps.push_back({.name = description_->skills[step.skill].name});
  }
  bool ended = plan.steps.empty();
  if (!ended) {
    // Places need no picture: a rover that is sent to one sets off at once.
    ObservePlaces();
    loop_->RenewLease(world_->now());
    const auto number = loop_->Submit(plan, world_->now());
    if (!number.ok()) {
      report.refused = number.error().message();
      ended = true;
    }
  }
  TimeNs eyes_due = 0;
  TimeNs end = ended ? world_->now() : start + kRunTimeMax;
  while (world_->now() < end) {
    loop_->RenewLease(world_->now());
    if (NeedsEyes(behavior_) && world_->now() >= eyes_due) {
      GN_RETURN_IF_ERROR(Sense());
      eyes_due = world_->now() + kEyesPeriod;
    }
    GN_RETURN_IF_ERROR(Tick());
    const bool wheels = state_.wheels.left_rad_s != 0.0 || state_.wheels.right_rad_s != 0.0;
    if (wheels && report.first_wheel_at == 0) {
      report.first_wheel_at = sys::MonotonicNow();
    }
    const bool had_ended = ended;
    GN_RETURN_IF_ERROR(TakeReports(plan, photo_stem, report, ended));
    if (ended && !had_ended) end = world_->now() + kRestTime;
    const robot::Pose2 pose = world_->TruePose();
    const robot::Pose2& last = report.track.back();
    if (std::hypot(pose.x_m - last.x_m, pose.y_m - last.y_m) > 0.01) report.track.push_back(pose);
    if (options_.realtime) WaitForClock(wall_start, start);
  }
  behavior_ = Behavior::kStop;
  report.done =
      report.refused.empty() && std::ranges::all_of(report.steps, [](const StepOutcome& outcome) {
        return outcome.phase == StepPhase::kDone;
      });
  report.true_end = world_->TruePose();
  report.odometry_end = state_.pose;
  report.track.push_back(report.true_end);
  report.simulated = world_->now() - start;
  report.wall = sys::MonotonicNow() - wall_start;
  report.holds = world_->held();
  return report;
}

}  // namespace ganglion::app
