// Corrections, cancellations and negations.
#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_fix.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

// Behind what was said first; $f is the part that replaces its like, $w the part it replaces.
constexpr const char* kPartAfter[] = {", no, $f",
                                      ", no, $f",
                                      ", no wait, $f",
                                      "... no, $f",
                                      ", sorry, $f",
                                      ", i mean $f",
                                      ", i meant $f",
                                      ", er, $f",
                                      ", uh, no, $f",
                                      ", make that $f",
                                      ", actually $f",
                                      ", or rather $f",
                                      ", wait, $f",
                                      ". oops, i meant $f",
                                      ", correction, $f",
                                      ", scratch that, $f",
                                      ", no no, $f",
                                      ", hang on, $f",
                                      ", sorry, i meant $f",
                                      "... i mean $f",
                                      " - no, $f",
                                      ", no, make it $f",
                                      ", wait, no, $f",
                                      ", no, not $w, $f",
                                      ", not $w, $f",
                                      ", no, i said $f",
                                      ", oh no, $f",
                                      ", ah no, $f",
                                      ", excuse me, $f",
                                      "... sorry, $f",
                                      ", no, sorry, $f",
                                      ". no, $f",
                                      ". wait, $f",
                                      ". make that $f",
                                      ". i mean $f",
                                      ". correction: $f",
                                      ". sorry, $f",
                                      ". no, make it $f",
                                      ", oops, $f",
                                      ", rather $f",
                                      ", well, actually $f",
                                      ", hmm, no, $f",
                                      ", my mistake, $f",
                                      ", i meant to say $f",
                                      ", better $f",
                                      ". better make it $f",
                                      ", no, better $f",
                                      ", let's say $f",
                                      ". actually, make it $f",
                                      ", no hold on, $f",
                                      "... or no, $f",
                                      ", er no, i meant $f",
                                      ". i meant $f, sorry",
                                      ", no, i meant $f",
                                      ", nope, $f",
                                      ". change that to $f",
                                      ". i said $w but i meant $f",
                                      ", uh, i mean $f",
                                      ", um no $f",
                                      "... wait no $f"};
// $f is the whole clause again.
constexpr const char* kWholeAfter[] = {", no, $f",
                                       "... no wait, i meant $f",
                                       ", no wait, $f",
                                       "... oh no, $f",
                                       ". actually, $f",
                                       ". actually, $f instead",
                                       ". scratch that, $f",
                                       ". forget that, $f",
                                       ". on second thought, $f",
                                       ". i changed my mind, $f",
                                       ", wait, no, $f",
                                       " - oh no wait, not that, $f",
                                       ". no, i mean $f",
                                       ". correction: $f",
                                       ". cancel that, $f",
                                       ". let me rephrase: $f",
                                       ". never mind that, $f",
                                       ". no, $f",
                                       ", sorry, $f",
                                       ", i mean $f",
                                       ", or rather $f",
                                       "... sorry, i meant $f",
                                       ". wait, $f instead",
                                       ". no, don't do that, $f",
                                       ". hold on, better $f",
                                       ", no, better $f",
                                       ", hmm, rather $f",
                                       ". oops, wrong, $f",
                                       ". that's wrong, $f",
                                       ", no no, $f",
                                       ". strike that, $f",
                                       ". ignore that and $f",
                                       ". disregard that, $f",
                                       ". sorry, my mistake, $f",
                                       ", ah no, $f",
                                       ". i've changed my mind. $f",
                                       "... actually no, $f",
                                       ". oh dear, i mean $f",
                                       "... excuse me, i wanted to say $f",
                                       ". forget it, $f",
                                       ", uh no, $f instead",
                                       ". instead, $f",
                                       ". no, let's do this instead: $f",
                                       ". wait, wait, $f",
                                       ", er, i mean, $f"};
constexpr const char* kCancel[] = {"$x, never mind",
                                   "$x. never mind",
                                   "$x... no, forget it",
                                   "$x. cancel that",
                                   "$x. actually, don't",
                                   "$x - no, don't",
                                   "$x. scratch that",
                                   "$x. forget it",
                                   "$x. no, leave it",
                                   "$x, no, stay as you are",
                                   "$x. on second thought, don't",
                                   "$x. never mind, it's fine",
                                   "$x. cancel",
                                   "$x... actually never mind",
                                   "$x. oh, forget what i said",
                                   "$x, ah no, forget it",
                                   "$x. no wait, don't do anything",
                                   "$x. sorry, that was a mistake, do nothing",
                                   "$x. ignore that",
                                   "$x. disregard that",
                                   "$x. changed my mind, don't",
                                   "$x. no, it's not needed any more",
                                   "$x... no, don't do that",
                                   "$x. wait, no, forget the whole thing",
                                   "$x. hmm, better not",
                                   "$x, or better not",
                                   "$x. no, leave it be",
                                   "$x. sorry, wrong robot, ignore that",
                                   "$x. belay that",
                                   "cancel that: $x"};
constexpr const char* kSwap[] = {"first $a, then $b, no, the other way round",
                                 "$a and then $b, no wait, the other way round",
                                 "$a, then $b. no, other order: first $b, then $a",
                                 "first $a and then $b... no, other way around",
                                 "$a and $b. wait, reverse the order",
                                 "first $a and then $b, sorry, first $b and then $a",
                                 "$a, then $b - no, $b first, then $a",
                                 "$a and then $b. no, swap those two",
                                 "$a, then $b. actually the other way round: $b, then $a",
                                 "first $a, then $b. no, do it in the opposite order",
                                 "$a and then $b... excuse me, other order: first $b and then $a",
                                 "$a and $b, but the other way round",
                                 "$a then $b, no, do the second one first",
                                 "first $a then $b. sorry, wrong order, first $b then $a",
                                 "$a, then $b. no wait, reverse that order"};
constexpr const char* kDropLast[] = {
    "$a, then $b. no, skip the last part",    "$a and then $b, no, don't $b",
    "$a and $b. actually, just $a",           "$a, then $b. actually, leave out the last part",
    "$a and $b, no, forget the second part",  "$a and then $b... no, only $a",
    "$a and $b. on second thought, don't $b", "$a, then $b, or no, just $a",
    "$a and $b. no wait, don't $b",           "$a and $b... scratch the second one",
    "$a, $b. cancel the second step",         "$a and then $b. no, skip $bing"};
constexpr const char* kDropFirst[] = {"$a and then $b. no, skip the first part",
                                      "$a and $b. actually, just $b",
                                      "$a, then $b, no, don't $a, only $b",
                                      "$a and $b. forget the first part",
                                      "$a and $b... no, only $b",
                                      "$a, then $b. wait, leave out $aing",
                                      "$a and then $b. on second thought, don't $a"};

// $a must not be done, $b is.
constexpr const char* kNegated[] = {"don't $a, just $b",
                                    "don't $a, $b",
                                    "do not $a, $b",
                                    "do not $a but $b",
                                    "don't $a, only $b",
                                    "don't $a, $b instead",
                                    "do not $a just $b",
                                    "instead of $aing, $b",
                                    "$b instead of $aing",
                                    "$b, don't $a",
                                    "$b without $aing",
                                    "no need to $a, just $b",
                                    "rather than $a, $b",
                                    "rather than $aing, $b",
                                    "$b rather than $aing",
                                    "i don't want you to $a, i want you to $b",
                                    "you needn't $a, just $b",
                                    "you don't need to $a, just $b",
                                    "you don't have to $a, $b",
                                    "forget about $aing, $b",
                                    "$b, but don't $a",
                                    "$b but do not $a",
                                    "$b and don't $a",
                                    "never mind $aing, $b",
                                    "please don't $a, please $b",
                                    "no $aing, just $b",
                                    "without $aing, $b",
                                    "you shouldn't $a, you should $b",
                                    "you must not $a, you must $b",
                                    "not $aing, just $b please",
                                    "i didn't say $a, i said $b",
                                    "i'd rather you didn't $a, just $b",
                                    "don't bother to $a, just $b",
                                    "don't bother $aing, just $b",
                                    "it's not necessary to $a, just $b",
                                    "there is no need to $a, $b",
                                    "$b, no need to $a",
                                    "$b; do not $a",
                                    "avoid $aing, $b",
                                    "you are not supposed to $a, you are supposed to $b",
                                    "not $a, $b",
                                    "just $b, don't $a",
                                    "simply $b, do not $a",
                                    "only $b, no $aing",
                                    "$b. don't $a",
                                    "don't $a. $b",
                                    "do not $a. $b",
                                    "don't you dare $a, $b",
                                    "skip $aing and $b",
                                    "this time don't $a, $b",
                                    "today you don't $a, you $b",
                                    "please $b, but without $aing",
                                    "you can $b but you must not $a",
                                    "$b, you needn't $a",
                                    "under no circumstances $a, just $b"};
constexpr const char* kOnlyNegated[] = {"don't $a",
                                        "do not $a",
                                        "please don't $a",
                                        "please do not $a",
                                        "you don't have to $a",
                                        "you needn't $a",
                                        "no need to $a",
                                        "don't $a please",
                                        "i don't want you to $a",
                                        "never $a",
                                        "don't you $a",
                                        "you must not $a",
                                        "don't $a, okay",
                                        "i'd rather you didn't $a",
                                        "don't $a yet",
                                        "you shouldn't $a",
                                        "there's no need to $a",
                                        "hey, don't $a",
                                        "no, don't $a",
                                        "don't $a now",
                                        "you mustn't $a"};
// Contrasts of one part: $f is meant, $w is not; $r and $l are the whole clauses.
constexpr const char* kContrast[] = {
    "$r, not $w",         "not $w, $r",
    "$r, not $w",         "don't $l, $r",
    "$l? no, $r",         "not $w but $f: $r",
    "i said $r, not $w",  "$r and not $w",
    "$r instead of $w",   "not $l, $r",
    "$r rather than $w",  "i don't want you to $l, i want you to $r",
    "don't $l but $r",    "i want you to $r, not $w",
    "do not $l, $r",      "you should $r and not $w",
    "$r please, not $w",  "$r, definitely not $w",
    "you must $r, not $w"};

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
     "(leave the gripper alone|don't touch the gripper|do not touch the gripper setting|keep the "
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
     "(don't pick anything up|leave it where it is|don't touch it|do not pick it up|don't pick "
     "anything up|leave it there|without touching anything|don't touch anything)"},
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
  if (fix.part_fits && rng.Chance(0.62)) {
    tail = Expand(rng, Pick(rng, kPartAfter), {{"f", fix.right_part}, {"w", fix.wrong_part}});
  } else {
    tail = Expand(rng, Pick(rng, kWholeAfter), {{"f", fix.right}});
  }
  out.text = fix.wrong + tail;
  out.steps = fix.steps;
  // Behind the words "instead" or "sorry" an open text would swallow them.
  out.open_end = fix.open_end;
  if (fix.open_end && (tail.ends_with(" instead") || tail.ends_with("sorry")))
    out.text = fix.wrong + ", no, " + fix.right;
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
  Request request;
  Clause& out = request.clause;
  const std::size_t form = rng.Below(100);
  out.form = Form::kFragment;
  if (form < 20) {
    Fix fix = DrawFix(rng, style);
    while (fix.open_end || !fix.part_fits) fix = DrawFix(rng, style);
    out.text =
        Expand(rng, Pick(rng, kContrast),
               {{"r", fix.right}, {"w", fix.wrong_part}, {"f", fix.right_part}, {"l", fix.wrong}});
    out.steps = fix.steps;
    request.kind = "negation/contrast";
    return request;
  }
  if (form < 58) {
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
  if (form < 68) {  // One of a list is not to be done.
    const Clause b = Draw(rng, style, true);
    const Clause a = DrawOther(rng, style, b, true);
    const Clause c = DrawOther(rng, style, a, false);
    out.text =
        Expand(rng, "$b(, |, but |; )(don't|do not|never) $a(, and |, just |, then |, but )$c",
               {{"a", a.Imperative()}, {"b", b.Imperative()}, {"c", c.Imperative()}});
    out.steps = b.steps;
    Append(out.steps, c.steps);
    out.open_end = c.open_end;
    request.kind = "negation/middle";
    return request;
  }
  if (form < 90) {
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

}  // namespace ganglion::learn::english
