#include <algorithm>
#include <string_view>

#include "ganglion/learn/data/chinese_compound.h"
#include "ganglion/learn/data/chinese_special.h"
#include "ganglion/learn/data/chinese_voice.h"
#include "ganglion/learn/data/generator.h"

namespace ganglion::learn {
namespace {

using chinese::Clause;
using chinese::Ruled;
using chinese::Writing;

constexpr std::size_t kStepsMax = 16;
constexpr std::size_t kCharactersMax = 120;

std::string SkillName(const Step& step) {
  const std::string json = ToJson(step);  // {"do":"drive",...
  const std::size_t start = json.find(':') + 2;
  return json.substr(start, json.find('"', start) - start);
}

std::size_t CodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Ruled DrawRuled(Rng& rng, Writing writing) {
  const double kind = rng.Uniform();
  if (kind < 0.385) {
    Clause clause = chinese::AnyClause(rng, writing);
    std::string rule = "single/" + SkillName(clause.steps.front());
    return {std::move(clause), std::move(rule)};
  }
  if (kind < 0.55) return {chinese::Sequence(rng, writing), "compound/sequence"};
  if (kind < 0.65) return {chinese::Scenario(rng, writing), "compound/scenario"};
  if (kind < 0.685) return {chinese::Reordered(rng), "compound/order"};
  if (kind < 0.735) return chinese::Repetition(rng);
  if (kind < 0.755) return chinese::Shape(rng);
  if (kind < 0.825) return chinese::Correction(rng);
  if (kind < 0.89) return chinese::Negation(rng);
  return chinese::Empty(rng);
}

}  // namespace

Example GenerateChinese(Rng& rng) {
  for (;;) {
    const Writing writing = rng.Chance(0.14) ? Writing::kUnmarked : Writing::kMarked;
    Ruled ruled = DrawRuled(rng, writing);
    Example example = chinese::Spoken(rng, std::move(ruled), writing);
    if (example.steps.size() > kStepsMax) {
      // Too long for a plan, so nothing is done; but seldom, for there are many ways to say it.
      if (!rng.Chance(0.3)) continue;
      example.steps.clear();
      example.kind = "empty/too_long";
    }
    if (CodePoints(example.text) > kCharactersMax) continue;
    if (std::all_of(example.steps.begin(), example.steps.end(), InRange)) return example;
  }
}

}  // namespace ganglion::learn
