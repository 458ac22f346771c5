#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/serve/rest/fields.h"

namespace ganglion::serve::rest {

// Texts, or the same as tokens, of a field that is a string, an array of strings, an array of
// tokens or an array of arrays of tokens. One of the two is empty.
struct Prompts {
  std::vector<std::string> texts;
  std::vector<std::vector<std::int32_t>> tokens;
  std::size_t size() const { return texts.size() + tokens.size(); }
};
Prompts ReadPrompts(const Fields& fields, std::string_view name, std::size_t prompts_max,
                    std::int32_t vocab_size);

// One array of tokens. `path` is for messages.
std::vector<std::int32_t> TokensOf(const Json& list, const std::string& path,
                                   std::int32_t vocab_size, Problem& problem);

}  // namespace ganglion::serve::rest
