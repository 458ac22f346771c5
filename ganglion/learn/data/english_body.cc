// Head, gripper, arm, camera, light, waiting and stopping.
#include "ganglion/learn/data/english_clauses.h"
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

// ---- Head ----

constexpr const char* kHead =
    "(your head|your camera|the camera|the head|your head|the camera|your gaze|your eyes|the "
    "camera head|the lens)";

constexpr const char* kBit =
    "(a bit|a little|slightly|a touch|a little bit|just a bit|just slightly|just a touch|a tiny "
    "bit)";

constexpr const char* kLookCentre[] = {"look straight ahead",
                                       "look ahead",
                                       "look straight",
                                       "look straight forward",
                                       "look forward",
                                       "look to the front",
                                       "centre the head",
                                       "center the head",
                                       "centre your head",
                                       "center the camera",
                                       "centre the camera",
                                       "put your head straight",
                                       "straighten your head",
                                       "point the camera straight ahead",
                                       "turn your head back to the middle",
                                       "turn your head to the front",
                                       "bring your head back to the centre",
                                       "bring the camera back to center",
                                       "return your head to centre",
                                       "reset your head to the middle",
                                       "keep your eyes straight ahead",
                                       "point your head straight ahead",
                                       "set the camera straight",
                                       "look in front of you",
                                       "re-centre the camera",
                                       "aim the camera straight forward",
                                       "turn your gaze straight ahead",
                                       "hold your head straight"};
constexpr const char* kLookCentreFragment[] = {
    "head straight", "camera centre",   "camera center",
    "eyes front",    "head to centre",  "camera straight ahead",
    "head centred",  "head: centre",    "camera: zero",
    "pan 0, tilt 0", "camera straight", "pan zero tilt zero",
    "head neutral",  "eyes ahead"};
constexpr const char* kPanPlain[] = {
    "look $s",         "look $s",        "look $s",           "look over $s",
    "turn $head $s",   "turn $head $s",  "point $head $s",    "aim $head $s",
    "swivel $head $s", "pan $s",         "pan $head $s",      "rotate $head $s",
    "move $head $s",   "have a look $s", "take a look $s",    "swing $head $s",
    "direct $head $s", "glance $s",      "cast your eyes $s", "shift your gaze $s"};
constexpr const char* kPanBy[] = {
    "look $a $s",          "look $s $a",         "look $s by $a",       "turn $head $a $s",
    "turn $head $s by $a", "turn $head $s $a",   "point $head $a $s",   "aim $head $a $s",
    "pan $a $s",           "pan $s $a",          "pan $head $a $s",     "pan $head $s by $a",
    "rotate $head $a $s",  "swivel $head $a $s", "move $head $s by $a", "swing $head $a $s",
    "set $head $a $s"};
constexpr const char* kTiltPlainUp[] = {"look up",
                                        "look up",
                                        "look upwards",
                                        "look upward",
                                        "tilt $head up",
                                        "tilt $head upwards",
                                        "raise your head",
                                        "lift your head",
                                        "point $head up",
                                        "tilt up",
                                        "aim $head upwards",
                                        "turn $head up",
                                        "put your head up",
                                        "look up at the ceiling",
                                        "look up at the sky",
                                        "lift your gaze",
                                        "raise $head",
                                        "have a look up",
                                        "look up high",
                                        "tilt your head back"};
constexpr const char* kTiltPlainDown[] = {"look down",
                                          "look down",
                                          "look downwards",
                                          "look downward",
                                          "tilt $head down",
                                          "tilt $head downwards",
                                          "lower your head",
                                          "point $head down",
                                          "tilt down",
                                          "aim $head downwards",
                                          "turn $head down",
                                          "put your head down",
                                          "look down at the floor",
                                          "look down at your wheels",
                                          "lower your gaze",
                                          "lower the camera",
                                          "have a look down",
                                          "dip your head",
                                          "look down at the ground",
                                          "bow your head"};
constexpr const char* kTiltBy[] = {"look $a $v",        "look $v $a",
                                   "look $v by $a",     "tilt $head $v $a",
                                   "tilt $head $a $v",  "tilt $head $v by $a",
                                   "tilt $a $v",        "tilt $v $a",
                                   "point $head $a $v", "aim $head $a ${v}wards",
                                   "turn $head $v $a",  "move $head $v by $a",
                                   "set $head $a $v",   "angle $head $a $v"};
constexpr const char* kBothPlain[] = {
    "look $v and $s",         "look $v and to the $s2", "look $v to the $s2",
    "look to the $s2 and $v", "turn $head $v and $s",   "point $head $v and to the $s2",
    "look $s and $v",         "aim $head $v $s",        "look $v $s"};
constexpr const char* kBothBy[] = {"pan $a $s and tilt $b $v",
                                   "look $a $s and $b $v",
                                   "turn $head $a $s and $b $v",
                                   "pan $s $a and tilt $v $b",
                                   "point $head $a $s and $b $v",
                                   "tilt $b $v and pan $a $s",
                                   "look $a to the $s2 and $b $v",
                                   "set the camera $a $s and $b $v",
                                   "aim $head $b $v and $a to the $s2",
                                   "pan $head $a $s, tilt $b $v",
                                   "look $b $v and $a $s",
                                   "turn your head $s $a and $v $b"};
constexpr const char* kLookFragmentPan[] = {
    "camera $a $s", "head $a $s",   "head $s $a",  "camera: $a $s", "pan $sign$a", "pan: $sign$a",
    "pan $a $s",    "camera $s $a", "head: $a $s", "eyes $a $s",    "cam $a $s"};
constexpr const char* kLookFragmentTilt[] = {
    "camera $a $v",  "head $a $v", "head $v $a",   "camera: $a $v", "tilt $sign$a",
    "tilt: $sign$a", "tilt $a $v", "camera $v $a", "head: $a $v",   "cam $a $v"};
constexpr const char* kLookFragmentBoth[] = {"camera: $a $s, $b $v",          "head $a $s, $b $v",
                                             "pan $psign$a, tilt $tsign$b",   "camera $a $s $b $v",
                                             "pan: $psign$a, tilt: $tsign$b", "head: $b $v, $a $s",
                                             "pan $a $s, tilt $b $v",         "cam: $s $a, $v $b"};
constexpr const char* kLookFragmentPlain[] = {"eyes $w", "head $w", "camera $w", "head: $w",
                                              "camera: $w"};

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
    return Make(IdleManner(rng, Expand(rng, Pick(rng, kPanPlain), {{"s", side}, {"head", head}})),
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
    return Make(IdleManner(rng, Expand(rng, pattern, {{"head", head}})), Look(0, up ? 30 : -20));
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

// ---- Gripper and arm ----

constexpr const char* kGripper =
    "(the gripper|your gripper|the gripper|the hand|your hand|the claw|your claw|the jaws|your "
    "fingers|the fingers|the grippers|your grip|the grabber|your pincers)";

constexpr const char* kOpen[] = {"open $g",
                                 "open $g",
                                 "open $g",
                                 "open up $g",
                                 "open $g fully",
                                 "open $g all the way",
                                 "open $g wide",
                                 "open $g completely",
                                 "fully open $g",
                                 "let go",
                                 "let go",
                                 "let go of it",
                                 "let it go",
                                 "release",
                                 "release it",
                                 "release your grip",
                                 "release the object",
                                 "release what you are holding",
                                 "let go of what you are holding",
                                 "let go of that",
                                 "let go of the $thing",
                                 "release the $thing",
                                 "release $g",
                                 "spread your fingers",
                                 "open $g as far as it goes",
                                 "open $g to the full",
                                 "open $g to the maximum",
                                 "make $g open",
                                 "loosen $g completely"};
constexpr const char* kClose[] = {"close $g",
                                  "close $g",
                                  "close $g",
                                  "shut $g",
                                  "close up $g",
                                  "close $g fully",
                                  "close $g all the way",
                                  "close $g completely",
                                  "fully close $g",
                                  "shut $g tight",
                                  "squeeze $g shut",
                                  "close $g tightly",
                                  "make $g close",
                                  "pinch $g shut",
                                  "clamp $g shut",
                                  "snap $g shut",
                                  "bring $g together until closed",
                                  "close $g to the end"};
constexpr const char* kGripHalf[] = {
    "open $g halfway",  "open $g half way",   "half open $g",  "open $g by half",
    "close $g halfway", "set $g to half",     "half close $g", "open $g only halfway",
    "put $g half open", "open $g to the half"};
constexpr const char* kGripTo[] = {"open $g to $p",     "set $g to $p",
                                   "open $g $p",        "set $g opening to $p",
                                   "move $g to $p",     "open $g by $p",
                                   "put $g at $p",      "adjust $g to $p open",
                                   "make $g $p open",   "set the opening of $g to $p",
                                   "position $g at $p", "bring $g to $p open",
                                   "close $g to $p",    "open $g up to $p"};
constexpr const char* kGripFragment[] = {
    "gripper $p", "gripper: $p",     "gripper to $p", "gripper opening $p", "gripper at $p",
    "grip $p",    "jaws $p",         "claw $p",       "gripper $p open",    "gripper = $p",
    "jaws to $p", "gripper open $p", "opening: $p",   "hand $p open"};
constexpr const char* kGripOpenFragment[] = {
    "gripper open",  "hand open",          "claw open",    "open gripper", "jaws open",
    "gripper: open", "gripper fully open", "fingers open", "open jaws",    "open claw"};
constexpr const char* kGripCloseFragment[] = {
    "gripper closed", "gripper shut", "claw closed",    "close gripper", "jaws closed",
    "gripper: close", "hand closed",  "fingers closed", "close jaws",    "close claw"};

constexpr const char* kArm =
    "(the arm|your arm|your arm|the arm|the robot arm|the lifting arm|that arm of yours)";
constexpr const char* kRaise[] = {"raise $a",
                                  "raise $a",
                                  "raise $a",
                                  "lift $a",
                                  "lift up $a",
                                  "lift $a up",
                                  "put $a up",
                                  "bring $a up",
                                  "move $a up",
                                  "raise $a fully",
                                  "raise $a all the way",
                                  "lift $a all the way up",
                                  "put $a all the way up",
                                  "hoist $a",
                                  "stretch $a up",
                                  "raise $a to the top",
                                  "bring $a all the way up",
                                  "take $a up",
                                  "hold $a up",
                                  "move $a to the top",
                                  "raise $a as high as it goes",
                                  "raise $a completely",
                                  "put up $a",
                                  "pull $a up",
                                  "stick $a up"};
constexpr const char* kLower[] = {"lower $a",
                                  "lower $a",
                                  "lower $a",
                                  "put $a down",
                                  "bring $a down",
                                  "move $a down",
                                  "let $a down",
                                  "lower $a fully",
                                  "lower $a all the way",
                                  "bring $a all the way down",
                                  "put $a all the way down",
                                  "drop $a",
                                  "lower $a to the bottom",
                                  "take $a down",
                                  "move $a to the bottom",
                                  "lower $a completely",
                                  "put down $a",
                                  "let $a sink down",
                                  "move $a all the way down",
                                  "bring $a back down",
                                  "pull $a down"};
constexpr const char* kArmHalf[] = {"raise $a halfway",
                                    "lift $a halfway",
                                    "raise $a half way",
                                    "put $a halfway up",
                                    "move $a to the halfway point",
                                    "lower $a halfway",
                                    "set $a to half height",
                                    "bring $a up halfway",
                                    "lift $a half way up",
                                    "raise $a to half height",
                                    "put $a at half height",
                                    "raise $a by half",
                                    "bring $a down halfway",
                                    "move $a up to the middle",
                                    "put $a in the middle",
                                    "raise $a to the half",
                                    "lower $a to half height"};
constexpr const char* kArmTo[] = {
    "raise $a to $p",       "lower $a to $p",    "set $a to $p",
    "move $a to $p",        "lift $a to $p",     "put $a at $p",
    "set $a height to $p",  "bring $a to $p",    "raise $a $p",
    "move $a to $p height", "position $a at $p", "raise $a up to $p",
    "bring $a down to $p",  "adjust $a to $p",   "set the height of $a to $p",
    "drive $a to $p"};
constexpr const char* kArmFragment[] = {
    "arm $p",         "arm: $p",  "arm to $p",    "arm at $p",      "arm height $p",
    "arm height: $p", "arm = $p", "arm up to $p", "arm down to $p", "arm to height $p"};
constexpr const char* kArmUpFragment[] = {
    "arm up",    "arm: up",  "arm raised",    "arm fully up", "arm all the way up",
    "raise arm", "lift arm", "arm to the top"};
constexpr const char* kArmDownFragment[] = {
    "arm down",  "arm: down",        "arm lowered", "arm fully down", "arm all the way down",
    "lower arm", "arm to the bottom"};
constexpr const char* kArmHalfFragment[] = {"arm halfway", "arm half way up",    "arm halfway up",
                                            "arm to half", "arm at half height", "arm: half"};

// ---- Camera, light, waiting, stopping ----

constexpr const char* kPhotoPlain[] = {"take a photo",
                                       "take a photo",
                                       "take a picture",
                                       "take a picture",
                                       "take a snapshot",
                                       "take a photograph",
                                       "make a photo",
                                       "snap a photo",
                                       "snap a picture",
                                       "shoot a photo",
                                       "get a photo",
                                       "grab a photo",
                                       "capture an image",
                                       "take one photo",
                                       "take an image",
                                       "take a pic",
                                       "snap a pic",
                                       "record an image",
                                       "do a photo",
                                       "make a picture",
                                       "take a quick photo",
                                       "use your camera to take a photo",
                                       "take a shot with your camera",
                                       "get a snapshot",
                                       "take one picture",
                                       "capture a photo",
                                       "take a nice photo",
                                       "take a still"};
constexpr const char* kPhotoOf[] = {
    "take a photo of $t",     "take a picture of $t",     "photograph $t",
    "take a snapshot of $t",  "snap a photo of $t",       "get a picture of $t",
    "capture an image of $t", "take a photograph of $t",  "make a photo of $t",
    "shoot a photo of $t",    "snap $t with your camera", "take a pic of $t",
    "get a shot of $t",       "grab a picture of $t",     "take one photo of $t",
    "record an image of $t"};
constexpr const char* kPhotoFragment[] = {
    "photo",          "picture",         "snapshot",      "photo please", "one photo",
    "a photo",        "photo now",       "capture image", "one picture",  "image capture",
    "trigger camera", "camera: capture", "a picture"};

constexpr const char* kLamp =
    "(the light|your light|the lamp|your lamp|the LED|the light|your light|your LED|your "
    "lights|the lights|the signal light|the beacon|the indicator light|your headlight)";
constexpr const char* kLightOn[] = {
    "turn on $l", "turn $l on", "switch on $l", "switch $l on",  "turn on $l",
    "put $l on",  "put on $l",  "activate $l",  "light up",      "make it bright with $l",
    "get $l on",  "light $l",   "turn $l on",   "shine $l",      "flip $l on",
    "have $l on", "enable $l",  "start $l",     "make $l shine", "make $l glow"};
constexpr const char* kLightOff[] = {"turn off $l",   "turn $l off",    "switch off $l",
                                     "switch $l off", "put out $l",     "put $l out",
                                     "deactivate $l", "get $l off",     "turn $l off again",
                                     "kill $l",       "shut off $l",    "shut $l off",
                                     "disable $l",    "cut $l",         "extinguish $l",
                                     "set $l to off", "make $l go out", "make $l dark"};
constexpr const char* kLightColour[] = {"turn $l $c",
                                        "set $l to $c",
                                        "make $l $c",
                                        "switch $l to $c",
                                        "change $l to $c",
                                        "turn on $l in $c",
                                        "turn on the $c light",
                                        "switch on the $c light",
                                        "turn the $c light on",
                                        "put the $c light on",
                                        "show a $c light",
                                        "show $c",
                                        "light up $c",
                                        "light up in $c",
                                        "glow $c",
                                        "shine $c",
                                        "turn $l to $c",
                                        "put $l on $c",
                                        "set $l $c",
                                        "colour $l $c",
                                        "make $l shine $c",
                                        "make $l glow $c",
                                        "change $l colour to $c",
                                        "change the colour of $l to $c",
                                        "go $c with $l",
                                        "let $l shine $c",
                                        "give me a $c light",
                                        "give me $c light",
                                        "display a $c light",
                                        "switch to $c light",
                                        "use the $c light",
                                        "have $l go $c",
                                        "change to $c light",
                                        "set the color of $l to $c",
                                        "switch $l over to $c"};
constexpr const char* kLightOnFragment[] = {"light on",  "lights on", "lamp on", "LED on",
                                            "light: on", "beacon on", "led on",  "headlight on"};
constexpr const char* kLightOffFragment[] = {"light off", "lights off", "lamp off",
                                             "LED off",   "light: off", "beacon off",
                                             "led off",   "lights out", "headlight off"};
constexpr const char* kLightColourFragment[] = {
    "light $c",  "$c light",    "LED $c",      "lamp $c",    "light: $c",  "lamp to $c",
    "LED to $c", "light to $c", "$c light on", "$c lamp",    "LED: $c",    "color $c",
    "led $c",    "beacon $c",   "lights $c",   "colour: $c", "light = $c", "$c LED on"};

constexpr const char* kWaitPlain[] = {"wait",
                                      "wait",
                                      "wait here",
                                      "hold on",
                                      "hang on",
                                      "pause",
                                      "wait there",
                                      "pause here",
                                      "stay where you are and wait",
                                      "just wait",
                                      "wait where you are",
                                      "sit tight",
                                      "hold on there",
                                      "wait in place",
                                      "pause in place"};
constexpr const char* kWaitFor[] = {"wait $d",
                                    "wait for $d",
                                    "wait $d",
                                    "wait for $d",
                                    "pause for $d",
                                    "pause $d",
                                    "hold on for $d",
                                    "stay put for $d",
                                    "stay where you are for $d",
                                    "stand still for $d",
                                    "do nothing for $d",
                                    "hold still for $d",
                                    "wait here for $d",
                                    "hang on for $d",
                                    "remain where you are for $d",
                                    "sit still for $d",
                                    "rest for $d",
                                    "stay there for $d",
                                    "hold your position for $d",
                                    "keep still for $d",
                                    "take a break for $d",
                                    "take a break of $d",
                                    "make a pause of $d",
                                    "sit tight for $d",
                                    "dwell for $d",
                                    "stay still for $d",
                                    "wait another $d",
                                    "idle for $d",
                                    "remain in place for $d",
                                    "have a rest for $d",
                                    "hold for $d",
                                    "stay here for $d",
                                    "wait around for $d",
                                    "hold position for $d",
                                    "delay for $d",
                                    "let $d pass",
                                    "count $d without moving"};
constexpr const char* kMoment =
    "(a moment|a moment|a second|a sec|just a moment|just a second|one moment|one second|a brief "
    "moment|a short moment|a wee moment)";
constexpr const char* kWaitFragment[] = {
    "wait $d",  "pause $d",      "dwell $d", "delay $d",  "$d pause", "$d wait",  "hold $d",
    "$d delay", "dwell time $d", "wait: $d", "pause: $d", "idle $d",  "delay: $d"};

constexpr const char* kStop[] = {"stop",
                                 "stop",
                                 "stop moving",
                                 "halt",
                                 "freeze",
                                 "stop right there",
                                 "stop where you are",
                                 "stop now",
                                 "stop at once",
                                 "come to a stop",
                                 "come to a halt",
                                 "stop immediately",
                                 "stop all motion",
                                 "stop everything",
                                 "stop driving",
                                 "stop right now",
                                 "stop what you are doing",
                                 "halt all motion",
                                 "cease all motion",
                                 "halt right there",
                                 "freeze right there",
                                 "stand still",
                                 "stop that",
                                 "stop it",
                                 "stop all movement",
                                 "hit the brakes",
                                 "bring yourself to a stop",
                                 "stop dead",
                                 "stop rolling",
                                 "halt immediately",
                                 "abort all motion",
                                 "quit moving"};
constexpr const char* kStopFragment[] = {"emergency stop",
                                         "full stop",
                                         "e-stop",
                                         "enough, stop",
                                         "whoa, stop",
                                         "stop stop stop",
                                         "all stop",
                                         "stop!",
                                         "STOP",
                                         "halt!",
                                         "freeze!",
                                         "no further, stop",
                                         "enough now, stop",
                                         "that's far enough, stop",
                                         "that will do, stop",
                                         "ok that's enough, stop now",
                                         "not another inch, stop",
                                         "motion stop",
                                         "emergency halt",
                                         "stop, stop",
                                         "easy now, stop"};

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
