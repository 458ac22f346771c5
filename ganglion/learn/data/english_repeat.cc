#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

constexpr std::size_t kMostSteps = 16;

std::string Times(Rng& rng, int n, const Style& style) {
  if (n == 2 && rng.Chance(0.75)) return Expand(rng, "(twice|twice|two times|2x|2 times)");
  if (n == 3 && rng.Chance(0.08)) return "thrice";
  if (style.Clipped() && rng.Chance(0.3)) return std::to_string(n) + Expand(rng, "(x| x| times|x)");
  return Count(rng, n, style) + " times";
}

// Times that stand behind a group: always set off by a comma or a sentence of their own.
constexpr const char* kGroupTail[] = {", $t",
                                      ", $t",
                                      ", $t in a row",
                                      ", $t in total",
                                      ", $t over",
                                      "; $t over",
                                      ", and do that $t",
                                      ". do that $t",
                                      ". do this $t in total",
                                      ". repeat the whole thing so that it happens $t",
                                      ". run that sequence $t in total",
                                      ". run this $t",
                                      " - $t",
                                      ". all of that $t",
                                      ". the whole sequence $t",
                                      ", all of it $t",
                                      ", and all that $t",
                                      ". perform that $t in total",
                                      " and do it all $t",
                                      ". do it $t altogether",
                                      ", $t altogether",
                                      ". do the whole thing $t",
                                      ", doing this $t",
                                      ". i want to see that $t",
                                      "; do this $t",
                                      ". execute this $t"};
constexpr const char* kGroupHead[] = {"$t: $x",
                                      "$t, $x",
                                      "$t in a row $x",
                                      "$t in a row, $x",
                                      "do this $t: $x",
                                      "do the following $t: $x",
                                      "repeat $t in total: $x",
                                      "loop $t: $x",
                                      "$t in total: $x",
                                      "i want you to do this $t: $x",
                                      "run this $t: $x",
                                      "perform the following $t: $x"};
constexpr const char* kSingleTail[] = {
    "$x $t",         "$x $t",          "$x $t",  "$x $t in a row",   "$x, $t",
    "$x $t over",    "$x $t in total", "$t: $x", "$x $t altogether", "$x, and do that $t",
    "$x. do that $t"};
constexpr const char* kOnceMore[] = {"$x, and then do it again",
                                     "$x and then do the same again",
                                     "$x. repeat that once",
                                     "$x. do that again",
                                     "$x and repeat that once",
                                     "$x. then do the same thing once more",
                                     "$x, then repeat",
                                     "$x and again",
                                     "$x, and once more",
                                     "$x. now the same again",
                                     "$x. one more time please",
                                     "$x, then do it one more time",
                                     "$x and do it all over again"};
constexpr const char* kMore[] = {"$x. do that $n more times", "$x, and then do that $n more times",
                                 "$x. repeat that $n more times", "$x and then $n more times",
                                 "$x, then repeat it $n more times"};

std::vector<Step> Unrolled(const std::vector<Step>& steps, int times) {
  std::vector<Step> out;
  for (int i = 0; i < times && out.size() <= kMostSteps; ++i) Append(out, steps);
  if (out.size() > kMostSteps) out.clear();  // More than a plan may hold: nothing is done.
  return out;
}

int DrawTimes(Rng& rng, std::size_t steps) {
  constexpr int kCommon[] = {2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6};
  for (;;) {
    const int n = rng.Chance(0.06) ? static_cast<int>(2 + rng.Below(15)) : Pick(rng, kCommon);
    if (steps * static_cast<std::size_t>(n) <= kMostSteps) return n;
    if (rng.Chance(0.06) || steps > kMostSteps / 2) return n;
  }
}

// One clause, several times.
Clause Repeated(Rng& rng, const Style& style, Use use) {
  Clause once;
  do {
    Skill skill = DrawSkill(rng);
    while (skill == Skill::kStop || skill == Skill::kGoto || skill == Skill::kFollow ||
           skill == Skill::kFind || skill == Skill::kPick || skill == Skill::kPlace)
      skill = DrawSkill(rng);
    once = DrawClause(rng, style, skill, use, nullptr);
  } while (once.open_end || once.text.ends_with(" times") ||
           once.text.find("once") != std::string::npos);
  Clause out = once;
  const int n = DrawTimes(rng, 1);
  out.adverb.clear();
  const std::string text = once.Imperative();
  if (n == 2 && rng.Chance(0.2)) {
    out.text = Expand(rng, Pick(rng, kOnceMore), {{"x", text}});
  } else if (n > 2 && rng.Chance(0.08)) {
    out.text = Expand(rng, Pick(rng, kMore), {{"x", text}, {"n", Count(rng, n - 1, style)}});
  } else {
    out.text = Expand(rng, Pick(rng, kSingleTail), {{"x", text}, {"t", Times(rng, n, style)}});
  }
  out.steps = Unrolled(once.steps, n);
  if (out.text.find(": ") < out.text.size() && out.text.find(": ") < 20) out.form = Form::kFragment;
  return out;
}

// "take three photos", "turn left three times, 30 degrees each", "say hello three times to Tom"
Clause Counted(Rng& rng, const Style& style) {
  Clause out;
  const int n = DrawTimes(rng, 1);
  const std::string count = Count(rng, n, style);
  const std::string times = Times(rng, n, style);
  const bool left = rng.Chance(0.5);
  const std::string_view side = left ? "left" : "right";
  switch (rng.Below(8)) {
    case 0:
    case 1: {
      out.text = Expand(rng,
                        "(take|shoot|snap|make|take) $n (photos|pictures|photos|snapshots|photos "
                        "in a row|pictures one after another|photos of the same thing|pics|images)",
                        {{"n", count}});
      out.steps = Unrolled({Photo()}, n);
      return out;
    }
    case 2: {
      const Quantity angle = DrawAngle(rng, style, 5, 180);
      out.text = Expand(
          rng, "(turn|rotate|spin) (|to the )$s $t, $a (each|each time|every time|at a time)",
          {{"s", side}, {"t", times}, {"a", angle.said}});
      out.steps = Unrolled({Turn(left ? angle.value : -angle.value)}, n);
      return out;
    }
    case 3: {
      const Quantity length = DrawLength(rng, style);
      const bool back = rng.Chance(0.4);
      out.text = Expand(rng, "(go|drive|move|roll) $d $t, $a (each|each time|every time|at a time)",
                        {{"d", back ? "back" : "forward"}, {"t", times}, {"a", length.said}});
      out.steps = Unrolled({Drive(back ? -length.value : length.value)}, n);
      return out;
    }
    case 4: {
      const Quantity time = DrawSeconds(rng, style);
      std::vector<Step> steps;
      for (int i = 0; i < n; ++i) {
        if (i > 0) steps.push_back(Wait(time.value));
        steps.push_back(Photo());
      }
      out.text = Expand(rng,
                        "take $n (photos|pictures) (with $d between them|with $d in between|, "
                        "waiting $d between them|with a pause of $d between each)",
                        {{"n", count}, {"d", time.said}});
      out.text = Tidy(out.text);
      out.steps = Unrolled(steps, 1);
      return out;
    }
    case 5: {
      out.text = Expand(rng, "(turn|switch) (the light|your light|the lamp|the LED) on and off $t",
                        {{"t", times}});
      out.steps = Unrolled({Light("white"), Light("off")}, n);
      return out;
    }
    case 6: {
      const Quantity length = DrawLength(rng, style);
      out.text = Expand(rng, "(go|drive|move|roll) $a forward and $a back(, |, |, and that )$t",
                        {{"a", length.said}, {"t", times}});
      out.steps = Unrolled({Drive(length.value), Drive(-length.value)}, n);
      return out;
    }
    default: {
      const bool open = rng.Chance(0.5);
      out.text =
          Expand(rng,
                 open ? "open and close (the gripper|your hand|the claw|your fingers|the jaws) $t"
                      : "raise and lower (the arm|your arm) $t",
                 {{"t", times}});
      out.steps = open ? Unrolled({Grip(100), Grip(0)}, n) : Unrolled({Arm(100), Arm(0)}, n);
      return out;
    }
  }
}

// "go forward a metre four times, taking a photo each time"
Clause WithCompanion(Rng& rng, const Style& style) {
  constexpr Skill kMain[] = {Skill::kDrive, Skill::kTurn, Skill::kTurn, Skill::kPhoto,
                             Skill::kLook,  Skill::kSay,  Skill::kGrip, Skill::kArm};
  constexpr Skill kBeside[] = {Skill::kPhoto, Skill::kWait,  Skill::kSay,
                               Skill::kLight, Skill::kPhoto, Skill::kTurn};
  Clause main;
  Clause beside;
  do {
    main = DrawClause(rng, style, Pick(rng, kMain), Use::kInFrame, nullptr);
    beside = DrawClause(rng, style, Pick(rng, kBeside), Use::kInFrame, nullptr);
  } while (main.open_end || beside.open_end || main.text.find("once") != std::string::npos ||
           main.steps[0].kind == beside.steps[0].kind);
  Clause out;
  const int n = DrawTimes(rng, 2);
  const std::string times = Times(rng, n, style);
  std::vector<Step> both = main.steps;
  if (rng.Chance(0.25)) {  // A pause stands between, so there is one less.
    const Quantity time = rng.Chance(0.2) ? Quantity{"a second", 1} : DrawSeconds(rng, style);
    std::vector<Step> steps;
    for (int i = 0; i < n; ++i) {
      if (i > 0) steps.push_back(Wait(time.value));
      Append(steps, main.steps);
    }
    out.text = Expand(rng,
                      "$x $t(, waiting $d in between| with a pause of $d in between| with $d in "
                      "between|, with $d between each|, pausing $d in between)",
                      {{"x", main.Imperative()}, {"t", times}, {"d", time.said}});
    out.steps = Unrolled(steps, 1);
    return out;
  }
  Append(both, beside.steps);
  out.text =
      Expand(rng,
             "($x $t, $ying each time|$x $t, $ying after each time|$x $t, and each time $y|$x $t "
             "and each time $y|$x $t, and $y after each|$x $t and $y every time|$x $t, each time "
             "followed by $ying|$x $t, and after each time $y|$x $t, $ying every time)",
             {{"x", main.Imperative()},
              {"t", times},
              {"y", beside.Imperative()},
              {"ying", beside.Gerund()}});
  out.steps = Unrolled(both, n);
  return out;
}

// Several clauses, several times, perhaps with something behind.
Clause RepeatedGroup(Rng& rng, const Style& style) {
  const std::size_t size = rng.Chance(0.65) ? 2 : rng.Chance(0.7) ? 3 : 4;
  std::vector<Clause> parts;
  while (parts.size() < size) {
    Skill skill = DrawSkill(rng);
    if (skill == Skill::kStop || (skill == Skill::kPlace)) continue;
    Clause clause = DrawClause(rng, style, skill, Use::kInList, nullptr);
    if (!clause.open_end && clause.text.size() < 60) parts.push_back(std::move(clause));
  }
  Clause group = rng.Chance(0.25) ? EllipticClause(rng, style) : Joined(rng, style, parts);
  Clause out = group;
  const int n = DrawTimes(rng, group.steps.size());
  const std::string times = Times(rng, n, style);
  if (n == 2 && rng.Chance(0.15)) {
    constexpr const char* kAgain[] = {
        "$x. repeat that once", "$x. do all of that again", "$x. then do the whole thing again",
        "$x. repeat the whole sequence once", "$x. then everything once more"};
    out.text = Expand(rng, Pick(rng, kAgain), {{"x", group.text}});
  } else if (n > 2 && rng.Chance(0.08)) {
    out.text = Expand(rng,
                      "$x. (do all of that|repeat the whole thing|repeat everything|repeat the "
                      "sequence) $n more times",
                      {{"x", group.text}, {"n", Count(rng, n - 1, style)}});
  } else if (rng.Chance(0.68)) {
    out.text = group.text + Expand(rng, Pick(rng, kGroupTail), {{"t", times}});
  } else {
    out.text = Expand(rng, Pick(rng, kGroupHead), {{"t", times}, {"x", group.text}});
    out.form = Form::kFragment;
  }
  out.steps = Unrolled(group.steps, n);
  if (!out.steps.empty() && out.steps.size() < kMostSteps && rng.Chance(0.2)) {
    const Clause after = DrawClause(rng, style, DrawSkill(rng), Use::kInFrame, nullptr);
    out.text += Expand(rng,
                       "(, and afterwards |. then |, and finally |. after that, |. finally |, then "
                       "at the end )") +
                after.Imperative();
    out.open_end = after.open_end;
    Append(out.steps, after.steps);
  }
  return out;
}

struct Polygon {
  const char* name;
  int sides;
};

// "$v a square with sides of 1 m clockwise, twice"
Clause ShapeClause(Rng& rng, const Style& style) {
  Clause out;
  Quantity side = DrawLength(rng, style);
  const bool right = rng.Chance(0.35);
  const std::string way =
      right ? Expand(rng,
                     "(clockwise|clockwise|turning right|to the right|with right turns|with "
                     "right-hand turns|going clockwise|turning to the right|turning right each "
                     "time|in the clockwise direction)")
            : Expand(rng,
                     "(|||||counter-clockwise|anticlockwise|turning left|to the left|with left "
                     "turns|counterclockwise|going anticlockwise|turning left at each corner)");
  const double sign = right ? -1 : 1;
  const std::string verb =
      Expand(rng,
             "(drive|go|make|do|trace|move in|drive in|draw|travel in|drive around in|run|roll "
             "in|describe|go round in|drive along|perform|follow the shape of)");
  std::vector<Step> lap;
  const std::size_t form = rng.Below(20);
  if (form < 14) {
    for (int i = 0; i < 4; ++i) Append(lap, {Drive(side.value), Turn(sign * 90)});
    out.text = Expand(
        rng,
        "(a square with $d sides|a square $d by $d|a square, $d by $d|a square with $d per side|a "
        "square that is $d on each side|a square where each side is $d|a square and each side is "
        "$d|one square, each side $d|a square with sides of $d|a square with a side length of "
        "$d|a square whose sides are $d long|a square whose sides are $d|a square of $d|a "
        "square, $d per side|a square, each side $d|a square with each side $d|"
        "a square of side $d|a square with $d on each side|a square $d on a side|a square "
        "where every side is $d|a square, sides $d|one square with sides of $d|a square "
        "with an edge length of $d|a square pattern with sides of $d|a square path, $d a "
        "side|a square measuring $d per side)",
        {{"d", side.said}});
  } else if (form < 17) {
    Quantity other = DrawLength(rng, style);
    for (int i = 0; i < 2; ++i)
      Append(lap, {Drive(side.value), Turn(sign * 90), Drive(other.value), Turn(sign * 90)});
    out.text = Expand(
        rng,
        "(a rectangle of $d by $e|a rectangle $d long and $e wide|a rectangle with sides of $d and "
        "$e|a rectangle, $d by $e|a $d by $e rectangle|a rectangle that is $d long and $e wide)",
        {{"d", side.said}, {"e", other.said}});
  } else {
    constexpr Polygon kPolygons[] = {
        {"an equilateral triangle", 3}, {"a triangle with equal sides", 3},
        {"an equilateral triangle", 3}, {"a regular hexagon", 6},
        {"a regular pentagon", 5},      {"a regular octagon", 8}};
    const Polygon& polygon = Pick(rng, kPolygons);
    for (int i = 0; i < polygon.sides; ++i)
      Append(lap, {Drive(side.value), Turn(sign * 360 / polygon.sides)});
    out.text = Expand(rng,
                      "$p (with sides of $d|with $d sides|with a side length of $d|, each side "
                      "$d|, $d per side|, side $d)",
                      {{"p", polygon.name}, {"d", side.said}});
  }
  int laps = 1;
  if (rng.Chance(0.3)) laps = static_cast<int>(rng.Chance(0.8) ? 2 : 3);
  if (laps > 1 && rng.Chance(0.6)) {
    out.text =
        Expand(rng, "(do|make|drive|go|run) $n (laps|rounds|laps|circuits) (of|around|of) $s $w",
               {{"n", Count(rng, laps, style)}, {"s", out.text}, {"w", way}});
  } else {
    const bool way_first = !way.empty() && rng.Chance(0.2);
    out.text = verb + " " + out.text +
               (way.empty() || way_first ? "" : (rng.Chance(0.4) ? ", " : " ") + way);
    if (way_first) out.text = out.text + ", " + way;
    if (laps > 1) out.text += (rng.Chance(0.5) ? ", " : " ") + Times(rng, laps, style);
  }
  out.text = Tidy(out.text);
  out.steps = Unrolled(lap, laps);
  return out;
}

// A path spelled out under a name of its own: the name adds nothing.
Clause NamedPath(Rng& rng, const Style& style) {
  std::vector<Clause> parts;
  const std::size_t count = 3 + rng.Below(4);
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back(i % 2 == 0 ? DriveClause(rng, style, Use::kInList)
                               : TurnClause(rng, style, Use::kInList));
  }
  if (rng.Chance(0.5)) {
    parts.insert(parts.begin(), TurnClause(rng, style, Use::kInList));
  }
  Clause out = Joined(rng, style, parts);
  out.text = Expand(rng,
                    "(zigzag|zigzag please|do a zigzag|make an L shape|an L|a zigzag pattern|drive "
                    "an L|make a Z|do a little dance|dance|slalom|u shape|make a staircase|an "
                    "obstacle course|drive a dog-leg|a detour|the letter L|figure one|do a loop|do "
                    "a small patrol|path)(: |: |: | - |, like this: |, that is: )") +
             out.text;
  out.form = Form::kFragment;
  return out;
}

}  // namespace

Request RepeatRequest(Rng& rng, const Style& style) {
  Request request;
  const std::size_t form = rng.Below(100);
  if (form < 28) {
    request.clause = Repeated(rng, style, Use::kInList);
    request.kind = "repeat/one";
  } else if (form < 40) {
    const bool companion = rng.Chance(0.25);
    request.clause = companion ? WithCompanion(rng, style) : Counted(rng, style);
    request.kind = companion ? "repeat/each" : "repeat/count";
  } else if (form < 68) {
    request.clause = RepeatedGroup(rng, style);
    request.kind = "repeat/group";
  } else if (form < 76) {
    request.clause = NamedPath(rng, style);
    request.kind = "repeat/path";
  } else {
    request.clause = ShapeClause(rng, style);
    request.kind = "repeat/shape";
  }
  if (form < 40 && rng.Chance(0.3) && !request.clause.steps.empty() &&
      request.clause.steps.size() < 14 && request.clause.form == Form::kImperative) {
    const Clause other = DrawClause(rng, style, DrawSkill(rng), Use::kInFrame, nullptr);
    if (rng.Chance(0.5) || other.open_end) {
      request.clause.text +=
          Expand(rng, "(, then |, and then |. then |. after that )") + other.Imperative();
      request.clause.open_end = other.open_end;
      Append(request.clause.steps, other.steps);
    } else {
      request.clause.text = other.Imperative() +
                            Expand(rng, "(, then |, and then |. then |. after that )") +
                            request.clause.text;
      std::vector<Step> steps = other.steps;
      Append(steps, request.clause.steps);
      request.clause.steps = steps;
    }
  } else if (request.kind == "repeat/shape" && !request.clause.steps.empty() &&
             request.clause.steps.size() <= 14 && rng.Chance(0.3)) {
    const Clause first = DrawClause(rng, style, DrawSkill(rng), Use::kInFrame, nullptr);
    if (!first.open_end) {
      request.clause.text = first.Imperative() +
                            Expand(rng, "(, then |, and then |. then |. after that )") +
                            request.clause.text;
      std::vector<Step> steps = first.steps;
      Append(steps, request.clause.steps);
      request.clause.steps = steps;
    }
  }
  return request;
}

}  // namespace ganglion::learn::english
