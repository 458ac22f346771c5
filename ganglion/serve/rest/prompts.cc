#include "ganglion/serve/rest/prompts.h"

#include <limits>
#include <optional>
#include <utility>

#include "ganglion/base/concat.h"

namespace ganglion::serve::rest {

std::vector<std::int32_t> TokensOf(const Json& list, const std::string& path,
                                   std::int32_t vocab_size, Problem& problem) {
  const std::int64_t end = vocab_size > 0 ? vocab_size : std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> tokens;
  tokens.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::optional<std::int64_t> token = IntegerOf(list[i]);
    if (!token || *token < 0 || *token >= end) {
      problem.Set(Concat(path, "[", i, "]"),
                  Concat(path, "[", i, "]: expected a token id below ", end, ", not ",
                         list[i].is_number() ? Dump(list[i]) : Kind(list[i])));
      return {};
    }
    tokens.push_back(static_cast<std::int32_t>(*token));
  }
  if (tokens.empty()) problem.Set(path, Concat(path, ": is empty"));
  return tokens;
}

Prompts ReadPrompts(const Fields& fields, std::string_view name, std::size_t prompts_max,
                    std::int32_t vocab_size) {
  Prompts prompts;
  Problem& problem = fields.problem();
  const Json* const value = fields.Find(name);
  if (value == nullptr || (value->is_array() && value->empty())) {
    fields.Wrong(name, "is missing or empty: expected a string or an array");
    return prompts;
  }
  if (value->is_string()) {
    prompts.texts.push_back(value->get<std::string>());
    return prompts;
  }
  if (!value->is_array()) {
    fields.Wrong(name, Concat("expected a string or an array, not ", Kind(*value)));
    return prompts;
  }
  if (value->front().is_number()) {
    prompts.tokens.push_back(TokensOf(*value, fields.Path(name), vocab_size, problem));
    return prompts;
  }
  static_cast<void>(fields.Array(name, prompts_max));
  for (std::size_t i = 0; i < value->size() && problem.ok(); ++i) {
    const Json& entry = (*value)[i];
    const bool is_text = value->front().is_string();
    if (entry.is_string() && is_text) {
      prompts.texts.push_back(entry.get<std::string>());
    } else if (entry.is_array() && !is_text) {
      prompts.tokens.push_back(TokensOf(entry, fields.Path(name, i), vocab_size, problem));
    } else {
      problem.Set(fields.Path(name, i),
                  Concat(fields.Path(name, i), ": expected ",
                         is_text ? "a string" : "an array of tokens", ", not ", Kind(entry)));
    }
  }
  return prompts;
}

}  // namespace ganglion::serve::rest
