#include "ganglion/learn/data/english_empty.h"

#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/english_target.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

using Form = Clause::Form;

std::string Somebody(Rng& rng) {
  const std::size_t form = rng.Below(10);
  if (form < 3) return std::string(Pick(rng, Names()));
  if (form < 5) return std::string(Pick(rng, Relatives()));
  return Expand(rng, "(the|the|my|our) ") + std::string(Pick(rng, People()));
}

std::string Victim(Rng& rng) {
  if (rng.Chance(0.45))
    return Expand(rng, "(the|the|the|my|that|our neighbour's) ") +
           std::string(Pick(rng, Animals()));
  return Somebody(rng);
}

std::string Breakable(Rng& rng) {
  if (rng.Chance(0.3)) {
    return Expand(
        rng,
        "(the|my|his|her|that) (laptop screen|window|vase|mirror|tv|glass door|computer|china "
        "cabinet|phone|tablet|monitor|windscreen|statue|aquarium|painting|printer|lamp|plates|"
        "glasses|wine glass|piano|fence|teapot|camera|picture frame|crystal bowl)");
  }
  return Expand(rng, "(the|the|my|their|that) ") +
         std::string(Pick(rng, rng.Chance(0.6) ? BigThings() : SmallThings()));
}

std::string Fill(Rng& rng, std::span<const char* const> patterns) {
  std::string place = "the " + std::string(Pick(rng, Places()));
  return Tidy(Expand(rng, Pick(rng, patterns),
                     {{"n", PlainNoun(rng)},
                      {"p", Somebody(rng)},
                      {"q", place},
                      {"v", Victim(rng)},
                      {"b", Breakable(rng)}}));
}

std::string FillHarmful(Rng& rng) {
  return Tidy(Expand(rng, Pick(rng, Harmful()),
                     {{"n", PlainNoun(rng)}, {"v", Victim(rng)}, {"b", Breakable(rng)}}));
}

Clause Closed(Rng& rng, const Style& style) {
  for (;;) {
    Clause clause = DrawClause(rng, style, DrawSkill(rng), Use::kInList, nullptr);
    if (!clause.open_end) return clause;
  }
}

// A value the field of the step cannot hold.
std::string OutOfRange(Rng& rng, const Style& style) {
  const auto number = [&](int low, int high) {
    return Count(rng, low + static_cast<int>(rng.Below(static_cast<std::size_t>(high - low))),
                 style);
  };
  switch (rng.Below(11)) {
    case 0:
      return Expand(rng,
                    "(go|drive|move|roll) (forward|ahead|back|backwards|straight ahead) $n "
                    "(metres|meters|metres)",
                    {{"n", number(11, 500)}});
    case 1:
      return Expand(rng, "(drive|go) (forward|ahead) $n (kilometres|kilometers|km|miles)",
                    {{"n", number(1, 60)}});
    case 2:
      return Expand(rng, "(drive|go|back up|move) $n (feet|ft)( forward|)",
                    {{"n", number(40, 400)}});
    case 3:
      return Expand(rng, "(turn|rotate|spin) (left|right|clockwise|anticlockwise) $n degrees",
                    {{"n", number(725, 999)}});
    case 4:
      return Expand(
          rng, "(spin|turn) (around |)$n (full turns|times around|full circles|complete turns)",
          {{"n", number(3, 30)}});
    case 5:
      return Expand(rng, "(look|turn your head|pan the camera) (left|right) $n degrees",
                    {{"n", number(95, 360)}});
    case 6:
      return rng.Chance(0.5)
                 ? Expand(rng, "(look up|tilt your head up|tilt the camera up) $n degrees",
                          {{"n", number(50, 120)}})
                 : Expand(rng, "(look down|tilt the camera down|tilt your head down) $n degrees",
                          {{"n", number(35, 120)}});
    case 7:
      return rng.Chance(0.5)
                 ? Expand(rng,
                          "(open the gripper|open your hand|set the gripper) to $n (percent|%)",
                          {{"n", number(105, 400)}})
                 : Expand(rng, "(raise the arm|lift your arm|set the arm) to $n (percent|%)",
                          {{"n", number(105, 400)}});
    case 8:
      return Expand(rng, "(wait|pause|hold still) (for |)$n (minutes|hours|minutes)",
                    {{"n", number(11, 90)}});
    case 9:
      return Expand(rng,
                    "(wait|follow me|stay here) for (an hour|two hours|a day|three hours|half an "
                    "hour|a week|a quarter of an hour|a whole hour|twenty minutes)");
    default:
      return Expand(rng,
                    "(drive|go) forward (a metre|one metre|two metres|five metres|a bit|) at $n "
                    "(m/s|metres per second)",
                    {{"n", number(1, 20)}});
  }
}

std::string KeyboardMash(Rng& rng) {
  std::string out;
  const std::size_t words = 1 + rng.Below(5);
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) out += ' ';
    const std::size_t length = 2 + rng.Below(8);
    const bool home_row = rng.Chance(0.4);
    if (rng.Chance(0.25)) {
      out += Expand(rng,
                    "(asdf|jkl|asdfgh|qwerty|qwertz|hjkl|fdsa|lkjh|zxcv|poiu|wasd|yxcv|uiop|dfgh|"
                    "sdfsdf|qwe|asd)");
      continue;
    }
    for (std::size_t k = 0; k < length; ++k) {
      const std::string_view keys = home_row ? "asdfghjkl" : "qwertyuiopasdfghjklzxcvbnm";
      out += keys[rng.Below(keys.size())];
    }
  }
  return out;
}

std::string WordSalad(Rng& rng) {
  switch (rng.Below(5)) {
    case 0:
      return PlainNoun(rng) + " " + InventedWord(rng) + " " + PlainNoun(rng) +
             Expand(rng, "( yesterday| because| seven| of| never| sideways|)");
    case 1:
      return Expand(rng, "(yesterday|tomorrow|seven|the|because|purple|under|always|never|of) ") +
             PlainNoun(rng) +
             Expand(rng,
                    " (tastes|sleeps|dreams|sings|melts|thinks|forgets|smells|is) "
                    "(louder|greener|saltier|than|of|sideways|backwards in|faster than|quietly "
                    "into|about) ") +
             PlainNoun(rng);
    case 2:
      return InventedWord(rng) + " " + InventedWord(rng) + " " + InventedWord(rng) +
             Expand(rng,
                    "(| the| "
                    ")") +
             InventedWord(rng);
    case 3:
      return Expand(
          rng,
          "the (colour|sound|smell|taste|shadow|price) of (seven|tuesday|nine|silence|the $n) "
          "(is|has|was|eats|sings) (heavier|a $n|round|yesterday|inside out|without|never)",
          {{"n", PlainNoun(rng)}});
    default: {
      std::string out;
      const std::size_t words = 3 + rng.Below(5);
      for (std::size_t i = 0; i < words; ++i) {
        if (i > 0) out += ' ';
        out +=
            Expand(rng,
                   "(banana|seven|of|the|purple|why|sofa|quickly|under|never|if|cloud|eleven|spoon|"
                   "yes|than|moon|not|green|because|fish|window|tomorrow|maybe|soup|$w|$n)",
                   {{"w", InventedWord(rng)}, {"n", Pick(rng, SmallThings())}});
      }
      return out;
    }
  }
}

}  // namespace

Request EmptyRequest(Rng& rng, const Style& style) {
  Request request;
  Clause& out = request.clause;
  const std::size_t form = rng.Below(100);
  if (form < 22) {
    out.text = Fill(rng, rng.Chance(0.6) ? OutOfScope() : Questions());
    out.form = Form::kSentence;
    request.kind = "empty/question";
  } else if (form < 44) {
    out.text = Fill(rng, rng.Chance(0.6) ? Impossible() : OtherVerbs());
    request.one_verb = true;
    request.kind = "empty/impossible";
  } else if (form < 62) {
    out.text = FillHarmful(rng);
    if (rng.Chance(0.2)) {
      const Clause able = Closed(rng, style);
      out.text = able.Imperative() + Expand(rng, "( and |, then | and then |, )") + out.text;
    }
    request.kind = "empty/harmful";
  } else if (form < 85) {
    std::vector<Clause> parts;
    const std::size_t able = rng.Chance(0.7) ? 1 : 2;
    for (std::size_t i = 0; i < able; ++i) parts.push_back(Closed(rng, style));
    Clause unable;
    unable.text = rng.Chance(0.12)   ? OutOfRange(rng, style)
                  : rng.Chance(0.12) ? FillHarmful(rng)
                  : rng.Chance(0.7)  ? Fill(rng, Impossible())
                                     : Fill(rng, OtherVerbs());
    parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(
                                     rng.Chance(0.75) ? parts.size() : rng.Below(parts.size())),
                 unable);
    out = Joined(rng, style, parts);
    request.kind = "empty/partly";
  } else if (form < 92) {
    out.text = OutOfRange(rng, style);
    request.kind = "empty/range";
  } else {
    out.text = rng.Chance(0.4)    ? KeyboardMash(rng)
               : rng.Chance(0.25) ? std::string(Pick(rng, Gibberish()))
                                  : WordSalad(rng);
    out.form = Form::kFragment;
    request.fixed = true;
    request.kind = "empty/nonsense";
  }
  out.steps.clear();
  out.text = Tidy(out.text);
  return request;
}

}  // namespace ganglion::learn::english
