#include "ganglion/learn/data/english_fix.h"

#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_sayings.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

constexpr std::size_t kLongestTarget = 50;

// Fills one reading of the pattern twice, with `x` as the first and the second part.
void FillBoth(Rng& rng, Fix& fix, std::string_view pattern, Slots slots = {}) {
  // The marker survives the expansion and is replaced afterwards, so both readings are the same.
  std::string text = Tidy(Expand(rng, pattern, slots));
  const auto with = [&text](const std::string& part) {
    std::string out = text;
    for (std::size_t at = out.find('@'); at != std::string::npos;
         at = out.find('@', at + part.size()))
      out.replace(at, 1, part);
    return out;
  };
  fix.wrong = with(fix.wrong_part);
  fix.right = with(fix.right_part);
}

Fix TurnSide(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "direction";
  const bool left = rng.Chance(0.5);
  const bool clock = rng.Chance(0.12);
  const std::string l = clock ? Expand(rng, "(counter-clockwise|anticlockwise|counterclockwise)")
                        : rng.Chance(0.25) ? "to the left"
                                           : "left";
  const std::string r = clock ? "clockwise" : l == "left" ? "right" : "to the right";
  fix.wrong_part = left ? r : l;
  fix.right_part = left ? l : r;
  const double sign = left ? 1 : -1;
  if (rng.Chance(0.5)) {
    FillBoth(rng, fix, "(turn|turn|rotate|swing|pivot|spin|make a turn) @");
    fix.steps = {Turn(sign * 90)};
  } else if (rng.Chance(0.25)) {
    const bool half = rng.Chance(0.4);
    FillBoth(rng, fix, half ? "(make|do) a half turn @" : "(make|do) a quarter turn @");
    fix.steps = {Turn(sign * (half ? 180 : 90))};
  } else {
    const Quantity angle = DrawAngle(rng, style, 5, 360);
    FillBoth(rng, fix, "(turn|rotate|swing|pivot) $a @", {{"a", angle.said}});
    fix.steps = {Turn(sign * angle.value)};
  }
  return fix;
}

Fix TurnAngle(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "amount";
  const bool left = rng.Chance(0.5);
  const Quantity wrong = DrawAngle(rng, style, 5, 180);
  Quantity right;
  do right = DrawAngle(rng, style, 5, 180);
  while (right.value == wrong.value);
  fix.wrong_part = wrong.said;
  fix.right_part = right.said;
  FillBoth(rng, fix, "(turn|rotate|turn|spin|pivot) ($s @|@ $s|$s by @|@ to the $s)",
           {{"s", left ? "left" : "right"}});
  fix.steps = {Turn(left ? right.value : -right.value)};
  if (rng.Chance(0.2) && style.number_words < 0.9) {  // "turn left 30 degrees, no, 45"
    fix.right_part = Digits(right.value);
  }
  return fix;
}

Fix DriveLength(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "amount";
  const bool back = rng.Chance(0.4);
  const bool steps = rng.Chance(0.2);
  const auto draw = [&] {
    for (;;) {
      const Quantity amount = steps ? DrawSteps(rng, style) : DrawLength(rng, style);
      if (amount.value <= 10) return amount;
    }
  };
  const Quantity wrong = draw();
  Quantity right = draw();
  while (right.value == wrong.value) right = draw();
  fix.wrong_part = wrong.said;
  fix.right_part = right.said;
  FillBoth(rng, fix, style.Clipped() ? "(|go |drive |move )$d @" : "(go|drive|move|roll|come) $d @",
           {{"d", back ? Expand(rng, "(back|backwards)")
                       : Expand(rng, "(forward|forwards|ahead|straight ahead)")}});
  fix.steps = {Drive(back ? -right.value : right.value)};
  return fix;
}

Fix DriveUnit(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "unit";
  struct Unit {
    const char* name;
    double metres;
  };
  constexpr Unit kUnits[] = {{"metres", 1},      {"meters", 1},         {"feet", 0.3048},
                             {"inches", 0.0254}, {"centimetres", 0.01}, {"steps", 0.3}};
  const int n = static_cast<int>(2 + rng.Below(8));
  const std::string count = Count(rng, n, style);
  const Unit* wrong = &Pick(rng, kUnits);
  const Unit* right = &Pick(rng, kUnits);
  while (wrong->metres == right->metres) right = &Pick(rng, kUnits);
  const bool back = rng.Chance(0.4);
  const bool whole = rng.Chance(0.5);
  fix.wrong_part = whole ? count + " " + wrong->name : wrong->name;
  fix.right_part = whole ? count + " " + right->name : right->name;
  FillBoth(rng, fix, whole ? "(go|drive|move|) $d @" : "(go|drive|move|) $d $n @",
           {{"d", back ? "back" : "forward"}, {"n", count}});
  const double value = RoundToHundredth(n * right->metres);
  fix.steps = {Drive(back ? -value : value)};
  return fix;
}

Fix DriveWay(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "direction";
  const bool back = rng.Chance(0.5);
  const std::string ahead = Expand(rng, "(forward|forwards)");
  const std::string behind = Expand(rng, "(back|backwards|backward)");
  fix.wrong_part = back ? ahead : behind;
  fix.right_part = back ? behind : ahead;
  Quantity amount{"", 0.5};
  if (rng.Chance(0.6)) amount = DrawLength(rng, style);
  FillBoth(rng, fix, "(go|drive|move|roll) @ $d", {{"d", amount.said}});
  fix.steps = {Drive(back ? -amount.value : amount.value)};
  return fix;
}

Fix LookWay(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "direction";
  struct Way {
    const char* word;
    double pan;
    double tilt;
  };
  constexpr Way kWays[] = {{"left", 1, 0}, {"right", -1, 0}, {"up", 0, 1}, {"down", 0, -1}};
  const Way* wrong = &Pick(rng, kWays);
  const Way* right = &Pick(rng, kWays);
  while (wrong == right) right = &Pick(rng, kWays);
  fix.wrong_part = wrong->word;
  fix.right_part = right->word;
  if (rng.Chance(0.65)) {
    FillBoth(rng, fix,
             "(look|turn your head|turn the camera|point the camera|tilt your head|look) @");
    if (fix.right.starts_with("tilt") && (right->pan != 0 || wrong->pan != 0))
      FillBoth(rng, fix, "look @");
    fix.steps = {Look(45 * right->pan, right->tilt > 0 ? 30 : -20 * -right->tilt)};
    return fix;
  }
  const Quantity angle = DrawAngle(rng, style, 5, 30);
  FillBoth(rng, fix, "(look|turn your head|point the camera) $a @", {{"a", angle.said}});
  fix.steps = {Look(angle.value * right->pan, angle.value * right->tilt)};
  return fix;
}

Fix LightColour(Rng& rng) {
  Fix fix;
  fix.topic = "colour";
  fix.wrong_part = Expand(rng, "(red|green|blue|yellow|white)");
  do fix.right_part = Expand(rng, "(red|green|blue|yellow|white)");
  while (fix.right_part == fix.wrong_part);
  FillBoth(rng, fix,
           "((turn|make|set|switch) (the light|your light|the lamp|the LED|your lamp) "
           "@|(set|switch|change) (the light|your light|the lamp|the LED) to @|(turn on|switch "
           "on|show) the @ light|light @|lamp @|(light up|glow|shine) @|make your light @)");
  fix.steps = {Light(fix.right_part)};
  return fix;
}

Fix LightOnOff(Rng& rng) {
  Fix fix;
  fix.topic = "switch";
  const bool on = rng.Chance(0.5);
  fix.wrong_part = on ? "off" : "on";
  fix.right_part = on ? "on" : "off";
  FillBoth(rng, fix, "(turn|switch) (the light|your light|the lamp) @");
  fix.steps = {Light(on ? "white" : "off")};
  return fix;
}

Fix TargetFix(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "target";
  Target (*draw)(Rng&, const Style&) = nullptr;
  std::string_view pattern;
  Step step;
  switch (rng.Below(5)) {
    case 0:
      draw = DrawPlace;
      pattern = "(go|drive|navigate|head|move|go over|drive over|go back|return) to @";
      step = Goto("x");
      break;
    case 1:
      draw = DrawAnything;
      pattern = "(find|look for|search for|locate) @";
      step = Find("x");
      break;
    case 2:
      draw = DrawThing;
      pattern = "(pick up|grab|take|lift|get|collect) @";
      step = Pick("x");
      break;
    case 3:
      draw = DrawSurface;
      pattern = "(put|place|drop|leave|set|lay) it (on|in|onto|into) @";
      step = Place("x");
      break;
    default:
      draw = DrawLeader;
      pattern = "(follow|chase|go after|shadow|stay behind) @";
      step = Follow("x");
      break;
  }
  Target wrong = draw(rng, style);
  Target right = draw(rng, style);
  while (wrong.plan.size() > kLongestTarget) wrong = draw(rng, style);
  while (right.plan == wrong.plan || right.plan.size() > kLongestTarget) right = draw(rng, style);
  fix.wrong_part = wrong.said;
  fix.right_part = right.said;
  FillBoth(rng, fix, pattern);
  step.text = right.plan;
  fix.steps = {step};
  return fix;
}

Fix Duration(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "amount";
  const Quantity wrong = DrawSeconds(rng, style);
  Quantity right = DrawSeconds(rng, style);
  while (right.value == wrong.value) right = DrawSeconds(rng, style);
  fix.wrong_part = wrong.said;
  fix.right_part = right.said;
  if (rng.Chance(0.7)) {
    FillBoth(rng, fix, "(wait|pause|hold still|stay put|wait here) (for @|@)");
    fix.steps = {Wait(right.value)};
  } else {
    const Target who = DrawLeader(rng, style);
    FillBoth(rng, fix, "follow $t for @", {{"t", who.said}});
    fix.steps = {Follow(who.plan, right.value)};
  }
  return fix;
}

Fix Percentage(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "amount";
  const bool grip = rng.Chance(0.5);
  const Quantity wrong = rng.Chance(0.25) ? Quantity{"halfway", 50} : DrawPercent(rng, style);
  Quantity right = DrawPercent(rng, style);
  while (right.value == wrong.value) right = DrawPercent(rng, style);
  fix.wrong_part = wrong.said;
  fix.right_part = right.said;
  const std::string_view to = wrong.said == "halfway" ? "" : "to";
  if (grip)
    FillBoth(rng, fix, "open (the gripper|your hand|the claw|the jaws) $o @", {{"o", to}});
  else
    FillBoth(rng, fix, "(raise|lift|raise) (the arm|your arm) $o @", {{"o", to}});
  fix.steps = {grip ? Grip(right.value) : Arm(right.value)};
  return fix;
}

// "turn left twice, no, three times"; "take two photos, no, three"
Fix HowOften(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "count";
  const int wrong = static_cast<int>(2 + rng.Below(5));
  int right = wrong;
  while (right == wrong) right = static_cast<int>(2 + rng.Below(5));
  Step step = Photo();
  if (rng.Chance(0.45)) {
    fix.wrong_part = Count(rng, wrong, style);
    fix.right_part = Count(rng, right, style);
    FillBoth(rng, fix, "(take|take|snap|shoot) @ (photos|pictures|photos)");
  } else {
    const auto times = [&](int n) {
      return n == 2 && rng.Chance(0.7) ? std::string("twice") : Count(rng, n, style) + " times";
    };
    fix.wrong_part = times(wrong);
    fix.right_part = times(right);
    const bool left = rng.Chance(0.5);
    const std::string words = DrawShortSaying(rng);
    switch (rng.Below(3)) {
      case 0:
        FillBoth(rng, fix, "(turn|look) $s @", {{"s", left ? "left" : "right"}});
        step = fix.right.starts_with("turn") ? Turn(left ? 90 : -90) : Look(left ? 45 : -45, 0);
        break;
      case 1:
        FillBoth(rng, fix, "say $w @", {{"w", "\"" + words + "\""}});
        step = Say(words);
        break;
      default:
        FillBoth(rng, fix, "(take a photo|take a picture) @");
        break;
    }
  }
  fix.steps.assign(static_cast<std::size_t>(right), step);
  return fix;
}

Fix OpenClose(Rng& rng) {
  Fix fix;
  fix.topic = "switch";
  const bool first = rng.Chance(0.5);
  if (rng.Chance(0.5)) {
    fix.wrong_part = first ? "close" : "open";
    fix.right_part = first ? "open" : "close";
    FillBoth(rng, fix, "@ (the gripper|your hand|the claw|the jaws)");
    fix.steps = {Grip(first ? 100 : 0)};
  } else {
    fix.wrong_part = first ? "lower" : "raise";
    fix.right_part = first ? "raise" : "lower";
    FillBoth(rng, fix, "@ (the arm|your arm)");
    fix.steps = {Arm(first ? 100 : 0)};
  }
  fix.part_fits = false;
  return fix;
}

Fix Spoken(Rng& rng) {
  Fix fix;
  fix.topic = "text";
  std::string wrong = DrawShortSaying(rng);
  std::string right = DrawShortSaying(rng);
  while (wrong == right) right = DrawShortSaying(rng);
  fix.steps = {Say(right)};
  if (rng.Chance(0.4)) {
    wrong = "\"" + wrong + "\"";
    right = "\"" + right + "\"";
  } else {
    fix.open_end = true;
  }
  fix.wrong_part = wrong;
  fix.right_part = right;
  FillBoth(rng, fix, "(say|say|say|say|shout|announce) @");
  return fix;
}

Fix Pace(Rng& rng, const Style& style) {
  Fix fix;
  fix.topic = "speed";
  const bool slow = rng.Chance(0.5);
  fix.wrong_part = slow ? "quickly" : Expand(rng, "(slowly|carefully)");
  fix.right_part = slow ? Expand(rng, "(slowly|carefully|gently)") : Expand(rng, "(quickly|fast)");
  if (rng.Chance(0.5)) {
    const bool left = rng.Chance(0.5);
    FillBoth(rng, fix, "turn $s @", {{"s", left ? "left" : "right"}});
    fix.steps = {Turn(left ? 90 : -90, slow ? 20 : 90)};
  } else {
    const Quantity amount = DrawLength(rng, style);
    FillBoth(rng, fix, "(go|drive|move) forward $d @", {{"d", amount.said}});
    fix.steps = {Drive(amount.value, slow ? 0.15 : 0.6)};
  }
  return fix;
}

}  // namespace

Fix DrawFix(Rng& rng, const Style& style) {
  switch (rng.Below(25)) {
    case 0:
    case 1:
    case 2:
      return TurnSide(rng, style);
    case 3:
    case 4:
      return TurnAngle(rng, style);
    case 5:
    case 6:
    case 7:
      return DriveLength(rng, style);
    case 8:
      return DriveUnit(rng, style);
    case 9:
      return DriveWay(rng, style);
    case 10:
      return LookWay(rng, style);
    case 11:
    case 12:
      return LightColour(rng);
    case 13:
      return LightOnOff(rng);
    case 14:
      return Duration(rng, style);
    case 15:
      return Percentage(rng, style);
    case 16:
      return OpenClose(rng);
    case 17:
      return Spoken(rng);
    case 18:
      return Pace(rng, style);
    case 19:
      return HowOften(rng, style);
    default:
      return TargetFix(rng, style);
  }
}

}  // namespace ganglion::learn::english
