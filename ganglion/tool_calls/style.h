#pragma once

#include <cstdint>
#include <string_view>

namespace ganglion::tool_calls {

// The forms in which models write that they want a function called. A model learnt one of them, and
// its chat template shows which.
//
// | style        | text of a call                                                    |
// | ------------ | ----------------------------------------------------------------- |
// | kHermes      | <tool_call>{"name": "f", "arguments": {...}}</tool_call>           |
// | kLlama       | {"name": "f", "parameters": {...}}, alone or behind <|python_tag|>; |
// |              | more of them behind ";"                                           |
// | kMistral     | [TOOL_CALLS][{"name": "f", "arguments": {...}}, ...]              |
// | kMistralArgs | [TOOL_CALLS]f[ARGS]{...}                                          |
// | kFunctionary | <function=f>{...}</function>                                      |
enum class Style : std::uint8_t {
  kNone,  // the template knows no tools, or writes calls in a form that is none of these
  kHermes,
  kLlama,
  kMistral,
  kMistralArgs,
  kFunctionary,
};

std::string_view NameOf(Style style);

// From the source of a chat template, by the literals that it writes calls with.
Style StyleOf(std::string_view template_source);

// Whether the text is one of those that mark a call in this style. Many vocabularies have control
// tokens for them.
bool IsMarkOf(Style style, std::string_view text);

}  // namespace ganglion::tool_calls
