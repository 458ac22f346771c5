#include "ganglion/learn/data/english_indirect.h"

#include "ganglion/learn/data/english_indirect_tables.h"
#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_sayings.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

constexpr std::size_t kLongestTarget = 60;

Clause Sentence(std::string text, Step step) {
  Clause clause;
  clause.text = Tidy(text);
  clause.steps = {std::move(step)};
  clause.form = Clause::Form::kSentence;
  return clause;
}

// A length, some steps or a bit; never out of range.
Quantity Distance(Rng& rng, const Style& style) {
  if (rng.Chance(0.35))
    return {Expand(rng, "(a bit|a little|slightly|a touch|a little bit|just a bit)"), 0.2};
  for (;;) {
    const Quantity amount = rng.Chance(0.25) ? DrawSteps(rng, style) : DrawLength(rng, style);
    if (amount.value <= 10) return amount;
  }
}

struct State {
  std::string said;
  Step step;
};

State Way(Rng& rng, const Style& style) {
  const bool first = rng.Chance(0.5);
  const std::size_t form = rng.Below(6);
  if (form == 0)
    return {Expand(rng, "(straight ahead|straight|to the middle|to the front)"), Look(0, 0)};
  if (form == 1) return {first ? "up" : "down", Look(0, first ? 30 : -20)};
  if (form == 2) return {first ? "to the left" : "to the right", Look(first ? 45 : -45, 0)};
  if (form < 5) {
    const Quantity angle = rng.Chance(0.25) ? Quantity{Expand(rng, "(a bit|a little|slightly)"), 15}
                                            : DrawAngle(rng, style, 5, 90);
    return {angle.said + (first ? " to the left" : " to the right"),
            Look(first ? angle.value : -angle.value, 0)};
  }
  const Quantity angle = rng.Chance(0.25) ? Quantity{Expand(rng, "(a bit|a little|slightly)"), 15}
                                          : DrawAngle(rng, style, 5, 30);
  return {angle.said + (first ? " up" : " down"), Look(0, first ? angle.value : -angle.value)};
}

State Opening(Rng& rng, const Style& style, bool foreign) {
  switch (rng.Below(5)) {
    case 0:
      return {Expand(rng, "(open|fully open|wide open|all the way open|open)"), Grip(100)};
    case 1:
      return {Expand(rng, "(closed|shut|completely closed|tightly shut|fully closed)"), Grip(0)};
    case 2:
      return {Expand(rng, foreign ? "(open until the half|half open|open to the half)"
                                  : "(half open|halfway open|open halfway)"),
              Grip(50)};
    default: {
      const Quantity percent = DrawPercent(rng, style);
      return {
          Expand(rng, foreign ? "(open until|at|open to|open) " : "(at|open to|open|opened to) ") +
              percent.said,
          Grip(percent.value)};
    }
  }
}

State Height(Rng& rng, const Style& style, bool foreign) {
  switch (rng.Below(5)) {
    case 0:
      return {Expand(rng, "(up|all the way up|raised|right up|fully up|at the top)"), Arm(100)};
    case 1:
      return {Expand(rng, "(down|all the way down|lowered|right down|fully down|at the bottom)"),
              Arm(0)};
    case 2:
      return {
          Expand(rng,
                 foreign
                     ? "(until the half|up until the half|to the half|up to the middle|at the half)"
                     : "(halfway up|halfway|at half height|half way up|raised halfway)"),
          Arm(50)};
    default: {
      const Quantity percent = DrawPercent(rng, style);
      return {Expand(rng,
                     foreign ? "(until|up until|to|at) " : "(at|up to|at a height of|raised to) ") +
                  percent.said,
              Arm(percent.value)};
    }
  }
}

std::string WithoutGo(std::string text) {
  for (std::string_view bad :
       {" go raised", " go lowered", " go at ", " go fully ", " go right "}) {
    const std::size_t at = text.find(bad);
    if (at != std::string::npos) text.replace(at, 3, " be");
  }
  return text;
}

struct Lamp {
  std::string said;
  Step step;
};

Lamp LampState(Rng& rng) {
  if (rng.Chance(0.15)) return {"on", Light("white")};
  if (rng.Chance(0.2)) return {Expand(rng, "(off|off|out)"), Light("off")};
  const std::string colour = Expand(rng, "(red|green|blue|yellow|white)");
  return {colour, Light(colour)};
}

std::string Subject(Rng& rng, const Style& style) {
  if (rng.Chance(0.4)) return {};
  if (rng.Chance(0.2)) return Expand(rng, " of (me|us|all of us|you|everybody|the view)");
  return " of " + DrawAnything(rng, style).said;
}

Target Short(Rng& rng, const Style& style, Target (*draw)(Rng&, const Style&)) {
  for (;;) {
    Target target = draw(rng, style);
    if (target.plan.size() <= kLongestTarget) return target;
  }
}

Clause TurnWish(Rng& rng, const Style& style, bool foreign) {
  const bool left = rng.Chance(0.5);
  if (!foreign && rng.Chance(0.4)) {
    struct Part {
      const char* said;
      double angle;
    };
    constexpr Part kParts[] = {{"quarter", 90}, {"half", 180}, {"full", 360}, {"complete", 360}};
    const Part& part = Pick(rng, kParts);
    const bool sided = rng.Chance(0.6);
    return Sentence(Expand(rng, Pick(rng, kWishFraction),
                           {{"q", part.said},
                            {"s", !sided ? ""
                                  : left ? " to the left"
                                         : " to the right"}}),
                    Turn(!sided || left ? part.angle : -part.angle));
  }
  const Quantity angle = DrawAngle(rng, style, 5, 270);
  const std::string_view side =
      foreign ? (left ? "left" : "right") : (left ? "to the left" : "to the right");
  return Sentence(Expand(rng, foreign ? Pick(rng, kForeignTurn) : Pick(rng, kWishTurn),
                         {{"a", angle.said}, {"s", side}}),
                  Turn(left ? angle.value : -angle.value));
}

Clause SayWish(Rng& rng, const char* pattern) {
  std::string words = rng.Chance(0.6) ? DrawShortSaying(rng) : DrawSaying(rng);
  Clause clause;
  const bool ends = std::string_view(pattern).ends_with("$w");
  if (rng.Chance(0.4) || !ends) {
    clause = Sentence(Expand(rng, pattern, {{"w", "\"" + words + "\""}}), Say(words));
  } else {
    clause = Sentence(Expand(rng, pattern, {{"w", words}}), Say(words));
    clause.open_end = true;
  }
  return clause;
}

// The skills with a target.
std::optional<Clause> NonnativeErrand(Rng& rng, const Style& style, Skill skill) {
  switch (skill) {
    case Skill::kGoto: {
      const Target target = Short(rng, style, DrawPlace);
      return Sentence(Expand(rng, Pick(rng, kForeignGoto), {{"t", target.said}}),
                      Goto(target.plan));
    }
    case Skill::kFind: {
      const Target target = Short(rng, style, DrawAnything);
      return Sentence(Expand(rng, Pick(rng, kForeignFind), {{"t", target.said}}),
                      Find(target.plan));
    }
    case Skill::kPick: {
      const Target target = Short(rng, style, DrawThing);
      return Sentence(Expand(rng, Pick(rng, kForeignPick), {{"t", target.said}}),
                      Pick(target.plan));
    }
    case Skill::kPlace: {
      const Target target = Short(rng, style, DrawSurface);
      return Sentence(Expand(rng, Pick(rng, kForeignPlace),
                             {{"t", target.said}, {"on", Expand(rng, "(on|in|into|onto|at)")}}),
                      Place(target.plan));
    }
    case Skill::kFollow: {
      const Target target = Short(rng, style, DrawLeader);
      const bool timed = rng.Chance(0.4);
      const Quantity time = DrawSeconds(rng, style);
      Clause clause = Sentence(Expand(rng, Pick(rng, kForeignFollow), {{"t", target.said}}) +
                                   (timed ? Expand(rng, " (for|during|for) ") + time.said : ""),
                               Follow(target.plan));
      if (timed) clause.steps[0].seconds = time.value;
      return clause;
    }
    default:
      return {};
  }
}

}  // namespace

std::optional<Clause> IndirectClause(Rng& rng, const Style& style, Skill skill) {
  switch (skill) {
    case Skill::kDrive: {
      const bool back = rng.Chance(0.6);
      const Quantity amount = Distance(rng, style);
      const std::string way = Expand(rng, back ? "(back|back|away)" : "(forward|forward|ahead)");
      return Sentence(Expand(rng, Pick(rng, kWishDrive), {{"d", amount.said}, {"w", way}}),
                      Drive(back ? -amount.value : amount.value));
    }
    case Skill::kTurn:
      return TurnWish(rng, style, false);
    case Skill::kLook: {
      const State way = Way(rng, style);
      return Sentence(Expand(rng, Pick(rng, kWishLook), {{"a", way.said}}), way.step);
    }
    case Skill::kGrip: {
      const State state = Opening(rng, style, false);
      const std::string gripper =
          Expand(rng, "(the gripper|your gripper|your hand|the claw|the jaws|your fingers)");
      std::string text = Expand(rng, Pick(rng, kWishGrip), {{"g", gripper}, {"o", state.said}});
      return Sentence(text, state.step);
    }
    case Skill::kArm: {
      const State state = Height(rng, style, false);
      return Sentence(
          WithoutGo(Expand(rng, Pick(rng, kWishArm),
                           {{"g", rng.Chance(0.5) ? "the arm" : "your arm"}, {"o", state.said}})),
          state.step);
    }
    case Skill::kLight: {
      if (rng.Chance(0.12)) return Sentence(Pick(rng, kWishOn), Light("white"));
      const std::string colour = Expand(rng, "(red|green|blue|yellow|white)");
      if (rng.Chance(0.3))
        return Sentence(Expand(rng, Pick(rng, kWishColour), {{"c", colour}}), Light(colour));
      const Lamp lamp = LampState(rng);
      return Sentence(
          Expand(rng, Pick(rng, kWishLight),
                 {{"l", Expand(rng, "(the light|the lamp|your light|your lamp|the LED|your LED)")},
                  {"c", lamp.said}}),
          lamp.step);
    }
    case Skill::kPhoto:
      return Sentence(Expand(rng, Pick(rng, kWishPhoto), {{"t", Subject(rng, style)}}), Photo());
    case Skill::kWait: {
      const Quantity time = rng.Chance(0.3)
                                ? Quantity{Expand(rng, "(a moment|a second|one moment)"), 1}
                                : DrawSeconds(rng, style);
      return Sentence(Expand(rng, Pick(rng, kWishWait), {{"d", time.said}}), Wait(time.value));
    }
    case Skill::kSay:
      return SayWish(rng, Pick(rng, kWishSay));
    case Skill::kStop:
      return Sentence(Pick(rng, kWishStop), Stop());
    default:
      return {};
  }
}

std::optional<Clause> NonnativeClause(Rng& rng, const Style& style, Skill skill) {
  switch (skill) {
    case Skill::kDrive: {
      const bool back = rng.Chance(0.5);
      const Quantity amount = Distance(rng, style);
      return Sentence(
          Expand(rng, Pick(rng, kForeignDrive),
                 {{"d", amount.said},
                  {"w", Expand(rng, back ? "(back|backwards|behind)" : "(front|forward|ahead)")}}),
          Drive(back ? -amount.value : amount.value));
    }
    case Skill::kTurn:
      return TurnWish(rng, style, true);
    case Skill::kLook: {
      const State way = Way(rng, style);
      return Sentence(Expand(rng, Pick(rng, kForeignLook), {{"a", way.said}}), way.step);
    }
    case Skill::kGrip: {
      const State state = Opening(rng, style, true);
      return Sentence(
          Expand(rng, Pick(rng, kForeignGrip),
                 {{"g", Expand(rng, "(the gripper|your hand|the hand|the claw|gripper)")},
                  {"o", state.said}}),
          state.step);
    }
    case Skill::kArm: {
      const State state = Height(rng, style, true);
      return Sentence(Expand(rng, Pick(rng, kForeignGrip),
                             {{"g", Expand(rng, "(the arm|your arm|arm)")}, {"o", state.said}}),
                      state.step);
    }
    case Skill::kLight: {
      const Lamp lamp = LampState(rng);
      return Sentence(
          Expand(
              rng,
              lamp.said == "on" || lamp.said == "off" || lamp.said == "out"
                  ? "(make $l $c|do $l $c please|please to make $l $c|i want that $l is $c|$l must "
                    "be $c|make that $l is $c|you make $l $c please)"
                  : Pick(rng, kForeignLight),
              {{"l", Expand(rng, "(the light|the lamp|lamp|light|your light)")}, {"c", lamp.said}}),
          lamp.step);
    }
    case Skill::kPhoto:
      return Sentence(Expand(rng, Pick(rng, kForeignPhoto), {{"t", Subject(rng, style)}}), Photo());
    case Skill::kWait: {
      const Quantity time = DrawSeconds(rng, style);
      return Sentence(Expand(rng, Pick(rng, kForeignWait), {{"d", time.said}}), Wait(time.value));
    }
    case Skill::kSay:
      return SayWish(rng, Pick(rng, kForeignSay));
    case Skill::kGoto:
    case Skill::kFind:
    case Skill::kPick:
    case Skill::kPlace:
    case Skill::kFollow:
      return NonnativeErrand(rng, style, skill);
    case Skill::kStop:
      return Sentence(
          Expand(
              rng,
              "(please to stop|you stop now|stop you|you must stand|do stop please|make stop|stay "
              "standing now and stop|you shall stop|please you stop|stop please with moving)"),
          Stop());
  }
  return {};
}

}  // namespace ganglion::learn::english
