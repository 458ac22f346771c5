#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/phrase.h"

// Shorthand runs where later parts lean on the first: "look left and then right".

namespace ganglion::learn::english {
namespace {

Clause HeadRun(Rng& rng) {
  Clause clause;
  const bool left = rng.Chance(0.5);
  const std::string_view one = left ? "left" : "right";
  const std::string_view two = left ? "right" : "left";
  const double sign = left ? 1 : -1;
  const std::string gap = Expand(rng, "(, then | and then | then |, | and )");
  switch (rng.Below(3)) {
    case 0:
      clause.text = Expand(rng, "look $o$g$t", {{"o", one}, {"g", gap}, {"t", two}});
      clause.steps = {Look(sign * 45, 0), Look(sign * -45, 0)};
      break;
    case 1:
      clause.text = Expand(rng,
                           "look $o, (then|) $t(, then| and then| and|, and finally) (straight "
                           "ahead|ahead|straight)",
                           {{"o", one}, {"t", two}});
      clause.steps = {Look(sign * 45, 0), Look(sign * -45, 0), Look(0, 0)};
      break;
    default: {
      const bool up = rng.Chance(0.5);
      clause.text = Expand(rng, "look $o$g$t",
                           {{"o", up ? "up" : "down"},
                            {"g", gap == " and " ? ", then " : gap},
                            {"t", up ? "down" : "up"}});
      clause.steps = {Look(0, up ? 30 : -20), Look(0, up ? -20 : 30)};
      break;
    }
  }
  return clause;
}

Clause WheelRun(Rng& rng, const Style& style) {
  Clause clause;
  const bool left = rng.Chance(0.5);
  const std::string_view one = left ? "left" : "right";
  const std::string_view two = left ? "right" : "left";
  const double sign = left ? 1 : -1;
  const std::string gap = Expand(rng, "(, then | and then | then |, | and )");
  switch (rng.Below(5)) {
    case 0:
      clause.text = Expand(rng, "turn $o$g$t", {{"o", one}, {"g", gap}, {"t", two}});
      clause.steps = {Turn(sign * 90), Turn(sign * -90)};
      break;
    case 1: {
      const Quantity out = DrawLength(rng, style);
      const Quantity back = DrawLength(rng, style);
      clause.text = Expand(rng, "(go|drive|move|roll) (forward|forwards|ahead) $a$g$b back",
                           {{"a", out.said}, {"g", gap == ", " ? " and " : gap}, {"b", back.said}});
      clause.steps = {Drive(out.value), Drive(-back.value)};
      break;
    }
    case 2: {
      const int n = static_cast<int>(2 + rng.Below(8));
      const std::string count = Count(rng, n, style);
      const bool back = rng.Chance(0.5);
      clause.text = Expand(rng,
                           "wait $n seconds(,| and| then| and then) (go|drive|move) $a(,| and| "
                           "then| and then) wait $n more seconds",
                           {{"n", count}, {"a", back ? "back" : "forward"}});
      clause.steps = {Wait(n), Drive(back ? -0.5 : 0.5), Wait(n)};
      break;
    }
    case 3: {
      const Quantity length = DrawLength(rng, style);
      clause.text = Expand(rng,
                           "(go|drive|move) $d forward and (the same|the same distance|just as "
                           "far|the same amount) back",
                           {{"d", length.said}});
      clause.steps = {Drive(length.value), Drive(-length.value)};
      break;
    }
    default: {
      const Quantity angle = DrawAngle(rng, style, 5, 180);
      clause.text = Expand(rng, "(turn|rotate) $a $o and (then |)$a $t",
                           {{"a", angle.said}, {"o", one}, {"t", two}});
      clause.steps = {Turn(sign * angle.value), Turn(sign * -angle.value)};
      break;
    }
  }
  return clause;
}

Clause LightRun(Rng& rng, const Style& style) {
  Clause clause;
  switch (rng.Below(3)) {
    case 0: {
      const Quantity time = DrawSeconds(rng, style);
      const std::string again =
          Expand(rng,
                 "(wait another|wait for another|wait another|pause another|wait again for) ") +
          time.said;
      const std::string a = Expand(rng, "(red|green|blue|yellow|white)");
      std::string b;
      do b = Expand(rng, "(red|green|blue|yellow|white|off)");
      while (a == b);
      const std::string last =
          b == "off" ? Expand(rng, "(switch|turn) it off")
                     : Expand(rng, "(switch it to|change it to|turn it|make it) ") + b;
      clause.text = Expand(rng,
                           "(switch the light to|turn the light|make the light|set your light to) "
                           "$a, wait $d, $b(, then | and |, )$w",
                           {{"a", a}, {"d", time.said}, {"b", last}, {"w", again}});
      clause.steps = {Light(a), Wait(time.value), Light(b), Wait(time.value)};
      break;
    }
    case 1: {
      const bool on = rng.Chance(0.8);
      clause.text = Expand(
          rng, on ? "(turn|switch) (the light|your light|the lamp|the LED) on (and|and then|, "
                    "then) off( again|)"
                  : "(turn|switch) (the light|your light|the lamp) off (and|and then) on( again|)");
      clause.steps = {Light(on ? "white" : "off"), Light(on ? "off" : "white")};
      break;
    }
    default: {
      const std::string a = Expand(rng, "(red|green|blue|yellow|white)");
      std::string b;
      do b = Expand(rng, "(red|green|blue|yellow|white)");
      while (a == b);
      clause.text = Expand(rng,
                           "(turn|make|set|switch) (the light|the lamp|your light) (first |)$a, "
                           "then $b( and then off|, then off|)",
                           {{"a", a}, {"b", b}});
      clause.steps = {Light(a), Light(b)};
      if (clause.text.ends_with("off")) clause.steps.push_back(Light("off"));
      break;
    }
  }
  return clause;
}

Clause HandRun(Rng& rng) {
  Clause clause;
  const std::string gap = Expand(rng, "(, then | and then | then |, | and )");
  switch (rng.Below(3)) {
    case 0: {
      const bool open = rng.Chance(0.5);
      clause.text = Expand(rng,
                           open ? "open (the gripper|your hand|the claw|the jaws)$g(close it|close "
                                  "it again|shut it|close it again)"
                                : "close (the gripper|your hand|the claw)$g(open it|open it again)",
                           {{"g", gap}});
      clause.steps = {Grip(open ? 100 : 0), Grip(open ? 0 : 100)};
      break;
    }
    case 1: {
      const bool up = rng.Chance(0.6);
      clause.text = Expand(rng,
                           up ? "(raise|lift) (the|your) arm$g(lower it|lower it again|put it down "
                                "again|bring it down)"
                              : "lower (the|your) arm$g(raise it|raise it again|lift it again)",
                           {{"g", gap}});
      clause.steps = {Arm(up ? 100 : 0), Arm(up ? 0 : 100)};
      break;
    }
    default:
      clause.text = Expand(rng,
                           "take (a photo|a picture|one photo)(, then| and then| and|, and) "
                           "(another one|another|one more|a second one)");
      clause.steps = {Photo(), Photo()};
      break;
  }
  return clause;
}

}  // namespace

Clause EllipticClause(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(14);
  Clause clause = form < 3    ? HeadRun(rng)
                  : form < 8  ? WheelRun(rng, style)
                  : form < 11 ? LightRun(rng, style)
                              : HandRun(rng);
  clause.text = Tidy(clause.text);
  return clause;
}

}  // namespace ganglion::learn::english
