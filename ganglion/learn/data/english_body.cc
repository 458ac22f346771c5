// Head, gripper, arm, camera, light, waiting and stopping.
#include "ganglion/learn/data/english_body_tables.h"
#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_look_tables.h"
#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

Clause Make(std::string text, Step step, Form form = Form::kImperative) {
  Clause clause;
  clause.text = Tidy(text);
  clause.steps = {std::move(step)};
  clause.form = form;
  return clause;
}

// A manner word that these skills have no field for: it is said and leaves no trace.
std::string IdleManner(Rng& rng, std::string text) {
  if (!rng.Chance(0.06)) return text;
  return text + Expand(rng, " (slowly|gently|carefully|quickly|fast|very slowly|very carefully)");
}

std::string LookSide(Rng& rng, bool left) {
  return Expand(
      rng, left ? "(left|left|left|to the left|to your left|to the left|leftwards|over to the left)"
                : "(right|right|right|to the right|to your right|to the right|rightwards|over to "
                  "the right)");
}

Clause PanClause(Rng& rng, const Style& style, bool fragment) {
  const bool left = rng.Chance(0.5);
  const double sign = left ? 1 : -1;
  const std::string side = LookSide(rng, left);
  const std::string head = Expand(rng, kHead);
  const std::size_t form = rng.Below(100);
  if (form < 36) {
    const std::string word = left ? "left" : "right";
    if (fragment)
      return Make(Expand(rng, Pick(rng, kLookFragmentPlain), {{"w", word}}), Look(sign * 45, 0),
                  Form::kFragment);
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kPanPlain),
                                       {{"s", side}, {"head", head}, {"n", PlainNoun(rng)}})),
                Look(sign * 45, 0));
  }
  if (form < 48) {
    const std::string bit = Expand(rng, kBit);
    return Make(Expand(rng, Pick(rng, kPanBy), {{"a", bit}, {"s", side}, {"head", head}}),
                Look(sign * 15, 0));
  }
  Quantity angle = DrawAngle(rng, style, 5, 90);
  if (fragment) {
    const char* pattern = Pick(rng, kLookFragmentPan);
    if (angle.said[0] > '9') pattern = "camera: $a $s";
    return Make(Expand(rng, pattern, {{"a", angle.said}, {"s", side}, {"sign", left ? "+" : "-"}}),
                Look(sign * angle.value, 0), Form::kFragment);
  }
  return Make(IdleManner(rng, Expand(rng, Pick(rng, kPanBy),
                                     {{"a", angle.said}, {"s", side}, {"head", head}})),
              Look(sign * angle.value, 0));
}

Clause TiltClause(Rng& rng, const Style& style, bool fragment) {
  const bool up = rng.Chance(0.5);
  const double sign = up ? 1 : -1;
  const std::string_view word = up ? "up" : "down";
  const std::string head = Expand(rng, kHead);
  const std::size_t form = rng.Below(100);
  if (form < 36) {
    if (fragment)
      return Make(Expand(rng, Pick(rng, kLookFragmentPlain), {{"w", word}}), Look(0, up ? 30 : -20),
                  Form::kFragment);
    const char* pattern = up ? Pick(rng, kTiltPlainUp) : Pick(rng, kTiltPlainDown);
    return Make(IdleManner(rng, Expand(rng, pattern, {{"head", head}, {"n", PlainNoun(rng)}})),
                Look(0, up ? 30 : -20));
  }
  if (form < 48) {
    const std::string bit = Expand(rng, kBit);
    return Make(Expand(rng, Pick(rng, kTiltBy), {{"a", bit}, {"v", word}, {"head", head}}),
                Look(0, sign * 15));
  }
  Quantity angle = DrawAngle(rng, style, 3, up ? 45 : 30);
  if (fragment) {
    const char* pattern = Pick(rng, kLookFragmentTilt);
    if (angle.said[0] > '9') pattern = "camera: $a $v";
    return Make(Expand(rng, pattern, {{"a", angle.said}, {"v", word}, {"sign", up ? "+" : "-"}}),
                Look(0, sign * angle.value), Form::kFragment);
  }
  return Make(Expand(rng, Pick(rng, kTiltBy), {{"a", angle.said}, {"v", word}, {"head", head}}),
              Look(0, sign * angle.value));
}

Clause PanTiltClause(Rng& rng, const Style& style, bool fragment) {
  const bool left = rng.Chance(0.5);
  const bool up = rng.Chance(0.5);
  const std::string_view word = up ? "up" : "down";
  const std::string head = Expand(rng, kHead);
  if (!fragment && rng.Chance(0.35)) {
    return Make(Expand(rng, Pick(rng, kBothPlain),
                       {{"s", LookSide(rng, left)},
                        {"s2", left ? "left" : "right"},
                        {"v", word},
                        {"head", head}}),
                Look(left ? 45 : -45, up ? 30 : -20));
  }
  const Quantity pan = DrawAngle(rng, style, 5, 90);
  const Quantity tilt = DrawAngle(rng, style, 3, up ? 45 : 30);
  const char* pattern = fragment ? Pick(rng, kLookFragmentBoth) : Pick(rng, kBothBy);
  if (fragment && (pan.said[0] > '9' || tilt.said[0] > '9')) pattern = "camera: $a $s, $b $v";
  return Make(Expand(rng, pattern,
                     {{"a", pan.said},
                      {"b", tilt.said},
                      {"s", LookSide(rng, left)},
                      {"s2", left ? "left" : "right"},
                      {"v", word},
                      {"head", head},
                      {"psign", left ? "+" : "-"},
                      {"tsign", up ? "+" : "-"}}),
              Look(left ? pan.value : -pan.value, up ? tilt.value : -tilt.value),
              fragment ? Form::kFragment : Form::kImperative);
}

}  // namespace

Clause LookClause(Rng& rng, const Style& style, Use use) {
  const bool fragment = use != Use::kInFrame && rng.Chance(style.Clipped()      ? 0.5
                                                           : use == Use::kAlone ? 0.06
                                                                                : 0.03);
  const std::size_t form = rng.Below(100);
  if (form < 18) {
    if (fragment) return Make(Pick(rng, kLookCentreFragment), Look(0, 0), Form::kFragment);
    return Make(IdleManner(rng, Pick(rng, kLookCentre)), Look(0, 0));
  }
  if (form < 54) return PanClause(rng, style, fragment);
  if (form < 84) return TiltClause(rng, style, fragment);
  return PanTiltClause(rng, style, fragment);
}

Clause GripClause(Rng& rng, const Style& style, Use use) {
  const bool fragment = use != Use::kInFrame && rng.Chance(style.Clipped()      ? 0.6
                                                           : use == Use::kAlone ? 0.06
                                                                                : 0.03);
  const std::string g =
      Expand(rng, style.voice == Voice::kTechnician ? "(the gripper|the gripper|gripper|the jaws)"
                                                    : kGripper);
  const std::size_t form = rng.Below(100);
  if (form < 30) {
    if (fragment) return Make(Pick(rng, kGripOpenFragment), Grip(100), Form::kFragment);
    const std::string thing(Pick(rng, SmallThings()));
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kOpen), {{"g", g}, {"thing", thing}})),
                Grip(100));
  }
  if (form < 56) {
    if (fragment) return Make(Pick(rng, kGripCloseFragment), Grip(0), Form::kFragment);
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kClose), {{"g", g}})), Grip(0));
  }
  if (form < 68) {
    if (fragment)
      return Make(Expand(rng, "(gripper|claw|hand|jaws) (half open|halfway|halfway open|at half)"),
                  Grip(50), Form::kFragment);
    return Make(Expand(rng, Pick(rng, kGripHalf), {{"g", g}}), Grip(50));
  }
  if (form < 73) {
    const bool three = rng.Chance(0.5);
    return Make(
        Expand(rng,
               three ? "(open $g three quarters|open $g three quarters of the way|set $g to three "
                       "quarters open)"
                     : "(open $g a quarter|open $g a quarter of the way|set $g to a quarter open)",
               {{"g", g}}),
        Grip(three ? 75 : 25));
  }
  const Quantity percent = DrawPercent(rng, style);
  if (fragment)
    return Make(Expand(rng, Pick(rng, kGripFragment), {{"p", percent.said}}), Grip(percent.value),
                Form::kFragment);
  return Make(Expand(rng, Pick(rng, kGripTo), {{"g", g}, {"p", percent.said}}),
              Grip(percent.value));
}

Clause ArmClause(Rng& rng, const Style& style, Use use) {
  const bool fragment = use != Use::kInFrame && rng.Chance(style.Clipped()      ? 0.6
                                                           : use == Use::kAlone ? 0.06
                                                                                : 0.03);
  const std::string a = Expand(rng, style.articles ? kArm : "(arm|arm|the arm|your arm)");
  const std::size_t form = rng.Below(100);
  if (form < 26) {
    if (fragment) return Make(Pick(rng, kArmUpFragment), Arm(100), Form::kFragment);
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kRaise), {{"a", a}})), Arm(100));
  }
  if (form < 52) {
    if (fragment) return Make(Pick(rng, kArmDownFragment), Arm(0), Form::kFragment);
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kLower), {{"a", a}})), Arm(0));
  }
  if (form < 68) {
    if (fragment) return Make(Pick(rng, kArmHalfFragment), Arm(50), Form::kFragment);
    return Make(Expand(rng, Pick(rng, kArmHalf), {{"a", a}}), Arm(50));
  }
  if (form < 73) {
    const bool three = rng.Chance(0.5);
    return Make(Expand(rng,
                       three ? "(raise|lift) $a three quarters of the way"
                             : "(raise|lift) $a a quarter of the way",
                       {{"a", a}}),
                Arm(three ? 75 : 25));
  }
  const Quantity percent = DrawPercent(rng, style);
  if (fragment)
    return Make(Expand(rng, Pick(rng, kArmFragment), {{"p", percent.said}}), Arm(percent.value),
                Form::kFragment);
  return Make(Expand(rng, Pick(rng, kArmTo), {{"a", a}, {"p", percent.said}}), Arm(percent.value));
}

Clause PhotoClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  if (use != Use::kInFrame && rng.Chance(style.Clipped() ? 0.5 : 0.06))
    return Make(Pick(rng, kPhotoFragment), Photo(), Form::kFragment);
  if (rng.Chance(0.5)) return Make(IdleManner(rng, Pick(rng, kPhotoPlain)), Photo());
  std::string subject;
  if (scene != nullptr && scene->thing && rng.Chance(0.6)) {
    subject = scene->thing->pronoun;
  } else if (rng.Chance(0.25)) {
    subject = Expand(rng,
                     "(me|us|me and $n|all of us|my friends|the view|yourself|everyone|the "
                     "sunset|the whole room|our group|the damage)",
                     {{"n", Pick(rng, Names())}});
  } else {
    subject = DrawAnything(rng, style).said;
  }
  return Make(Expand(rng, Pick(rng, kPhotoOf), {{"t", subject}}), Photo());
}

Clause LightClause(Rng& rng, const Style& style, Use use) {
  const bool fragment = use != Use::kInFrame && rng.Chance(style.Clipped()      ? 0.6
                                                           : use == Use::kAlone ? 0.08
                                                                                : 0.04);
  const std::string lamp = Expand(rng, style.articles ? kLamp : "(light|lamp|LED|the light)");
  const std::size_t form = rng.Below(100);
  if (form < 20) {
    if (fragment) return Make(Pick(rng, kLightOnFragment), Light("white"), Form::kFragment);
    return Make(Expand(rng, Pick(rng, kLightOn), {{"l", lamp}}), Light("white"));
  }
  if (form < 42) {
    if (fragment) return Make(Pick(rng, kLightOffFragment), Light("off"), Form::kFragment);
    return Make(Expand(rng, Pick(rng, kLightOff), {{"l", lamp}}), Light("off"));
  }
  const std::string colour = Expand(rng, "(white|red|green|blue|yellow|red|green|blue|yellow)");
  if (fragment)
    return Make(Expand(rng, Pick(rng, kLightColourFragment), {{"c", colour}}), Light(colour),
                Form::kFragment);
  return Make(Expand(rng, Pick(rng, kLightColour), {{"l", lamp}, {"c", colour}}), Light(colour));
}

Clause WaitClause(Rng& rng, const Style& style, Use use) {
  const std::size_t form = rng.Below(100);
  if (form < 18) return Make(Pick(rng, kWaitPlain), Wait(2));
  if (form < 34) {
    const std::string moment = Expand(rng, kMoment);
    if (use == Use::kAlone && rng.Chance(0.2)) {
      return Make(Expand(rng,
                         "(just a moment|one moment|a moment|just a second|give me a second|give "
                         "me a moment|a second|one second)"),
                  Wait(1), Form::kFragment);
    }
    return Make(
        Expand(rng,
               "(wait|wait for|wait|hold on|hang on|pause|pause for|hold on for|stay put for|wait "
               "here for|hang on for|wait there for|stay there for|hold still for) $m",
               {{"m", moment}}),
        Wait(1));
  }
  if (rng.Chance(0.05)) {  // "take a ten-second break"
    const bool minutes = rng.Chance(0.3);
    const int n = static_cast<int>(minutes ? 1 + rng.Below(10) : 2 + rng.Below(29));
    return Make(Expand(rng, "(take|make|have) a $n(-| )$u (break|pause|rest)",
                       {{"n", Count(rng, n, style)}, {"u", minutes ? "minute" : "second"}}),
                Wait(minutes ? 60 * n : n));
  }
  const Quantity time = DrawSeconds(rng, style);
  if (use != Use::kInFrame && rng.Chance(style.Clipped() ? 0.6 : 0.04)) {
    return Make(Expand(rng, Pick(rng, kWaitFragment), {{"d", time.said}}), Wait(time.value),
                Form::kFragment);
  }
  return Make(Expand(rng, Pick(rng, kWaitFor), {{"d", time.said}}), Wait(time.value));
}

Clause StopClause(Rng& rng, const Style& style, Use use) {
  if (use == Use::kAlone && rng.Chance(style.Clipped() ? 0.6 : 0.35))
    return Make(Pick(rng, kStopFragment), Stop(), Form::kFragment);
  if (use == Use::kInList)
    return Make(
        Expand(rng,
               "(stop|stop|stop|halt|come to a stop|stop moving|stop there|come to a halt|freeze)"),
        Stop());
  return Make(Pick(rng, kStop), Stop());
}

}  // namespace ganglion::learn::english
