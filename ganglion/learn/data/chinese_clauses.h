#pragma once

#include <string>
#include <vector>

#include "ganglion/base/rng.h"
#include "ganglion/learn/data/chinese_numbers.h"
#include "ganglion/learn/data/chinese_targets.h"
#include "ganglion/learn/data/example.h"

namespace ganglion::learn::chinese {

// A part of an instruction with the steps it asks for.
struct Clause {
  std::string text;
  std::vector<Step> steps;
  bool verb_first = true;  // 请 or 能不能 may stand before it
  bool open_end = false;   // ends in words to be spoken without quotation marks: nothing may follow
};

// Speech recognition writes no punctuation marks.
enum class Writing { kMarked, kUnmarked };

// What the random choice of a motion is made of. `left` and `ahead` are the signs.
struct DriveWords {
  bool ahead = true;
  Quantity amount;      // empty `said`: not named
  bool slight = false;  // 一点, 稍微
};
struct TurnWords {
  bool left = true;
  Quantity amount;
  bool slight = false;
};

Clause Drive(Rng& rng);
Clause Turn(Rng& rng);
Clause Look(Rng& rng);
Clause Grip(Rng& rng);
Clause Arm(Rng& rng);
Clause Goto(Rng& rng);
Clause Find(Rng& rng);
Clause Pick(Rng& rng);
Clause Place(Rng& rng);
Clause Follow(Rng& rng);
Clause Photo(Rng& rng);
Clause Light(Rng& rng);
Clause Say(Rng& rng, Writing writing);
Clause Wait(Rng& rng);
Clause Stop(Rng& rng);

// Any of the above, the skills as often as people use them.
Clause AnyClause(Rng& rng, Writing writing);

// The same with the meaning given.
Clause DriveAs(Rng& rng, const DriveWords& words);
Clause TurnAs(Rng& rng, const TurnWords& words);
Clause LightAs(Rng& rng, const std::string& color);  // off, white, red ...
Clause GotoAs(Rng& rng, const Target& target);
Clause FindAs(Rng& rng, const Target& target);
Clause PickAs(Rng& rng, const Target& target);
// `held` is what the robot holds (它, 手里的杯子); empty: not named.
Clause PlaceAs(Rng& rng, const Target& target, const std::string& held);
Clause FollowAs(Rng& rng, const Target& target, const Quantity* duration);
Clause SayAs(Rng& rng, const std::string& text, Writing writing);
Clause GripAs(Rng& rng, bool open);
Clause ArmAs(Rng& rng, bool up);

// 红 for red.
std::string ColourName(const std::string& color);
// red, green, blue, yellow or white.
std::string DrawColour(Rng& rng);
// “$text” in one of the usual pairs of marks.
std::string InQuotes(Rng& rng, const std::string& text);

}  // namespace ganglion::learn::chinese
