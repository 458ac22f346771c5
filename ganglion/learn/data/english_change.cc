// Corrections, cancellations and negations.
#include "ganglion/learn/data/english_change_tables.h"
#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_fix.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

struct Untouched {
  Step::Kind kind;
  const char* text;
};
// Statements that something stays as it is; each may stand beside steps of any other kind.
constexpr Untouched kUntouched[] = {
    {Step::Kind::kArm,
     "(leave the arm alone|leave the arm where it is|don't touch the arm|don't move your arm|keep "
     "your arm still|the arm stays where it is|without moving the arm|do not raise the arm|leave "
     "your arm as it is|don't use your arm)"},
    {Step::Kind::kGrip,
     "(leave the gripper alone|don't touch the gripper|do not adjust the gripper|keep the "
     "gripper as it is|don't open the gripper|keep the gripper closed|the gripper stays as it "
     "is|don't let go of it|keep hold of it|don't drop it|do not change the gripper "
     "opening|without opening the gripper)"},
    {Step::Kind::kLight,
     "(leave the light as it is|don't touch the light|don't turn on the light|no lights|leave the "
     "lamp alone|keep the light as it is|the light stays as it is|without the light|leave the "
     "light off|don't change the light)"},
    {Step::Kind::kPhoto,
     "(don't take any photos|no photos|no pictures please|don't take a picture|without taking a "
     "photo|but no photo|don't use the camera)"},
    {Step::Kind::kSay,
     "(don't say anything|say nothing|without saying a word|be quiet about it|do not speak|don't "
     "say a word|keep quiet|without a word)"},
    {Step::Kind::kLook,
     "(don't move your head|keep your head still|leave the camera where it is|don't look "
     "around|leave your head as it is|keep the camera still|don't turn your head)"},
    {Step::Kind::kTurn,
     "(don't turn|do not turn|no turning|without turning|don't rotate|don't turn around)"},
    {Step::Kind::kWait,
     "(don't wait|no waiting|don't wait for me|without waiting|don't wait any longer|no need to "
     "wait)"},
    {Step::Kind::kPick,
     "(don't lift anything|leave it where it is|don't touch it|do not pick it up|leave them "
     "there|leave it where it is, don't lift anything|leave it alone|don't pick it "
     "up|leave them alone|don't lift anything|leave it there|without touching anything|don't touch "
     "anything)"},
    {Step::Kind::kFollow,
     "(don't follow me|don't follow anyone|stop worrying about following me|no following|don't "
     "come after me)"},
    {Step::Kind::kStop,
     "(nothing else|and nothing else|that's all, nothing more|do nothing else|leave everything "
     "else as it is|don't do anything else|nothing more|but nothing else)"},
    {Step::Kind::kDrive,
     "(don't drive|do not drive anywhere|don't move forward|stay on the spot|keep the wheels "
     "still|don't move the base|without driving|don't roll away)"},
};

bool Moves(const Step& step) {
  using Kind = Step::Kind;
  return step.kind == Kind::kDrive || step.kind == Kind::kTurn || step.kind == Kind::kGoto ||
         step.kind == Kind::kFollow || step.kind == Kind::kPick || step.kind == Kind::kPlace ||
         step.kind == Kind::kFind;
}

std::string UntouchedText(Rng& rng, const std::vector<Step>& steps) {
  for (;;) {
    const Untouched& entry = Pick(rng, kUntouched);
    bool clash = false;
    for (const Step& step : steps) {
      clash = clash || step.kind == entry.kind ||
              (entry.kind == Step::Kind::kDrive && Moves(step)) ||
              (entry.kind == Step::Kind::kTurn && Moves(step) && step.kind != Step::Kind::kDrive);
      clash = clash || ((entry.kind == Step::Kind::kPick || entry.kind == Step::Kind::kGrip ||
                         entry.kind == Step::Kind::kArm) &&
                        (step.kind == Step::Kind::kPlace || step.kind == Step::Kind::kPick ||
                         step.kind == Step::Kind::kGrip));
    }
    if (!clash) return Expand(rng, entry.text);
  }
}

Clause Draw(Rng& rng, const Style& style, bool closed) {
  for (;;) {
    Clause clause = DrawClause(rng, style, DrawSkill(rng), Use::kInFrame, nullptr);
    if (closed && clause.open_end) continue;
    return clause;
  }
}

Clause DrawOther(Rng& rng, const Style& style, const Clause& than, bool closed) {
  for (;;) {
    Clause clause = Draw(rng, style, closed);
    if (clause.steps != than.steps) return clause;
  }
}

std::string FillPair(Rng& rng, std::string_view pattern, const Clause& a, const Clause& b) {
  return Expand(
      rng, pattern,
      {{"a", a.Imperative()}, {"aing", a.Gerund()}, {"b", b.Imperative()}, {"bing", b.Gerund()}});
}

// A fix inside its sentence, with clauses around it now and then.
Request FixRequest(Rng& rng, const Style& style) {
  Request request;
  const Fix fix = DrawFix(rng, style);
  request.kind = std::string("correction/") + fix.topic;
  Clause& out = request.clause;
  std::string tail;
  if (rng.Chance(0.07)) {
    const std::string reason = Expand(rng, Pick(rng, kExcuses), {{"n", PlainNoun(rng)}});
    tail = Expand(rng, Pick(rng, kExcused), {{"r", reason}, {"f", fix.right}});
  } else if (fix.topic == std::string_view("target") && rng.Chance(0.15)) {
    tail = Expand(rng,
                  "( oh wait no not there $f|, no, not that one, $f|, no not this one, $f|... no "
                  "wait, not there, $f|, not that one, $f|, no, wrong one, $f|. no, not there. "
                  "$f|, no, the wrong one, $f)",
                  {{"f", fix.right}});
  } else if (fix.part_fits && rng.Chance(0.62)) {
    tail = Expand(rng, Pick(rng, kPartAfter), {{"f", fix.right_part}, {"w", fix.wrong_part}});
  } else {
    tail = Expand(rng, Pick(rng, kWholeAfter), {{"f", fix.right}});
  }
  out.text = fix.wrong + tail;
  out.steps = fix.steps;
  // Behind the words "instead" or "sorry" an open text would swallow them.
  out.open_end = fix.open_end;
  const bool swallowed = tail.ends_with(" instead") || tail.ends_with("sorry") ||
                         tail.ends_with(" i mean") || tail.find(", not ") != std::string::npos;
  if (fix.open_end && swallowed) out.text = fix.wrong + ", no, " + fix.right;
  if (rng.Chance(0.25)) {
    const Clause before = Draw(rng, style, true);
    out.text =
        before.Imperative() + Expand(rng, "( and |, then | and then |. then |, )") + out.text;
    std::vector<Step> steps = before.steps;
    Append(steps, out.steps);
    out.steps = steps;
  }
  if (!out.open_end && rng.Chance(0.25)) {
    const Clause after = Draw(rng, style, false);
    out.text +=
        Expand(rng, "(, then |, and then |. then |, and |. after that )") + after.Imperative();
    out.open_end = after.open_end;
    Append(out.steps, after.steps);
  }
  return request;
}

// "turn right, not left"
Request ContrastOfParts(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  out.form = Form::kFragment;
  Fix fix = DrawFix(rng, style);
  while (fix.open_end || !fix.part_fits) fix = DrawFix(rng, style);
  const std::size_t at = fix.wrong.rfind(fix.wrong_part);
  std::string_view pattern = Pick(rng, kContrast);
  if (at != std::string::npos && rng.Chance(0.15)) {  // "light not blue, light red"
    fix.wrong.insert(at, "not ");
    pattern = "($l, $r|$l but $f|$l, but $f|$l, $f)";
  }
  out.text =
      Expand(rng, pattern,
             {{"r", fix.right}, {"w", fix.wrong_part}, {"f", fix.right_part}, {"l", fix.wrong}});
  out.steps = fix.steps;
  request.kind = "negation/contrast";
  return request;
}

// "don't turn, just wait"
Request NotThisButThat(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  out.form = Form::kFragment;
  const Clause b = Draw(rng, style, true);
  const Clause a = DrawOther(rng, style, b, true);
  out.text = FillPair(rng, Pick(rng, kNegated), a, b);
  out.steps = b.steps;
  if (rng.Chance(0.15)) {
    const Clause c = Draw(rng, style, false);
    out.text += Expand(rng, "(, and then |. then |, then |. after that )") + c.Imperative();
    out.open_end = c.open_end;
    Append(out.steps, c.steps);
  }
  request.kind = "negation/clause";
  return request;
}

// One of a list is not to be done.
Request NotInTheMiddle(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  out.form = Form::kFragment;
  const Clause b = Draw(rng, style, true);
  const Clause a = DrawOther(rng, style, b, true);
  const Clause c = DrawOther(rng, style, a, false);
  out.text = Expand(rng, "$b(, |, but |; )(don't|do not|never) $a(, and |, just |, then |, but )$c",
                    {{"a", a.Imperative()}, {"b", b.Imperative()}, {"c", c.Imperative()}});
  out.steps = b.steps;
  Append(out.steps, c.steps);
  out.open_end = c.open_end;
  request.kind = "negation/middle";
  return request;
}

// "lower the arm, leave the gripper alone"
Request LeavingSomethingAlone(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  out.form = Form::kFragment;
  std::vector<Clause> parts = DrawSequence(rng, style, rng.Chance(0.6) ? 1 : 2, Use::kInList);
  while (parts.back().open_end) parts = DrawSequence(rng, style, 1, Use::kInList);
  const Clause joined = Joined(rng, style, parts);
  const std::string still = UntouchedText(rng, joined.steps);
  const bool participle = still.starts_with("without");
  if (parts.size() == 2 && !participle && rng.Chance(0.5)) {
    out.text = parts[0].Imperative() + ", " + still + Expand(rng, "(, and |, then |; |, but )") +
               parts[1].Imperative();
  } else if (rng.Chance(0.35) && !still.starts_with("and ") && !still.starts_with("but ") &&
             !still.starts_with("nothing") && !still.starts_with("that's")) {
    out.text = still +
               Expand(rng, participle ? "(, )" : "(, just |, |. |; |, only |, but |, instead )") +
               joined.text;
  } else {
    out.text =
        joined.text + Expand(rng, participle ? "( |, )" : "(, |, but |. |; | but | - )") + still;
    if (still.starts_with("and ") || still.starts_with("but "))
      out.text = joined.text + Expand(rng, "( |, )") + still;
  }
  out.steps = joined.steps;
  request.kind = "negation/untouched";
  return request;
}

// All is negated.
Request NothingWanted(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  out.form = Form::kFragment;
  const Clause a = Draw(rng, style, true);
  out.text = Expand(rng, Pick(rng, kOnlyNegated), {{"a", a.Imperative()}});
  if (rng.Chance(0.2)) {
    const Clause b = Draw(rng, style, true);
    out.text += Expand(rng, "( and |, and | or | and please )") + Expand(rng, "(don't|do not) ") +
                b.Imperative();
    if (out.text.find(" or d") != std::string::npos)
      out.text = "don't " + a.Imperative() + " or " + b.Imperative();
  }
  request.kind = "empty/negated";
  return request;
}

}  // namespace

Request CorrectionRequest(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 58) return FixRequest(rng, style);
  Request request;
  Clause& out = request.clause;
  const Clause a = Draw(rng, style, true);
  if (form < 76) {
    const Clause b = DrawOther(rng, style, a, false);
    std::string tail;
    do tail = Expand(rng, Pick(rng, kWholeAfter), {{"f", b.Imperative()}});
    while (b.open_end && tail.ends_with(" instead"));
    out.text = a.Imperative() + tail;
    out.steps = b.steps;
    out.open_end = b.open_end;
    request.kind = "correction/whole";
  } else if (form < 84) {
    const Clause b = DrawOther(rng, style, a, true);
    out.text = FillPair(rng, Pick(rng, kSwap), a, b);
    out.steps = b.steps;
    Append(out.steps, a.steps);
    request.kind = "correction/order";
  } else if (form < 92) {
    const Clause b = DrawOther(rng, style, a, true);
    const bool keep_first = rng.Chance(0.65);
    out.text = FillPair(rng, keep_first ? Pick(rng, kDropLast) : Pick(rng, kDropFirst), a, b);
    out.steps = keep_first ? a.steps : b.steps;
    request.kind = "correction/drop";
  } else {
    out.text = Expand(rng, Pick(rng, kCancel), {{"x", a.Imperative()}});
    out.form = Form::kFragment;
    request.kind = "empty/cancelled";
  }
  return request;
}

Request NegationRequest(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 20) return ContrastOfParts(rng, style);
  if (form < 58) return NotThisButThat(rng, style);
  if (form < 68) return NotInTheMiddle(rng, style);
  if (form < 90) return LeavingSomethingAlone(rng, style);
  return NothingWanted(rng, style);
}

}  // namespace ganglion::learn::english
