// The skills that name a target or spoken words.
#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_errand_tables.h"
#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_sayings.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

constexpr std::size_t kLongestTarget = 70;

Target Fresh(Rng& rng, const Style& style, Target (*draw)(Rng&, const Style&)) {
  for (;;) {
    Target target = draw(rng, style);
    if (target.plan.size() <= kLongestTarget) return target;
  }
}

// A pronoun for something named before, or something new.
Target PronounOr(Rng& rng, const Style& style, Scene* scene, double share,
                 Target (*draw)(Rng&, const Style&)) {
  if (scene != nullptr && scene->thing && rng.Chance(share)) {
    return {scene->thing->pronoun, scene->thing->plan, scene->thing->pronoun};
  }
  return Fresh(rng, style, draw);
}

Clause Make(std::string text, Step step, Form form = Form::kImperative) {
  Clause clause;
  clause.text = Tidy(text);
  clause.steps = {std::move(step)};
  clause.form = form;
  return clause;
}

// A manner word may lead or end; these skills have no field for it.
void AddIdleManner(Rng& rng, Clause& clause) {
  if (clause.form != Form::kImperative || !rng.Chance(0.05)) return;
  const std::string word = Expand(rng, "(slowly|gently|carefully|quickly)");
  if (rng.Chance(0.5))
    clause.adverb = word;
  else
    clause.text += " " + word;
}

void NoteThing(Scene* scene, const Target& target) {
  if (scene != nullptr) scene->thing = target;
}

std::string Audience(Rng& rng) {
  return Expand(
      rng, kAudience[0],
      {{"p", Pick(rng, People())}, {"n", Pick(rng, Names())}, {"r", Pick(rng, Relatives())}});
}

// A pattern of free speech. Some begin with no verb and cannot be bent into a frame.
struct SayPattern {
  const char* text;
  Form form;
};

SayPattern DrawSayPattern(Rng& rng, Use use) {
  constexpr std::string_view kVerbless[] = {"just ",  "now ",  "please ", "voice",
                                            "speech", "audio", "text ",   "loudspeaker"};
  for (;;) {
    const char* pattern = Pick(rng, kSayFree);
    bool verbless = false;
    for (std::string_view start : kVerbless)
      verbless = verbless || std::string_view(pattern).starts_with(start);
    if (!verbless) return {pattern, Form::kImperative};
    if (use != Use::kInFrame) return {pattern, Form::kFragment};
  }
}

std::string InQuotes(Rng& rng, const std::string& words) {
  const bool apostrophe = words.find('\'') != std::string::npos;
  if (!apostrophe && rng.Chance(0.3)) return "'" + words + "'";
  return "\"" + words + "\"";
}

}  // namespace

Clause GotoClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  if (rng.Chance(0.07)) {
    if (scene != nullptr) scene->place.reset();
    return Make(Pick(rng, kGotoMe), Goto("me"));
  }
  if (rng.Chance(0.01))
    return Make(Expand(rng, "(go home|drive home|go back home|return home)"), Goto("home"));
  Target target;
  if (scene != nullptr && scene->thing && rng.Chance(0.3)) {
    target = {scene->thing->pronoun, scene->thing->plan, scene->thing->pronoun};
    return Make(Expand(rng, Pick(rng, kGotoBack), {{"t", target.said}}), Goto(target.plan));
  }
  target = Fresh(rng, style, DrawPlace);
  if (scene != nullptr) scene->place = target;
  if (use != Use::kInFrame && rng.Chance(style.Clipped() ? 0.3 : 0.02)) {
    return Make(Expand(rng, Pick(rng, kGotoFragment), {{"t", target.said}}), Goto(target.plan),
                Form::kFragment);
  }
  if (use == Use::kAlone && rng.Chance(0.06)) {
    return Make(
        Expand(rng,
               "(i'd like to have you in $t|i need you in $t|you are needed in $t|i want you by "
               "$t|they want you in $t|we need you at $t|over to $t with you|back to $t with "
               "you|i'd like to have you at $t|i'd like you at $t|i need you at $t|you are "
               "needed at $t|you should be at $t|i want you at $t|$t is where you should "
               "go|i'd like you over at $t|you're wanted at $t|"
               "your next stop is $t|$t is where i want you|your place is at $t, go "
               "there|i would like to see you at $t|i'm at $t, meet me there|your next "
               "destination is $t|they need you over at $t|"
               "i'd prefer to have you around at $t|it would be good to have you at $t)",
               {{"t", target.said}}),
        Goto(target.plan), Form::kSentence);
  }
  const bool room = target.plan.ends_with("room") || target.plan.ends_with("kitchen") ||
                    target.plan.ends_with("hall") || target.plan.ends_with("garage") ||
                    target.plan.ends_with("office") || target.plan.ends_with("lobby");
  Clause clause = Make(Expand(rng, room && rng.Chance(0.25) ? Pick(rng, kInto) : Pick(rng, kGoto),
                              {{"t", target.said}}),
                       Goto(target.plan));
  if (style.voice == Voice::kNonnative && rng.Chance(0.3)) {
    clause = Make(Expand(rng,
                         "(drive until|go until|drive till|go at|go by|drive in direction of|go in "
                         "direction to|come until) $t",
                         {{"t", target.said}}),
                  Goto(target.plan));
  }
  AddIdleManner(rng, clause);
  return clause;
}

Clause FindClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  const Target target = Fresh(rng, style, DrawAnything);
  NoteThing(scene, target);
  if (use != Use::kInFrame && style.Clipped() && rng.Chance(0.3)) {
    return Make(Expand(rng, Pick(rng, kFindFragment), {{"t", target.said}}), Find(target.plan),
                Form::kFragment);
  }
  if (use == Use::kAlone && rng.Chance(0.15)) {
    return Make(Expand(rng, Pick(rng, kFindSentence), {{"t", target.said}, {"p", target.pronoun}}),
                Find(target.plan), Form::kSentence);
  }
  Clause clause = Make(Expand(rng, Pick(rng, kFind), {{"t", target.said}}), Find(target.plan));
  AddIdleManner(rng, clause);
  return clause;
}

Clause PickClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  const Target target = PronounOr(rng, style, scene, 0.7, DrawThing);
  const bool pronoun = target.said == target.pronoun;
  NoteThing(scene, target);
  if (scene != nullptr) scene->holding = true;
  if (!pronoun && use != Use::kInFrame && style.Clipped() && rng.Chance(0.25)) {
    return Make(Expand(rng, Pick(rng, kPickFragment), {{"t", target.said}}), Pick(target.plan),
                Form::kFragment);
  }
  if (!pronoun && use == Use::kAlone && rng.Chance(0.12)) {
    return Make(Expand(rng, Pick(rng, kPickSentence), {{"t", target.said}, {"p", target.pronoun}}),
                Pick(target.plan), Form::kSentence);
  }
  const char* pattern = Pick(rng, kPick);
  const std::string_view view = pattern;
  const bool verb_last = view.ends_with(" up $t") || view == "take up $t";
  if (pronoun && verb_last) pattern = "pick $t up";
  Clause clause = Make(Expand(rng, pattern, {{"t", target.said}}), Pick(target.plan));
  AddIdleManner(rng, clause);
  return clause;
}

Clause PlaceClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  Target target = Fresh(rng, style, DrawSurface);
  std::string object = Expand(rng, Pick(rng, kHeld));
  if (scene != nullptr && scene->thing && scene->holding) {
    object = rng.Chance(0.8) ? scene->thing->pronoun : "the " + scene->thing->plan;
    if (object.size() > 30) object = "it";
    scene->holding = false;
  } else if (rng.Chance(0.2)) {
    object = "the " + std::string(Pick(rng, SmallThings())) +
             Expand(rng,
                    " (you are holding|you're holding|in your gripper|in your hand|you have picked "
                    "up|that you are holding)");
  }
  const std::string on = Expand(rng, "(on|on|in|into|onto|on|in|on|inside|at|on top of)");
  if (scene != nullptr && scene->place && rng.Chance(0.2)) {
    const Target place = *scene->place;
    return Make(
        Expand(rng, "(put|leave|place|drop|put down) $o there", {{"o", object}}).replace(0, 0, ""),
        Place(place.plan));
  }
  if (use != Use::kInFrame && style.Clipped() && rng.Chance(0.25)) {
    return Make(Expand(rng, Pick(rng, kPlaceFragment), {{"t", target.said}, {"on", on}}),
                Place(target.plan), Form::kFragment);
  }
  if (use == Use::kAlone && rng.Chance(0.06)) {
    return Make(Expand(rng, Pick(rng, kPlaceSentence),
                       {{"o", object}, {"p", "it"}, {"t", target.said}, {"on", on}}),
                Place(target.plan), Form::kSentence);
  }
  Clause clause =
      Make(Expand(rng, Pick(rng, kPlace), {{"o", object}, {"t", target.said}, {"on", on}}),
           Place(target.plan));
  AddIdleManner(rng, clause);
  return clause;
}

Clause FollowClause(Rng& rng, const Style& style, Use use, Scene* scene) {
  const Target target = PronounOr(rng, style, scene, 0.6, DrawLeader);
  const bool me = target.plan == "me";
  if (!me && target.said != target.pronoun) NoteThing(scene, target);
  std::optional<double> seconds;
  std::string time;
  if (rng.Chance(0.45)) {
    const Quantity amount = DrawSeconds(rng, style);
    seconds = amount.value;
    time = " for " + amount.said;
    if (style.Clipped() && rng.Chance(0.5)) time = Expand(rng, "(, | )") + amount.said;
    if (!style.Clipped() && rng.Chance(0.05))
      time = Expand(rng, " (for exactly|for about|for the next|during) ") + amount.said;
  }
  if (use != Use::kInFrame && style.Clipped() && rng.Chance(0.3)) {
    return Make(Expand(rng, Pick(rng, kFollowFragment), {{"t", target.said}}) + time,
                Follow(target.plan, seconds), Form::kFragment);
  }
  if (use == Use::kAlone && !me && rng.Chance(0.06)) {
    return Make(
        Expand(rng,
               "(i want you to stay behind $t|i'd like you to keep following $t|you should follow "
               "$t|$t should be followed|don't lose sight of $t, follow $p|$t is leaving, follow "
               "$p|$t is getting away, follow $p|stay with $t, keep following $p)",
               {{"t", target.said}, {"p", target.pronoun}}) +
            time,
        Follow(target.plan, seconds), Form::kSentence);
  }
  Clause clause = Make(me ? std::string(Pick(rng, kFollowMe))
                          : Expand(rng, Pick(rng, kFollow), {{"t", target.said}}),
                       Follow(target.plan, seconds));
  AddIdleManner(rng, clause);
  clause.text += time;
  return clause;
}

Clause SayClause(Rng& rng, const Style& style, Use use) {
  const bool last = use == Use::kAlone;
  const std::size_t form = rng.Below(100);
  const bool may_quote = style.voice != Voice::kSpeech;
  Clause clause;
  if (form < 30 || (!last && form < 50)) {  // A short call, its end clear by itself.
    std::string words = DrawShortSaying(rng);
    clause =
        rng.Chance(0.35)
            ? Make(Expand(rng, Pick(rng, kSayTo), {{"w", words}, {"a", Audience(rng)}}), Say(words))
            : Make(Expand(rng,
                          "(say|say|say|say|shout|call out|whisper|say out loud|say the "
                          "words|announce) $w",
                          {{"w", words}}),
                   Say(words));
    clause.open_end = false;
    return clause;
  }
  if (may_quote && (form < 70 || !last)) {
    std::string words = DrawSaying(rng);
    if (rng.Chance(0.04))
      words =
          Expand(rng,
                 "(turn left|go to the kitchen|drive forward|stop right there|take a photo|lights "
                 "off|follow me|wait a moment|pick it up|look up|open the gripper|come to me)");
    if (rng.Chance(0.4)) words = Capitalized(words);
    if (rng.Chance(0.2)) words += Expand(rng, "(!|.|?|!)");
    const std::string quoted = InQuotes(rng, words);
    if (rng.Chance(0.35))
      return Make(Expand(rng, Pick(rng, kSayQuoteTo), {{"w", quoted}, {"a", Audience(rng)}}),
                  Say(words));
    const SayPattern pattern = DrawSayPattern(rng, use);
    return Make(Expand(rng, pattern.text, {{"w", quoted}}), Say(words), pattern.form);
  }
  if (form < 85) {
    const std::string words = DrawNews(rng);
    clause =
        Make(Expand(rng, Pick(rng, kSayThat), {{"w", words}, {"a", Audience(rng)}}), Say(words));
  } else {
    std::string words = DrawSaying(rng);
    const SayPattern pattern = DrawSayPattern(rng, use);
    clause = Make(Expand(rng, pattern.text, {{"w", words}}), Say(words), pattern.form);
  }
  clause.open_end = true;
  return clause;
}

const char* Name(Skill skill) {
  constexpr const char* kNames[] = {"drive", "turn",  "look", "grip",  "arm",
                                    "goto",  "find",  "pick", "place", "follow",
                                    "photo", "light", "say",  "wait",  "stop"};
  return kNames[static_cast<std::size_t>(skill)];
}

Clause DrawClause(Rng& rng, const Style& style, Skill skill, Use use, Scene* scene) {
  switch (skill) {
    case Skill::kDrive:
      return DriveClause(rng, style, use);
    case Skill::kTurn:
      return TurnClause(rng, style, use);
    case Skill::kLook:
      return LookClause(rng, style, use);
    case Skill::kGrip:
      return GripClause(rng, style, use);
    case Skill::kArm:
      return ArmClause(rng, style, use);
    case Skill::kGoto:
      return GotoClause(rng, style, use, scene);
    case Skill::kFind:
      return FindClause(rng, style, use, scene);
    case Skill::kPick:
      return PickClause(rng, style, use, scene);
    case Skill::kPlace:
      return PlaceClause(rng, style, use, scene);
    case Skill::kFollow:
      return FollowClause(rng, style, use, scene);
    case Skill::kPhoto:
      return PhotoClause(rng, style, use, scene);
    case Skill::kLight:
      return LightClause(rng, style, use);
    case Skill::kSay:
      return SayClause(rng, style, use);
    case Skill::kWait:
      return WaitClause(rng, style, use);
    case Skill::kStop:
      return StopClause(rng, style, use);
  }
  return {};
}

Skill DrawSkill(Rng& rng) {
  constexpr Skill kShares[] = {
      Skill::kDrive, Skill::kDrive, Skill::kDrive,  Skill::kDrive,  Skill::kDrive, Skill::kTurn,
      Skill::kTurn,  Skill::kTurn,  Skill::kTurn,   Skill::kTurn,   Skill::kLook,  Skill::kLook,
      Skill::kLook,  Skill::kGrip,  Skill::kGrip,   Skill::kArm,    Skill::kArm,   Skill::kGoto,
      Skill::kGoto,  Skill::kGoto,  Skill::kGoto,   Skill::kFind,   Skill::kFind,  Skill::kPick,
      Skill::kPick,  Skill::kPlace, Skill::kFollow, Skill::kFollow, Skill::kPhoto, Skill::kPhoto,
      Skill::kLight, Skill::kLight, Skill::kLight,  Skill::kSay,    Skill::kSay,   Skill::kSay,
      Skill::kWait,  Skill::kWait,  Skill::kWait,   Skill::kStop};
  return Pick(rng, kShares);
}

}  // namespace ganglion::learn::english
