#include <algorithm>

#include "ganglion/learn/data/english_frames.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/generator.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn {
namespace {

using english::Clause;
using english::Request;
using english::Style;

constexpr std::size_t kLongestText = 300;
constexpr std::size_t kMostSteps = 16;

// The shares follow how often each is asked, with the hard ones given more room.
Request DrawRequest(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 40) return english::SingleRequest(rng, style);
  if (form < 62) return english::CompoundRequest(rng, style);
  if (form < 71) return english::RepeatRequest(rng, style);
  if (form < 82) return english::CorrectionRequest(rng, style);
  if (form < 91) return english::NegationRequest(rng, style);
  return english::EmptyRequest(rng, style);
}

bool Fits(const Example& example) {
  if (example.text.empty() || example.text.size() > kLongestText ||
      example.steps.size() > kMostSteps)
    return false;
  const auto bad_text = [](const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  };
  if (bad_text(example.text)) return false;
  return std::all_of(example.steps.begin(), example.steps.end(),
                     [](const Step& step) { return InRange(step); });
}

}  // namespace

Example GenerateEnglish(Rng& rng) {
  for (;;) {
    const Style style = english::DrawStyle(rng);
    const Request request = DrawRequest(rng, style);
    const Clause& clause = request.clause;
    Example example;
    example.kind = request.kind;
    example.steps = clause.steps;
    if (example.steps.empty() && !example.kind.starts_with("empty"))
      example.kind = "empty/too_many";
    if (request.fixed) {
      example.text = clause.text;
    } else {
      const english::Shape shape =
          request.one_verb ? english::Shape::kOneVerb : english::Shape::kManyVerbs;
      example.text = english::Framed(rng, style, clause, shape);
      if (!clause.open_end)
        example.text = english::Embedded(rng, style, example.text,
                                         clause.steps.empty() ? nullptr : &clause.steps.front());
    }
    example.text = Tidy(example.text);
    english::AddNoise(rng, style, example);
    if (Fits(example)) return example;
  }
}

}  // namespace ganglion::learn
