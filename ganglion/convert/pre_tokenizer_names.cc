#include "ganglion/convert/pre_tokenizer_names.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/printable.h"

namespace ganglion::convert {
namespace {

using View = std::string_view;

// The steps of a pre-tokenizer are compared as texts: an expression as it is published, with line
// ends written as escapes; "digits" for each digit alone; "gpt2" for the expression that the
// byte-level step has built in.
constexpr View kDigits = "digits";
constexpr View kBuiltIn = "gpt2";

#define GN_CONTRACTIONS R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define GN_TAIL R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define GN_TAIL_SLASH R"( ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define GN_LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define GN_UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define GN_MARK R"([^\r\n\p{L}\p{N}]?)"

constexpr View kLlama3 = GN_CONTRACTIONS "|" GN_MARK R"(\p{L}+|\p{N}{1,3}|)" GN_TAIL;
// The same cuts, written for an engine with possessive repeats.
constexpr View kLlama3Possessive = R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}|)"
                                   R"( ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr View kQwen2 = GN_CONTRACTIONS "|" GN_MARK R"(\p{L}+|\p{N}|)" GN_TAIL;
constexpr View kQwen35 = GN_CONTRACTIONS
    "|" GN_MARK R"([\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr View kTekken =
    GN_MARK GN_UPPER "*" GN_LOWER "+|" GN_MARK GN_UPPER "+" GN_LOWER R"(*|\p{N}|)" GN_TAIL_SLASH;
constexpr View kGpt4o =
    GN_MARK GN_UPPER "*" GN_LOWER "+" GN_CONTRACTIONS "?|" GN_MARK GN_UPPER "+" GN_LOWER
                     "*" GN_CONTRACTIONS R"(?|\p{N}{1,3}|)" GN_TAIL_SLASH;
constexpr View kSeedCoder = GN_CONTRACTIONS
    "|" GN_MARK R"(\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr View kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

#undef GN_CONTRACTIONS
#undef GN_TAIL
#undef GN_TAIL_SLASH
#undef GN_LOWER
#undef GN_UPPER
#undef GN_MARK

constexpr View kBuiltInSteps[] = {kBuiltIn};
constexpr View kGpt2Steps[] = {kGpt2};
constexpr View kDigitSteps[] = {kDigits, kBuiltIn};
constexpr View kLlama3Steps[] = {kLlama3};
constexpr View kLlama3PossessiveSteps[] = {kLlama3Possessive};
constexpr View kQwen2Steps[] = {kQwen2};
constexpr View kQwen35Steps[] = {kQwen35};
constexpr View kTekkenSteps[] = {kTekken};
constexpr View kGpt4oSteps[] = {kGpt4o};
constexpr View kSeedCoderSteps[] = {kSeedCoder};
constexpr View kDeepSeekCoderSteps[] = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)",
                                        "[一-龥ࠀ-一가-\xed\x9f\xbf]+", kDigits};

struct Known {
  View name;
  std::span<const View> steps;
  View name_of_whole_words;  // where the vocabulary takes whole words without merging
};
constexpr Known kKnown[] = {
    {"gpt-2", kBuiltInSteps, {}},
    {"gpt-2", kGpt2Steps, {}},
    {"starcoder", kDigitSteps, {}},
    {"dbrx", kLlama3Steps, "llama-bpe"},
    {"dbrx", kLlama3PossessiveSteps, "llama-bpe"},
    {"qwen2", kQwen2Steps, {}},
    {"qwen35", kQwen35Steps, {}},
    {"tekken", kTekkenSteps, "tekken"},
    {"gpt-4o", kGpt4oSteps, {}},
    {"seed-coder", kSeedCoderSteps, {}},
    {"deepseek-coder", kDeepSeekCoderSteps, {}},
};

std::string WithEscapes(View text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

Status Unknown(const std::string& what) {
  std::string names;
  for (const Known& known : kKnown) {
    names.append(names.empty() ? "" : ", ").append(known.name);
  }
  return {Code::kUnimplemented,
          Concat("tokenizer.json: pre_tokenizer: ", what,
                 " is not known; the known ones are those of ", names, ", llama-bpe")};
}

// Adds what one step cuts by; a step that cuts nothing adds nothing.
Status AddStep(const Json& step, std::vector<std::string>& steps) {
  const View type = TextOf(step, "type");
  if (type == "ByteLevel") {
    if (FlagOf(step, "add_prefix_space").value_or(true)) {
      return {Code::kUnimplemented,
              "tokenizer.json: pre_tokenizer: add_prefix_space is not supported"};
    }
    if (FlagOf(step, "use_regex").value_or(true)) steps.emplace_back(kBuiltIn);
    return {};
  }
  if (type == "Digits" && FlagOf(step, "individual_digits").value_or(false)) {
    steps.emplace_back(kDigits);
    return {};
  }
  const Json* const pattern = Find(step, "pattern");
  const View expression = pattern == nullptr ? View() : TextOf(*pattern, "Regex");
  const View behavior = TextOf(step, "behavior");
  const bool inverted = FlagOf(step, "invert").value_or(false);
  // To keep the matches apart, and to drop what lies between them, is one where all is matched.
  const bool cuts = (behavior == "Isolated" && !inverted) || (behavior == "Removed" && inverted);
  if (type != "Split" || expression.empty() || !cuts) {
    return Unknown(Concat("a step of type \"", gguf::Printable(type), "\""));
  }
  steps.push_back(WithEscapes(expression));
  return {};
}

}  // namespace

Result<std::string> PreTokenizerName(const Json& pre_tokenizer, bool whole_words) {
  std::vector<std::string> steps;
  const Json* const sequence = Find(pre_tokenizer, "pretokenizers");
  if (sequence != nullptr && sequence->is_array()) {
    for (const Json& step : *sequence) GN_RETURN_IF_ERROR(AddStep(step, steps));
  } else {
    GN_RETURN_IF_ERROR(AddStep(pre_tokenizer, steps));
  }
  for (const Known& known : kKnown) {
    if (!std::ranges::equal(known.steps, steps)) continue;
    return std::string(whole_words && !known.name_of_whole_words.empty() ? known.name_of_whole_words
                                                                         : known.name);
  }
  std::string shown;
  for (const std::string& step : steps) shown += (shown.empty() ? "" : ", then ") + step;
  return Unknown(Concat("the expression ", shown.substr(0, 400)));
}

}  // namespace ganglion::convert
