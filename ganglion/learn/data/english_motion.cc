// Driving and turning.
#include <algorithm>
#include <cmath>

#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

constexpr double kDriveSlow = 0.15;
constexpr double kDriveFast = 0.6;
constexpr double kTurnSlow = 20;
constexpr double kTurnFast = 90;

constexpr const char* kSlowWords =
    "(slowly|slowly|gently|carefully|very slowly|nice and slowly|very carefully|really slowly)";
constexpr const char* kFastWords =
    "(quickly|quickly|fast|quickly|very quickly|really fast|very fast)";

// A speed word or figure and where it stands.
struct Pace {
  std::string before;  // "slowly" before the verb
  std::string after;   // " slowly" or ", at 0.3 m/s" at the end
  std::optional<double> rate;
  bool middle = false;  // `before` may stand behind the verb as well
};

Pace DrawPace(Rng& rng, double slow, double fast, double share, const Quantity& figure) {
  if (!rng.Chance(share)) return {};
  Pace pace;
  const std::size_t form = rng.Below(10);
  if (form >= 8) {
    pace.after = Expand(
        rng, "( at $v| at $v| at a speed of $v| with a speed of $v| with $v|, speed $v|, $v)",
        {{"v", figure.said}});
    pace.rate = figure.value;
    return pace;
  }
  const bool is_slow = form < 4 || (form < 7 && rng.Chance(0.3));
  pace.rate = is_slow ? slow : fast;
  const std::string word = Expand(rng, is_slow ? kSlowWords : kFastWords);
  const bool may_lead = word.find("fast") == std::string::npos && !word.starts_with("nice");
  if (may_lead && rng.Chance(0.55))
    pace.before = word;
  else
    pace.after = (rng.Chance(0.25) ? ", " : " ") + word;
  pace.middle = !pace.before.empty() && rng.Chance(0.4);
  return pace;
}

constexpr const char* kForward =
    "(forward|forward|forwards|ahead|straight ahead|straight forward|straight "
    "on|onwards|forward|to the front)";
constexpr const char* kBackward = "(back|back|backwards|backward|backwards|in reverse|to the rear)";
constexpr const char* kMoveVerb =
    "(go|drive|move|go|drive|move|roll|travel|come|run|head|proceed|glide|trundle)";
constexpr const char* kAmountVerb =
    "(go|drive|move|go|drive|move|roll|travel|come|run|head|proceed|scoot|shuffle|creep|inch|edge|"
    "nudge|crawl|wheel|slide|trundle|ease)";
constexpr const char* kBit =
    "(a bit|a little|a little bit|slightly|a touch|just a bit|just a little|just slightly|just a "
    "touch|a wee bit|a tiny bit|ever so slightly|a bit further|a little further|a little more|a "
    "bit more)";

constexpr const char* kDrivePlainForward[] = {"$verb $forward",
                                              "$verb $forward",
                                              "$verb $forward",
                                              "advance",
                                              "keep going straight ahead",
                                              "move along straight ahead",
                                              "drive yourself forward",
                                              "start moving forward"};
constexpr const char* kDrivePlainBack[] = {
    "$verb $back",    "$verb $back", "$verb $back",
    "back up",        "reverse",     "back off",
    "back away",      "retreat",     "drive yourself backwards",
    "go into reverse"};
constexpr const char* kDriveForwardBy[] = {"$verb $forward $d",
                                           "$verb $d $forward",
                                           "$verb $forward $d",
                                           "$verb $d $forward",
                                           "$verb $forward by $d",
                                           "$verb $forward for $d",
                                           "advance $d",
                                           "advance by $d",
                                           "go straight for $d",
                                           "drive straight for $d",
                                           "go $d",
                                           "drive $d",
                                           "move $d",
                                           "cover $d going forward",
                                           "move yourself $d forward",
                                           "keep going forward for $d",
                                           "go on for another $d",
                                           "drive on for $d",
                                           "proceed $d straight ahead",
                                           "do $d forward",
                                           "make $d forward",
                                           "come forward $d",
                                           "bring yourself forward $d",
                                           "go $d in a straight line",
                                           "go exactly $d forward",
                                           "move exactly $d ahead",
                                           "drive another $d forward",
                                           "travel $d in the forward direction"};
constexpr const char* kDriveBackBy[] = {"$verb $back $d",
                                        "$verb $d $back",
                                        "$verb $back $d",
                                        "$verb $d $back",
                                        "$verb $back by $d",
                                        "$verb $back for $d",
                                        "back up $d",
                                        "back up by $d",
                                        "reverse $d",
                                        "reverse by $d",
                                        "reverse for $d",
                                        "back off $d",
                                        "back off by $d",
                                        "retreat $d",
                                        "retreat by $d",
                                        "back away $d",
                                        "move yourself $d back",
                                        "make $d backwards",
                                        "do $d in reverse",
                                        "go exactly $d back",
                                        "pull back $d",
                                        "move $d in reverse",
                                        "drive another $d back",
                                        "bring yourself back $d"};
constexpr const char* kStepForward[] = {
    "take $d forward",  "take $d forwards", "make $d forward", "$verb $d forward",
    "$verb forward $d", "go $d ahead",      "come forward $d", "take $d to the front",
    "walk $d forward",  "advance $d",       "advance by $d"};
constexpr const char* kStepBack[] = {"take $d back",  "take $d backwards", "make $d back",
                                     "$verb $d back", "$verb back $d",     "$verb $d backwards",
                                     "retreat $d",    "walk $d backwards", "back up $d",
                                     "back off $d",   "reverse $d",        "back away by $d"};
constexpr const char* kBitForward[] = {
    "$verb $forward $d", "$verb $d $forward", "$verb $forward $d", "come $forward $d",
    "scoot $d forward",  "creep forward $d",  "advance $d",        "inch forward $d",
    "move up $d",        "edge $d ahead",     "go $d forward",     "come closer $d",
    "move $d closer"};
constexpr const char* kBitBack[] = {
    "$verb $back $d", "$verb $d $back",  "back up $d",   "back off $d",  "reverse $d",
    "scoot back $d",  "shuffle back $d", "retreat $d",   "back away $d", "move $d back",
    "roll back $d",   "draw back $d",    "pull back $d", "ease back $d"};
constexpr const char* kDriveFragmentForward[] = {"forward $d",
                                                 "fwd $d",
                                                 "$d forward",
                                                 "$d forwards",
                                                 "$d ahead",
                                                 "ahead $d",
                                                 "forward: $d",
                                                 "drive: $d",
                                                 "base forward $d",
                                                 "base: $d forward",
                                                 "translate +$d",
                                                 "translate +$d along x",
                                                 "move +$d in x",
                                                 "x +$d",
                                                 "+$d forward",
                                                 "drive +$d",
                                                 "linear +$d",
                                                 "straight $d",
                                                 "$d straight ahead",
                                                 "forwards $d",
                                                 "onward $d",
                                                 "go fwd $d",
                                                 "fwd by $d",
                                                 "linear move: $d",
                                                 "translate $d along +x"};
constexpr const char* kDriveFragmentBack[] = {"back $d",
                                              "bwd $d",
                                              "$d back",
                                              "$d backwards",
                                              "$d backward",
                                              "backwards $d",
                                              "reverse: $d",
                                              "base back $d",
                                              "base: $d back",
                                              "translate -$d",
                                              "translate -$d along x",
                                              "move -$d in x",
                                              "x -$d",
                                              "drive -$d",
                                              "linear -$d",
                                              "rev $d",
                                              "$d in reverse",
                                              "$d to the rear",
                                              "backward $d",
                                              "go back $d",
                                              "bkwd $d",
                                              "drive: -$d",
                                              "linear move: -$d",
                                              "translate $d along -x"};

enum class Amount { kNone, kBit, kSteps, kLength };

template <std::size_t kSize>
std::string Fill(Rng& rng, const char* const (&patterns)[kSize], const std::string& amount) {
  const bool only_amount = !amount.empty();
  return Expand(rng, Pick(rng, patterns),
                {{"verb", Expand(rng, only_amount ? kAmountVerb : kMoveVerb)},
                 {"forward", Expand(rng, kForward)},
                 {"back", Expand(rng, kBackward)},
                 {"d", amount}});
}

std::string DriveText(Rng& rng, Amount kind, bool back, const std::string& said) {
  switch (kind) {
    case Amount::kNone:
      return back ? Fill(rng, kDrivePlainBack, "") : Fill(rng, kDrivePlainForward, "");
    case Amount::kBit:
      return back ? Fill(rng, kBitBack, said) : Fill(rng, kBitForward, said);
    case Amount::kSteps:
      return back ? Fill(rng, kStepBack, said) : Fill(rng, kStepForward, said);
    case Amount::kLength:
      return back ? Fill(rng, kDriveBackBy, said) : Fill(rng, kDriveForwardBy, said);
  }
  return {};
}

// The direction of a turn, in words that can follow an angle or the verb.
std::string Side(Rng& rng, const Style& style, bool left) {
  const char* plain = left ? "(left|left|left|to the left|to the left|to your left|leftwards|to "
                             "the left-hand side|left-hand)"
                           : "(right|right|right|to the right|to the right|to your "
                             "right|rightwards|to the right-hand side|right-hand)";
  const char* clock = left ? "(counter-clockwise|counterclockwise|anticlockwise|anti-clockwise|"
                             "counter clockwise|anti clockwise)"
                           : "(clockwise|clockwise|clockwise|clockwise)";
  const char* technical = left ? "(ccw|counter-clockwise|CCW|counterclockwise|left)"
                               : "(cw|clockwise|CW|clockwise|right)";
  if (style.voice == Voice::kTechnician && rng.Chance(0.5)) return Expand(rng, technical);
  std::string side = Expand(rng, rng.Chance(0.78) ? plain : clock);
  return side.ends_with("-hand") ? (left ? "left" : "right") : side;
}

constexpr const char* kTurnVerb =
    "(turn|turn|turn|turn|rotate|rotate|spin|swing|pivot|swivel|yaw|twist|turn yourself|rotate "
    "yourself|swing round|swivel round|turn on the spot|rotate the base|turn your body|wheel "
    "round|swing yourself round)";
constexpr const char* kTurnBy[] = {"$verb $s $a",
                                   "$verb $a $s",
                                   "$verb $s $a",
                                   "$verb $a $s",
                                   "$verb $s by $a",
                                   "$verb by $a $s",
                                   "$verb through $a $s",
                                   "make a turn of $a $s",
                                   "do a turn of $a $s",
                                   "make a $h turn of $a",
                                   "$verb exactly $a $s",
                                   "$verb another $a $s",
                                   "perform a rotation of $a $s",
                                   "turn $a more $s",
                                   "do $a $s",
                                   "go $a round $s"};
constexpr const char* kTurnPlain[] = {
    "turn $s",   "turn $s",           "turn $s",          "rotate $s",      "pivot $s",
    "swivel $s", "swing $s",          "turn yourself $s", "make a turn $s", "do a turn $s",
    "face $s",   "turn your body $s", "spin $s",          "yaw $s",         "rotate yourself $s"};
constexpr const char* kTurnPlainLeft[] = {"make a left turn", "make a left",
                                          "take a left",      "do a left turn",
                                          "hang a left",      "make a left-hand turn"};
constexpr const char* kTurnPlainRight[] = {"make a right turn", "make a right",
                                           "take a right",      "do a right turn",
                                           "hang a right",      "make a right-hand turn"};
constexpr const char* kTurnBit[] = {"$verb $b $s",  "$verb $s $b",        "$verb $s just $b",
                                    "turn $s $b",   "turn $b $s",         "rotate $s $b",
                                    "rotate $b $s", "turn yourself $b $s"};
constexpr const char* kTurnAround[] = {"turn around",
                                       "turn around",
                                       "turn round",
                                       "turn right around",
                                       "turn yourself around",
                                       "turn yourself round",
                                       "do an about-face",
                                       "do an about face",
                                       "about-face",
                                       "turn to face the other way",
                                       "face the other way",
                                       "turn all the way around to face the other way",
                                       "make an about-turn",
                                       "rotate to face the opposite direction",
                                       "turn back the other way",
                                       "do a U-turn",
                                       "turn around to face backwards",
                                       "turn around on the spot",
                                       "swing around to face the other way",
                                       "do a one-eighty",
                                       "do a 180",
                                       "make a U-turn",
                                       "turn your back to me by turning around"};
constexpr const char* kTurnFragment[] = {
    "$s $a",          "$a $s",           "yaw $sign$a",           "turn: $sign$a",
    "rotate $sign$a", "heading $sign$a", "base rotation $sign$a", "rotation: $a $s",
    "turn $sign$a",   "yaw: $a $s",      "base: $a $s",           "turn by $sign$a",
    "spin $a $s",     "body $a $s",      "yaw by $sign$a"};

struct TurnFraction {
  const char* said;
  double angle;
};
// "$s" stands for the side, if it is said.
constexpr TurnFraction kFractions[] = {
    {"(make|do|take|perform) a quarter (turn|turn|rotation) $s", 90},
    {"turn a quarter (turn|of a turn) $s", 90},
    {"(make|do|take|perform) a half (turn|turn|rotation) $s", 180},
    {"(make|do) half a turn $s", 180},
    {"turn half a turn $s", 180},
    {"rotate (half|1/2) a turn $s", 180},
    {"(make|do|perform) a three-quarter turn $s", 270},
    {"turn three quarters of a turn $s", 270},
    {"(make|do|take|perform) a (full|complete|whole) (turn|turn|rotation|spin) $s", 360},
    {"(make|do|perform) (one|1) full (turn|rotation|spin|revolution) $s", 360},
    {"spin once $s", 360},
    {"spin (round|around) once $s", 360},
    {"spin (a full|one full) circle $s", 360},
    {"turn once all the way (round|around) $s", 360},
    {"rotate once $s", 360},
    {"turn a full 360 $s", 360},
    {"(do|make|turn) a 360 $s", 360},
    {"do a three-sixty $s", 360},
    {"(do|make) one and a half turns $s", 540},
    {"turn one and a half times $s", 540},
    {"rotate one and a half turns $s", 540},
    {"(make|do|turn|perform) (two|2) full (turns|rotations) $s", 720},
    {"spin two full turns $s", 720},
    {"(do|make) two (complete|whole) turns $s", 720},
    {"rotate two full turns $s", 720},
    {"(do|make) one and a quarter turns $s", 450},
    {"make one and three quarter turns $s", 630}};
constexpr TurnFraction kFractionFragments[] = {
    {"quarter turn $s", 90},   {"1/4 turn $s", 90},
    {"half turn $s", 180},     {"half a turn $s", 180},
    {"1/2 turn $s", 180},      {"full turn $s", 360},
    {"one full turn $s", 360}, {"three-quarter turn $s", 270},
    {"a quarter turn $s", 90}, {"two full turns $s", 720},
    {"full rotation $s", 360}, {"about face", 180},
    {"about turn", 180},       {"U-turn", 180},
    {"half rotation $s", 180}, {"one and a half turns $s", 540}};

// "turn slowly left": some speakers put the word behind the verb.
Clause WithPace(std::string text, const Pace& pace) {
  Clause clause;
  const std::size_t space = text.find(' ');
  constexpr std::string_view kTakeIt[] = {"turn",    "rotate",  "drive", "go",     "move",
                                          "roll",    "spin",    "pivot", "travel", "proceed",
                                          "advance", "reverse", "come",  "swivel", "swing"};
  const std::string_view verb = std::string_view(text).substr(0, space);
  const bool bare =
      text.find("yourself") == std::string::npos && text.find("your") == std::string::npos;
  if (pace.middle && bare &&
      std::find(std::begin(kTakeIt), std::end(kTakeIt), verb) != std::end(kTakeIt)) {
    clause.text = space == std::string::npos
                      ? text + " " + pace.before
                      : text.substr(0, space) + " " + pace.before + text.substr(space);
    return clause;
  }
  clause.text = text + pace.after;
  clause.adverb = pace.before;
  return clause;
}

}  // namespace

Clause DriveClause(Rng& rng, const Style& style, Use use) {
  const bool back = rng.Chance(0.45);
  const double sign = back ? -1 : 1;
  const std::size_t form = rng.Below(100);
  const Amount kind = form < 16   ? Amount::kNone
                      : form < 32 ? Amount::kBit
                      : form < 46 ? Amount::kSteps
                                  : Amount::kLength;
  Quantity amount;
  if (kind == Amount::kNone) amount.value = 0.5;
  if (kind == Amount::kBit) amount = {Expand(rng, kBit), 0.2};
  if (kind == Amount::kSteps) {
    do amount = DrawSteps(rng, style);
    while (amount.value > 10);
  }
  if (kind == Amount::kLength) amount = DrawLength(rng, style);
  Pace pace = DrawPace(rng, kDriveSlow, kDriveFast, 0.13, DrawSpeed(rng, style));

  if (use != Use::kInFrame && kind != Amount::kNone && kind != Amount::kBit &&
      rng.Chance(style.Clipped()      ? 0.7
                 : use == Use::kAlone ? 0.1
                                      : 0.04)) {
    const bool figures = style.Clipped() && amount.said[0] >= '0' && amount.said[0] <= '9';
    std::string_view pattern;
    do pattern = back ? Pick(rng, kDriveFragmentBack) : Pick(rng, kDriveFragmentForward);
    while (!figures && pattern.find_first_of("+-:") != std::string_view::npos);
    Clause clause;
    clause.text = Expand(rng, pattern, {{"d", amount.said}});
    if (!pace.before.empty()) pace.after = " " + pace.before;
    clause.text += pace.after;
    clause.form = Clause::Form::kFragment;
    clause.steps = {Drive(sign * amount.value, pace.rate)};
    return clause;
  }
  if (kind == Amount::kLength && rng.Chance(0.02)) {
    const Quantity speed = DrawSpeed(rng, style);
    Clause fixed;
    fixed.text = Expand(
        rng, "(go|drive|move|roll|travel) $w (at|at a speed of|with a speed of|with) $v for $d",
        {{"w", Expand(rng, back ? "(back|backwards|in reverse)"
                                : "(forward|forwards|straight ahead|ahead)")},
         {"v", speed.said},
         {"d", amount.said}});
    fixed.steps = {Drive(sign * amount.value, speed.value)};
    return fixed;
  }
  Clause clause = WithPace(DriveText(rng, kind, back, amount.said), pace);
  clause.steps = {Drive(sign * amount.value, pace.rate)};
  return clause;
}

namespace {

Clause FractionClause(Rng& rng, const Style& style, bool fragment) {
  const TurnFraction& fraction = fragment ? Pick(rng, kFractionFragments) : Pick(rng, kFractions);
  const bool sided = rng.Chance(0.6);
  const bool left = !sided || rng.Chance(0.5);
  Clause clause;
  const bool takes_side = std::string_view(fraction.said).find("$s") != std::string_view::npos;
  clause.text = Tidy(Expand(rng, fraction.said, {{"s", sided ? Side(rng, style, left) : ""}}));
  clause.steps = {Turn(!takes_side || left ? fraction.angle : -fraction.angle)};
  if (fragment) clause.form = Clause::Form::kFragment;
  return clause;
}

// A turn by an angle in degrees.
Clause AngleClause(Rng& rng, const Style& style, bool left, bool clipped, const Pace& pace) {
  const double sign = left ? 1 : -1;
  const std::string side = Side(rng, style, left);
  Clause clause;
  Quantity angle = DrawAngle(rng, style, 5, rng.Chance(0.85) ? 180 : 720);
  if (clipped) {
    const bool digits = angle.said[0] >= '0' && angle.said[0] <= '9';
    std::string text;
    do text = Pick(rng, kTurnFragment);
    while (!digits && text.find("$sign") != std::string::npos);
    clause.text = Expand(rng, text, {{"s", side}, {"a", angle.said}, {"sign", left ? "+" : "-"}}) +
                  pace.after;
    clause.form = Clause::Form::kFragment;
    clause.steps = {Turn(sign * angle.value, pace.before.empty() ? pace.rate : std::nullopt)};
    return clause;
  }
  if (rng.Chance(0.1)) {  // "turn left 45"
    angle.said = Count(rng, static_cast<int>(angle.value), style);
    angle.value = std::floor(angle.value);
    clause = WithPace(Expand(rng, "(turn|rotate|turn|pivot|spin) $s (|by |) $a",
                             {{"s", side}, {"a", angle.said}}),
                      pace);
    clause.text = Tidy(clause.text);
  } else {
    clause = WithPace(Expand(rng, Pick(rng, kTurnBy),
                             {{"verb", Expand(rng, kTurnVerb)},
                              {"s", side},
                              {"h", left ? "left" : "right"},
                              {"a", angle.said}}),
                      pace);
  }
  clause.steps = {Turn(sign * angle.value, pace.rate)};
  return clause;
}

}  // namespace

Clause TurnClause(Rng& rng, const Style& style, Use use) {
  const bool left = rng.Chance(0.5);
  const double sign = left ? 1 : -1;
  const std::string side = Side(rng, style, left);
  const bool clipped = use != Use::kInFrame && rng.Chance(style.Clipped()      ? 0.6
                                                          : use == Use::kAlone ? 0.08
                                                                               : 0.03);
  const Pace pace = DrawPace(rng, kTurnSlow, kTurnFast, 0.13, DrawTurnRate(rng, style));
  const std::size_t form = rng.Below(100);
  Clause clause;
  if (form < 26) {
    if (clipped && rng.Chance(0.5)) {
      clause = WithPace(left ? Expand(rng, "(left turn|left|turn left)")
                             : Expand(rng, "(right turn|right|turn right)"),
                        {});
      if (clause.text.find(' ') == std::string::npos) clause.text += " turn";
      clause.form = Clause::Form::kFragment;
      clause.steps = {Turn(sign * 90)};
      return clause;
    }
    const std::string text = rng.Chance(0.88) ? Expand(rng, Pick(rng, kTurnPlain), {{"s", side}})
                             : left           ? Expand(rng, Pick(rng, kTurnPlainLeft))
                                              : Expand(rng, Pick(rng, kTurnPlainRight));
    clause = WithPace(text, pace);
    clause.steps = {Turn(sign * 90, pace.rate)};
    return clause;
  }
  if (form < 38) {
    std::string bit = Expand(rng, kBit);
    clause = WithPace(Expand(rng, Pick(rng, kTurnBit),
                             {{"verb", Expand(rng, kTurnVerb)}, {"s", side}, {"b", bit}}),
                      pace);
    clause.steps = {Turn(sign * 15, pace.rate)};
    return clause;
  }
  if (form < 50) {
    clause = WithPace(Expand(rng, Pick(rng, kTurnAround)), pace);
    clause.steps = {Turn(180, pace.rate)};
    return clause;
  }
  if (form < 66) {
    clause = FractionClause(rng, style, clipped);
    if (pace.rate && pace.before.empty()) {
      clause.text += pace.after;
      clause.steps[0].rate = pace.rate;
    }
    return clause;
  }
  return AngleClause(rng, style, left, clipped, pace);
}

}  // namespace ganglion::learn::english
