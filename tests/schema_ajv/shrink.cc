#include <cstddef>
#include <utility>
#include <vector>

#include "judges.h"

namespace ganglion::testing {
namespace {

using grammar::Json;

constexpr std::size_t kTrialsMax = 3000;

// All values with one part left out, or with one part in the place of the whole.
void AppendSmaller(const Json& whole, std::vector<Json>& smaller) {
  if (!whole.is_structured()) return;
  for (const Json& part : whole) smaller.push_back(part);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Json less = whole;
    less.erase(std::next(less.begin(), static_cast<std::ptrdiff_t>(i)));
    smaller.push_back(std::move(less));
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    std::vector<Json> parts;
    AppendSmaller(*std::next(whole.begin(), at), parts);
    for (Json& part : parts) {
      Json less = whole;
      *std::next(less.begin(), at) = std::move(part);
      smaller.push_back(std::move(less));
    }
  }
}

// Whether a smaller one was found.
bool Step(Pair& pair, std::size_t& trials) {
  std::vector<Json> schemas;
  AppendSmaller(pair.schema, schemas);
  std::vector<Json> values;
  AppendSmaller(pair.value, values);
  for (Json& value : values) {
    if (++trials > kTrialsMax) return false;
    if (Disagreement(pair.schema, value).empty()) continue;
    pair.value = std::move(value);
    return true;
  }
  for (Json& schema : schemas) {
    // A part that is no schema would be refused, and a draft that is left out be another one.
    if (!schema.is_object() || schema.value("$schema", "") != pair.schema.value("$schema", "")) {
      continue;
    }
    if (++trials > kTrialsMax) return false;
    if (Disagreement(schema, pair.value).empty()) continue;
    pair.schema = std::move(schema);
    return true;
  }
  return false;
}

}  // namespace

Pair Shrunk(Pair pair) {
  std::size_t trials = 0;
  while (Step(pair, trials)) {
  }
  return pair;
}

}  // namespace ganglion::testing
