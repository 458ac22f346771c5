#pragma once

#include "ganglion/robot/act/base_mover.h"
#include "ganglion/robot/act/joint_mover.h"
#include "ganglion/robot/act/motion_context.h"
#include "ganglion/robot/world/plan.h"

namespace ganglion::robot {

enum class SearchResult : std::uint8_t { kSearching, kFound, kNothing };

// Looks around for a thing: with the head to both sides, high and low, then once more with the base
// turned about. A robot that cannot pan turns its base instead. Each look waits until the camera
// has seen it.
class Searcher {
 public:
  Searcher(const RobotDescription& robot, BaseMover& base, JointMover& joints);

  void Begin(const MotionContext& context, ThingMask target);
  SearchResult Tick(const MotionContext& context, MotionWish& wish);
  int thing() const { return thing_; }  // of kFound

 private:
  enum class Phase : std::uint8_t { kAim, kSettle, kLook, kTurn };

  void Aim(const MotionContext& context);
  void NextLook(const MotionContext& context);

  BaseMover& base_;
  JointMover& joints_;
  int looks_per_turn_;
  int turns_max_;
  double turn_rad_;
  ThingMask target_ = 0;
  TimeNs began_at_ = 0;
  Phase phase_ = Phase::kAim;
  TimeNs phase_since_ = 0;
  int look_ = 0;
  int turns_ = 0;
  int thing_ = -1;
};

}  // namespace ganglion::robot
