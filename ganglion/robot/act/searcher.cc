#include "ganglion/robot/act/searcher.h"

#include <array>
#include <numbers>

#include "ganglion/robot/act/limits.h"

namespace ganglion::robot {
namespace {

struct Look {
  double pan_rad;
  double tilt_rad;
};
constexpr std::array<Look, 6> kLooks = {
    {{0.0, -0.25}, {0.9, -0.25}, {-0.9, -0.25}, {-0.9, -0.52}, {0.0, -0.52}, {0.9, -0.52}}};
constexpr TimeNs kLookTimeMax = 1_s;

}  // namespace

Searcher::Searcher(const RobotDescription& robot, BaseMover& base, JointMover& joints)
    : base_(base), joints_(joints) {
  const bool pans = robot.FindServo(Joint::kPan) != nullptr;
  looks_per_turn_ = pans ? static_cast<int>(kLooks.size()) : 1;
  turns_max_ = pans ? 1 : 5;
  turn_rad_ = pans ? std::numbers::pi : std::numbers::pi / 3.0;
}

void Searcher::Begin(const MotionContext& context, ThingMask target) {
  target_ = target;
  began_at_ = context.now;
  look_ = turns_ = 0;
  thing_ = -1;
  phase_ = Phase::kAim;
}

void Searcher::Aim(const MotionContext& context) {
  const Look& look = kLooks[static_cast<std::size_t>(look_)];
  joints_.Set(context, Joint::kPan, look.pan_rad);
  joints_.Set(context, Joint::kTilt, look.tilt_rad);
  phase_ = Phase::kSettle;
}

void Searcher::NextLook(const MotionContext& context) {
  if (++look_ < looks_per_turn_) return Aim(context);
  look_ = 0;
  ++turns_;
  base_.BeginTurn(context, turn_rad_, 1.0);
  phase_ = Phase::kTurn;
}

SearchResult Searcher::Tick(const MotionContext& context, MotionWish& wish) {
  // What was seen a moment before the search began counts as well.
  thing_ = context.things.Nearest(target_, began_at_ - kSeenAgeMax, context.pose);
  if (thing_ >= 0) return SearchResult::kFound;
  switch (phase_) {
    case Phase::kAim:
      Aim(context);
      break;
    case Phase::kSettle:
      if (!joints_.Settled(context)) break;
      phase_ = Phase::kLook;
      phase_since_ = context.now;
      break;
    case Phase::kLook:
      if (context.observed_at > phase_since_ || context.now - phase_since_ > kLookTimeMax) {
        if (look_ + 1 == looks_per_turn_ && turns_ == turns_max_) return SearchResult::kNothing;
        NextLook(context);
      }
      break;
    case Phase::kTurn:
      if (base_.Turn(context, wish.twist)) Aim(context);
      break;
  }
  return SearchResult::kSearching;
}

}  // namespace ganglion::robot
