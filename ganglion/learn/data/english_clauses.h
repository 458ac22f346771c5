#pragma once

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {

enum class Skill {
  kDrive,
  kTurn,
  kLook,
  kGrip,
  kArm,
  kGoto,
  kFind,
  kPick,
  kPlace,
  kFollow,
  kPhoto,
  kLight,
  kSay,
  kWait,
  kStop
};

const char* Name(Skill skill);

// What a clause is wanted for.
enum class Use {
  kAlone,    // any form, whole sentences too
  kInList,   // imperative, or a fragment where the speaker is clipped
  kInFrame,  // imperative only: the clause will be conjugated or wrapped
};

// One clause of a skill. With a scene, targets may be pronouns, and what it names is noted there.
Clause DrawClause(Rng& rng, const Style& style, Skill skill, Use use, Scene* scene);

// A skill as often as people ask for it.
Skill DrawSkill(Rng& rng);

// The skills one by one. The motion ones know nothing of targets.
Clause DriveClause(Rng& rng, const Style& style, Use use);
Clause TurnClause(Rng& rng, const Style& style, Use use);
Clause LookClause(Rng& rng, const Style& style, Use use);
Clause GripClause(Rng& rng, const Style& style, Use use);
Clause ArmClause(Rng& rng, const Style& style, Use use);
Clause PhotoClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause LightClause(Rng& rng, const Style& style, Use use);
Clause WaitClause(Rng& rng, const Style& style, Use use);
Clause StopClause(Rng& rng, const Style& style, Use use);
Clause GotoClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause FindClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause PickClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause PlaceClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause FollowClause(Rng& rng, const Style& style, Use use, Scene* scene);
Clause SayClause(Rng& rng, const Style& style, Use use);

}  // namespace ganglion::learn::english
