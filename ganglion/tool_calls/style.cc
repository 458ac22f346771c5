#include "ganglion/tool_calls/style.h"

#include <initializer_list>

namespace ganglion::tool_calls {
namespace {

bool HasAll(std::string_view source, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (source.find(text) == std::string_view::npos) return false;
  }
  return true;
}

bool HasAny(std::string_view source, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (source.find(text) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

std::string_view NameOf(Style style) {
  switch (style) {
    case Style::kNone:
      return "none";
    case Style::kHermes:
      return "hermes";
    case Style::kLlama:
      return "llama";
    case Style::kMistral:
      return "mistral";
    case Style::kMistralArgs:
      return "mistral with [ARGS]";
    case Style::kFunctionary:
      return "functionary";
  }
  return "none";
}

Style StyleOf(std::string_view source) {
  if (!HasAll(source, {"tools"})) return Style::kNone;
  if (HasAll(source, {"[TOOL_CALLS]"})) {
    return HasAll(source, {"[ARGS]"}) ? Style::kMistralArgs : Style::kMistral;
  }
  // Others write the same tag around XML: an argument in a tag of its own.
  if (HasAll(source, {"<tool_call>", "</tool_call>", "arguments"}) &&
      !HasAny(source, {"<arg_key>", "<parameter=", "<function="})) {
    return Style::kHermes;
  }
  if (HasAll(source, {"<function=", "</function>"}) && !HasAny(source, {"<parameter="})) {
    return Style::kFunctionary;
  }
  if (HasAll(source, {"ipython", "\"parameters\": ", "{\"name\": \""})) return Style::kLlama;
  return Style::kNone;
}

bool IsMarkOf(Style style, std::string_view text) {
  switch (style) {
    case Style::kHermes:
      return text == "<tool_call>" || text == "</tool_call>";
    case Style::kLlama:
      return text == "<|python_tag|>";
    case Style::kMistral:
    case Style::kMistralArgs:
      return text == "[TOOL_CALLS]" || text == "[ARGS]" || text == "[CALL_ID]";
    case Style::kFunctionary:
    case Style::kNone:
      break;
  }
  return false;
}

}  // namespace ganglion::tool_calls
