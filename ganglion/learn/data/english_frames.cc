#include "ganglion/learn/data/english_frames.h"

#include "ganglion/learn/data/english_frame_tables.h"
#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

std::string Somebody(Rng& rng) {
  const std::size_t form = rng.Below(10);
  if (form < 4) return std::string(Pick(rng, Names()));
  if (form < 6) return std::string(Pick(rng, Relatives()));
  return Expand(rng, "(the|the|my|a|our) ") + std::string(Pick(rng, People()));
}

std::string FillReason(Rng& rng, std::string_view pattern) {
  return Expand(
      rng, pattern,
      {{"n", PlainNoun(rng)}, {"m", PlainNoun(rng)}, {"p", Somebody(rng)}, {"q", Somebody(rng)}});
}

std::string OwnReason(Rng& rng, const Step& step) {
  using Kind = Step::Kind;
  const auto draw = [&rng](const auto& table) { return FillReason(rng, Pick(rng, table)); };
  switch (step.kind) {
    case Kind::kDrive:
      return step.value > 0 ? draw(kDriveForwardReasons) : draw(kDriveBackReasons);
    case Kind::kTurn:
      return draw(kTurnReasons);
    case Kind::kLook:
      return draw(kLookReasons);
    case Kind::kGrip:
      return draw(kGripReasons);
    case Kind::kArm:
      return draw(kArmReasons);
    case Kind::kLight:
      return draw(kLightReasons);
    case Kind::kSay:
      return draw(kSayReasons);
    case Kind::kWait:
      return draw(kWaitReasons);
    case Kind::kStop:
      return draw(kStopReasons);
    case Kind::kGoto:
      return draw(kGotoReasons);
    case Kind::kFind:
    case Kind::kPick:
    case Kind::kPlace:
      return draw(kThingReasons);
    case Kind::kFollow:
      return draw(kFollowReasons);
    case Kind::kPhoto:
      return draw(kPhotoReasons);
  }
  return {};
}

template <std::size_t kSize>
std::string Wrap(Rng& rng, const Clause& clause, const char* const (&frames)[kSize]) {
  return Expand(rng, Pick(rng, frames), {{"do", clause.Imperative()}, {"doing", clause.Gerund()}});
}

}  // namespace

Style DrawStyle(Rng& rng) {
  constexpr Voice kVoices[] = {
      Voice::kPlain,  Voice::kPlain,      Voice::kPlain,      Voice::kPlain,     Voice::kPolite,
      Voice::kPolite, Voice::kChild,      Voice::kElderly,    Voice::kOffice,    Voice::kTerse,
      Voice::kTerse,  Voice::kTechnician, Voice::kTechnician, Voice::kNonnative, Voice::kSpeech,
      Voice::kSpeech, Voice::kSpeech,     Voice::kSpeech};
  Style style;
  style.voice = Pick(rng, kVoices);
  switch (style.voice) {
    case Voice::kTerse:
      style.number_words = 0.35;
      style.articles = rng.Chance(0.4);
      break;
    case Voice::kTechnician:
      style.number_words = 0.15;
      style.articles = rng.Chance(0.5);
      break;
    case Voice::kSpeech:
      style.number_words = 0.88;
      break;
    case Voice::kNonnative:
      style.articles = rng.Chance(0.6);
      break;
    default:
      break;
  }
  return style;
}

std::string Framed(Rng& rng, const Style& style, const Clause& clause, Shape shape) {
  if (clause.form != Clause::Form::kImperative) {
    if (clause.open_end || clause.form == Clause::Form::kFragment || rng.Chance(0.7))
      return clause.text;
    return Expand(rng, "($t please|please, $t|$t, please|$t now)", {{"t", clause.text}});
  }
  if (clause.open_end) {  // Nothing may follow spoken words.
    return Expand(rng,
                  "(|||please |can you |could you |could you please |i want you to |now |you "
                  "should |please |would you |you have to |go ahead and |just )") +
           clause.Imperative();
  }
  if (shape == Shape::kOneVerb && clause.adverb.empty() &&
      rng.Chance(style.voice == Voice::kPolite ? 0.12 : 0.02)) {
    return Wrap(rng, clause, kPoliteGerund);
  }
  switch (style.voice) {
    case Voice::kPolite:
      return Wrap(rng, clause, kPolite);
    case Voice::kChild:
      return Wrap(rng, clause, kChild);
    case Voice::kElderly:
      return Wrap(rng, clause, kElderly);
    case Voice::kOffice:
      return Wrap(rng, clause, kOffice);
    case Voice::kTerse:
      return clause.Imperative();
    case Voice::kTechnician:
      return rng.Chance(0.7) ? clause.Imperative() : Wrap(rng, clause, kTechnician);
    case Voice::kNonnative:
      return Wrap(rng, clause, kNonnative);
    case Voice::kSpeech:
      return rng.Chance(0.55)  ? clause.Imperative()
             : rng.Chance(0.5) ? Wrap(rng, clause, kPolite)
                               : Wrap(rng, clause, kPlain);
    case Voice::kPlain:
      break;
  }
  return rng.Chance(0.65) ? clause.Imperative() : Wrap(rng, clause, kPlain);
}

std::string Embedded(Rng& rng, const Style& style, std::string text, const Step* first) {
  const std::size_t form = rng.Below(100);
  if (style.Clipped() && form >= 12) return text;
  const bool closed = text.ends_with('!') || text.ends_with('?') || text.ends_with('.');
  if (form < 12) return Expand(rng, "$n, $t", {{"n", Pick(rng, kNameBefore)}, {"t", text}});
  if (form < 20 && !closed)
    return Expand(rng, "($t, $n|$t $n)", {{"n", Pick(rng, kNameAfter)}, {"t", text}});
  if (form < 36) {
    const std::string reason = first != nullptr && rng.Chance(0.6)
                                   ? OwnReason(rng, *first)
                                   : FillReason(rng, Pick(rng, kReasonsBefore));
    return Expand(rng, Pick(rng, kIndirectTail), {{"r", reason}, {"x", text}});
  }
  if (form < 46) {
    const std::string reason = first != nullptr && rng.Chance(0.4)
                                   ? OwnReason(rng, *first)
                                   : FillReason(rng, Pick(rng, kReasonsAfter));
    return Expand(rng,
                  closed ? "($t $r|$t $r)"
                         : "($t, $r|$t, $r|$t. $r|$t because $r|$t $r|$t - $r|$t! $r|$t as $r)",
                  {{"r", reason}, {"t", text}});
  }
  return text;
}

}  // namespace ganglion::learn::english
