#include <algorithm>

#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_indirect.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

constexpr const char* kThen[] = {" and ",
                                 " and ",
                                 ", then ",
                                 " and then ",
                                 " then ",
                                 ", and then ",
                                 ", after that ",
                                 " and after that ",
                                 ", next ",
                                 ". then ",
                                 ". ",
                                 "; ",
                                 ", ",
                                 " and afterwards ",
                                 ". after that ",
                                 ". next, ",
                                 ", and after that ",
                                 ". afterwards ",
                                 " before ",
                                 "; then ",
                                 ". and then ",
                                 ", and when that's done, ",
                                 " and when you are done ",
                                 ". when you've done that, ",
                                 ", followed by ",
                                 ". once that is done, ",
                                 ", subsequently ",
                                 ". then please ",
                                 ", and ",
                                 " and next "};
constexpr const char* kLast[] = {" and ",
                                 " and ",
                                 ", and ",
                                 " and then ",
                                 ", and then ",
                                 " and finally ",
                                 ", and finally ",
                                 ". finally, ",
                                 ", then ",
                                 ". then ",
                                 " and lastly ",
                                 ". to finish, ",
                                 ", and last of all ",
                                 ". at the end ",
                                 " and at the end ",
                                 ", and to finish "};
constexpr const char* kSpeechGaps[] = {" ",         " and ",  " and then ",       " then ",
                                       " and ",     " then ", " and after that ", " next ",
                                       " and then "};

// Connectors that lean on what was just done; they add nothing to the plan.
constexpr const char* kAfterGoto[] = {" and there ",
                                      " and there you ",
                                      ", and when you get there, ",
                                      ", and once you are there, ",
                                      ". when you arrive, ",
                                      ". once there, ",
                                      ", and on arrival ",
                                      ", and as soon as you're there ",
                                      ". there you ",
                                      ". when you are there ",
                                      " and once you get there ",
                                      ", and there please "};
constexpr const char* kAfterFind[] = {
    ", and when you see $it, ",  " and when you have found $it, ",
    ". once you've found $it, ", ", and as soon as you see $it ",
    ". when you find $it, ",     ", and once you have spotted $it "};
constexpr const char* kAfterPick[] = {
    ", and when you have $it, ", ". once you've got $it, ", ", and as soon as you hold $it, ",
    ". when you have got hold of $it, ", " and once you have $it "};
constexpr const char* kAfterTimed[] = {
    ", and when the time is up, ", ", and when that time is over, ",
    ". when the time is over, ",   ", and once the time has passed, ",
    ". after that time, ",         " and when the $u over, ",
    ", and when the $u up, ",      ", and as soon as the $u over, "};
constexpr const char* kAfterSay[] = {", and after saying that, ", ". when you've said that, ",
                                     ", and once you have said that, ", ", and having said that, "};
constexpr const char* kAfterPhoto[] = {
    ", and when you have the picture, ", ", and once the photo is taken, ",
    ". when the picture is taken, ", ", and as soon as you have the shot, ", ". after the photo, "};
constexpr const char* kAfterMotion[] = {", and once you've done that, ",
                                        ", and when you're done with that, ",
                                        ". having done that, ",
                                        ", and as soon as that's done, ",
                                        " and then you ",
                                        ", then you ",
                                        ". then you ",
                                        ", and then please ",
                                        " and after this "};

// A connector that fits behind the step, or nothing.
std::string LeaningGap(Rng& rng, const Clause& before) {
  if (before.steps.empty()) return Pick(rng, kAfterMotion);  // A part nobody can do.
  const Step& step = before.steps.back();
  const std::string_view it = step.text.ends_with('s') ? "them" : "it";
  const bool minutes = before.text.find("minute") != std::string::npos;
  const bool one = step.value == 60 || step.seconds.value_or(0) == 60;
  const std::string_view unit = minutes ? (one ? "minute is" : "minutes are") : "seconds are";
  switch (step.kind) {
    case Step::Kind::kGoto:
      return Pick(rng, kAfterGoto);
    case Step::Kind::kFind:
      return Expand(rng, Pick(rng, kAfterFind), {{"it", it}});
    case Step::Kind::kPick:
      return Expand(rng, Pick(rng, kAfterPick), {{"it", it}});
    case Step::Kind::kWait:
      return Expand(rng, Pick(rng, kAfterTimed), {{"u", unit}});
    case Step::Kind::kFollow:
      return step.seconds ? Expand(rng, Pick(rng, kAfterTimed), {{"u", unit}}) : std::string();
    case Step::Kind::kSay:
      return Pick(rng, kAfterSay);
    case Step::Kind::kPhoto:
      return Pick(rng, kAfterPhoto);
    default:
      return Pick(rng, kAfterMotion);
  }
}

// "before" and "followed by" want the gerund behind them.
bool WantsGerund(std::string_view gap) { return gap == " before " || gap == ", followed by "; }

Clause Empty() { return {}; }

// "first A, then B, and finally C" and its relatives.
std::string Listed(Rng& rng, const Style& style, const std::vector<Clause>& clauses) {
  const std::size_t count = clauses.size();
  const bool speech = style.voice == Voice::kSpeech;
  const std::size_t form = rng.Below(10);
  std::string out;
  const auto all_with = [&](std::string_view gap, std::string_view last) {
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += i + 1 == count ? last : gap;
      out += clauses[i].Imperative();
    }
    return out;
  };
  if (style.Clipped() && form < 7) {
    const std::string gap = Expand(rng, "(, |, |. |; |, then | then | > | -> | + |, |. |, |; )");
    return all_with(gap, gap);
  }
  if (speech && form < 5)
    return all_with(Expand(rng, "( | and then | then | and )"),
                    Expand(rng, "( | and | and then | then | and finally )"));
  if (form < 3 && count > 2)
    return all_with(", ",
                    Expand(rng, "( and |, and |, then | and then | and finally |, and then )"));
  if (form == 9 && !speech && rng.Chance(0.35)) {
    const bool words = rng.Chance(0.3);
    constexpr const char* kOrdinals[] = {"first", "second", "third",   "fourth",
                                         "fifth", "sixth",  "seventh", "eighth"};
    constexpr const char* kMarks[] = {"1.", "1)", "1:", "step 1:", "step one:", "first,"};
    const std::string mark = Pick(rng, kMarks);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += Expand(rng, words ? "(, |; |. )" : "( |; |, )");
      const std::string number = std::to_string(i + 1);
      if (mark[0] == 'f')
        out += std::string(kOrdinals[i]) + ", ";
      else if (mark == "step one:")
        out += "step " + NumberWords(rng, static_cast<int>(i + 1), style) + ": ";
      else if (mark == "step 1:")
        out += "step " + number + ": ";
      else
        out += number + mark.substr(1) + " ";
      out += clauses[i].Imperative();
    }
    return out;
  }
  if (form > 6 && rng.Chance(0.3))
    out = Expand(rng, "(first |first, |first of all, |to begin with, |start by |first )");
  const bool gerund = out == "start by ";
  for (std::size_t i = 0; i < count; ++i) {
    const bool imperative = clauses[i].form == Form::kImperative;
    if (i == 0) {
      if (gerund && !imperative) out.clear();
      out += gerund && imperative ? clauses[i].Gerund() : clauses[i].Imperative();
      continue;
    }
    std::string gap = speech           ? Pick(rng, kSpeechGaps)
                      : i + 1 == count ? Pick(rng, kLast)
                                       : Pick(rng, kThen);
    if (imperative && clauses[i - 1].form == Form::kImperative && rng.Chance(0.15)) {
      const std::string leaning = LeaningGap(rng, clauses[i - 1]);
      if (!leaning.empty()) gap = leaning;
    }
    if (WantsGerund(gap) && (!imperative || (gap == " before " && i > 1))) gap = ", then ";
    out += gap;
    out += WantsGerund(gap) ? clauses[i].Gerund() : clauses[i].Imperative();
  }
  return out;
}

// Two clauses in ways that name the order by words: before, after, once, until. `a` comes first in
// the plan. $a imperative, $aing gerund, $aed participle.
constexpr const char* kInOrder[] = {"after $aing, $b",
                                    "after $aing $b",
                                    "once you have $aed, $b",
                                    "once you've $aed, $b",
                                    "when you have $aed, $b",
                                    "as soon as you have $aed, $b",
                                    "after you've $aed, $b",
                                    "after you have $aed $b",
                                    "having $aed, $b",
                                    "before $bing, $a",
                                    "before you $b, $a",
                                    "before you $b, please $a",
                                    "before $bing $a",
                                    "$a before you $b",
                                    "$a before $bing",
                                    "$a first, then $b",
                                    "$a first and then $b",
                                    "$a first, and only then $b",
                                    "first $a, only then $b",
                                    "when you're done $aing, $b",
                                    "as soon as you are done $aing, $b",
                                    "start by $aing, then $b",
                                    "begin by $aing and then $b",
                                    "$a and when you've done that $b",
                                    "$a, and once that's done $b",
                                    "$a; when finished, $b",
                                    "don't $b before you have $aed",
                                    "don't $b until you have $aed",
                                    "do not $b until you've $aed",
                                    "wait with $bing until you have $aed",
                                    "$a, and only after that $b",
                                    "$a, and only then $b",
                                    "before you $b you should $a",
                                    "before you $b you have to $a first",
                                    "before you $b, first $a",
                                    "prior to $bing, $a",
                                    "you can $b once you have $aed",
                                    "you may $b after you have $aed",
                                    "only $b after you've $aed",
                                    "only when you have $aed may you $b",
                                    "not until you have $aed should you $b",
                                    "immediately after $aing, $b",
                                    "right after $aing, $b",
                                    "shortly before $bing, $a",
                                    "$a so that you can then $b",
                                    "the first thing is to $a, the second is to $b",
                                    "$aing comes first, then $bing",
                                    "$aing comes first, and you $b only after that",
                                    "first comes $aing, then $bing",

                                    "now $a, later $b"};
constexpr const char* kInverted[] = {"$b, but only after you have $aed",
                                     "$b after $aing",
                                     "$b after you've $aed",
                                     "$b, but first $a",
                                     "$b, but $a first",
                                     "$b, but before that, $a",
                                     "$b, but before you do, $a",
                                     "$b once you have $aed",
                                     "$b once you've $aed",
                                     "$b when you have $aed",
                                     "$b as soon as you have $aed",
                                     "$b, but not before you have $aed",
                                     "$b, but not until you have $aed",
                                     "$b only after $aing",
                                     "$b only once you've $aed",
                                     "$b, though first you must $a",
                                     "$b, but beforehand $a",
                                     "$b, but before doing so $a",
                                     "$b after you have $aed",
                                     "$b; before that, $a",
                                     "$b. but first, $a",
                                     "$b. before you do that, $a",
                                     "$b immediately after $aing",
                                     "you should $b, but only once you have $aed",
                                     "i want you to $b, but first $a",
                                     "$b - but $a first",
                                     "$b, having first $aed",
                                     "$b, after first $aing"};

std::string Ordered(Rng& rng, const Clause& a, const Clause& b) {
  const char* frame = b.open_end || rng.Chance(0.6) ? Pick(rng, kInOrder) : Pick(rng, kInverted);
  return Expand(rng, frame,
                {{"a", a.Imperative()},
                 {"aing", a.Gerund()},
                 {"aed", a.Participle()},
                 {"b", b.Imperative()},
                 {"bing", b.Gerund()}});
}

// The picture as a noun: "the photo first, then turn around".
std::string PictureFirst(Rng& rng, const Clause& then) {
  return Expand(
      rng,
      "(the $n comes first, and you $b only after that|first the $n, then $b|the $n first, then "
      "$b|the $n comes first, then you $b|start with a $n, then $b|begin with a $n and then $b|a "
      "$n first, and only then $b|"
      "$b, but the $n comes first|$b, but first a $n|$b, but only after the $n|after the $n, "
      "$b|before you $b i want a $n|i want a $n first, then $b|once the $n is taken, $b|as soon as "
      "you have the $n, $b|first comes the $n, and then you $b|before $bing there has to be a $n)",
      {{"n", Expand(rng, "(photo|picture|snapshot|photograph|picture)")},
       {"b", then.Imperative()},
       {"bing", then.Gerund()}});
}

// The skill that follows well on what has been done.
Skill NextSkill(Rng& rng, const Scene& scene) {
  if (scene.holding && rng.Chance(0.45)) return Skill::kPlace;
  if (scene.thing && !scene.holding && rng.Chance(0.4)) {
    constexpr Skill kWithThing[] = {Skill::kPick, Skill::kPick, Skill::kPhoto, Skill::kGoto,
                                    Skill::kFollow};
    return Pick(rng, kWithThing);
  }
  Skill skill = DrawSkill(rng);
  while (skill == Skill::kStop) skill = DrawSkill(rng);
  return skill;
}

}  // namespace

void Append(std::vector<Step>& steps, const std::vector<Step>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

std::vector<Clause> DrawSequence(Rng& rng, const Style& style, std::size_t count, Use use) {
  Scene scene;
  std::vector<Clause> clauses;
  Skill before = Skill::kStop;
  while (clauses.size() < count) {
    const bool last = clauses.size() + 1 == count;
    if (use == Use::kInList && rng.Chance(0.04)) {
      clauses.push_back(EllipticClause(rng, style));
      continue;
    }
    Skill skill = last && rng.Chance(0.06) ? Skill::kStop : NextSkill(rng, scene);
    if (skill == before &&
        (skill == Skill::kWait || skill == Skill::kGrip || skill == Skill::kPick))
      continue;
    before = skill;
    clauses.push_back(DrawClause(rng, style, skill, use, &scene));
    const bool plain = skill == Skill::kTurn || skill == Skill::kDrive || skill == Skill::kLook;
    Clause& latest = clauses.back();
    if (plain && clauses.size() > 1 && latest.form == Form::kImperative && rng.Chance(0.04))
      latest.text += " again";
    if (clauses.back().open_end && !last) clauses.pop_back();
  }
  return clauses;
}

Clause Joined(Rng& rng, const Style& style, const std::vector<Clause>& clauses) {
  Clause joined = Empty();
  for (const Clause& clause : clauses) Append(joined.steps, clause.steps);
  joined.text = Listed(rng, style, clauses);
  joined.open_end = clauses.back().open_end;
  if (clauses.front().form != Form::kImperative) joined.form = clauses.front().form;
  if (joined.text.starts_with("first") || joined.text.starts_with("to begin") ||
      joined.text.starts_with("step") || joined.text[0] == '1' || joined.text[0] == '(') {
    joined.form = Form::kFragment;
  }
  return joined;
}

Request SingleRequest(Rng& rng, const Style& style) {
  Request request;
  const Skill skill = DrawSkill(rng);
  request.kind = std::string("single/") + Name(skill);
  const bool foreign = style.voice == Voice::kNonnative && rng.Chance(0.5);
  if (foreign || (!style.Clipped() && rng.Chance(0.12))) {
    const std::optional<Clause> other =
        foreign ? NonnativeClause(rng, style, skill) : IndirectClause(rng, style, skill);
    if (other) {
      request.clause = *other;
      return request;
    }
  }
  request.clause = DrawClause(rng, style, skill, Use::kAlone, nullptr);
  request.one_verb = true;
  return request;
}

Request CompoundRequest(Rng& rng, const Style& style) {
  Request request;
  const std::size_t form = rng.Below(100);
  if (form < 34 && !style.Clipped()) {
    std::vector<Clause> pair = DrawSequence(rng, style, 2, Use::kInFrame);
    const bool there = pair[1].text.ends_with(" there");
    if (there) pair = DrawSequence(rng, style, 2, Use::kInFrame);
    request.kind = "compound/order";
    Clause& out = request.clause;
    const bool pictured = pair[0].steps.back().kind == Step::Kind::kPhoto && rng.Chance(0.4);
    out.text = pictured ? PictureFirst(rng, pair[1]) : Ordered(rng, pair[0], pair[1]);
    out.open_end = pair[1].open_end;
    Append(out.steps, pair[0].steps);
    Append(out.steps, pair[1].steps);
    out.form = Form::kFragment;
    if (!out.open_end && rng.Chance(0.15)) {
      const Clause third = DrawClause(rng, style, DrawSkill(rng), Use::kInFrame, nullptr);
      out.text += Expand(rng, "(, and then | and then |. then |, then |. after that |. finally )") +
                  third.Imperative();
      out.open_end = third.open_end;
      Append(out.steps, third.steps);
    }
    return request;
  }
  constexpr std::size_t kCounts[] = {2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 8};
  const std::size_t count = Pick(rng, kCounts);
  request.clause = Joined(rng, style, DrawSequence(rng, style, count, Use::kInList));
  request.kind = "compound/list";
  if (rng.Chance(style.Clipped() ? 0.12 : 0.02)) {
    request.clause.text = Expand(rng,
                                 "(routine|sequence|test|self "
                                 "test|patrol|demo|check|job|task|program|mission|procedure|warm-"
                                 "up|signal test|inspection|order): ") +
                          request.clause.text;
    request.clause.form = Form::kFragment;
  }
  return request;
}

}  // namespace ganglion::learn::english
