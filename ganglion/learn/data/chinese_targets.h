#pragma once

#include <string>
#include <string_view>

#include "ganglion/base/rng.h"

namespace ganglion::learn::chinese {

// A thing, place or person as the instruction names it, and as the plan copies it.
struct Target {
  std::string said;     // 我的红色的USB线
  std::string plan;     // 红色usb线
  bool inside = false;  // one puts things into it rather than onto it
};

// What the plan keeps of a description: every 的 goes, Latin letters are lower case.
std::string PlanTarget(std::string_view said);

// Something to grip: a noun, mostly with an adjective or a description.
Target DrawThing(Rng& rng);
// Where to drive or search: a room, a spot, a piece of furniture, a machine, a person.
Target DrawPlace(Rng& rng);
// Where to put something, with 上, 里 or 中 behind it where that is said; the plan drops it.
Target DrawPlacement(Rng& rng);
// Whom or what to follow.
Target DrawLeader(Rng& rng);
// What one may search: anything of the above.
Target DrawSought(Rng& rng);

// A short plain noun (苹果), for examples in which the interest lies elsewhere.
std::string DrawPlainThing(Rng& rng);
std::string DrawPerson(Rng& rng);
// Two to four characters that mean nothing together, or a code such as B-12: the model shall copy
// what it has never seen.
std::string DrawUnknownNoun(Rng& rng);

// Puts a word in front that the plan drops: 我的, 那个, 一个. Often nothing.
Target WithDeterminer(Rng& rng, Target target);

}  // namespace ganglion::learn::chinese
