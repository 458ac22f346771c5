#include "ganglion/tokenizer/special_tokens.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/limits.h"
#include "ganglion/tokenizer/pre_tokenizer.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

using View = std::string_view;

// Texts by which models end an answer or a turn.
constexpr View kEndTexts[] = {
    "</s>",
    "<EOT>",
    "<end_of_turn>",
    "<end_of_utterance>",
    "<eos>",
    "<turn|>",
    "<|call|>",
    "<|calls|>",
    "<|end_of_text|>",
    "<|endoftext|>",
    "<|end|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|flush|>",
    "<|im_end|>",
    "<|return|>",
    "<|tool_response>",
    "<｜end▁of▁sentence｜>",
    "[EOS]",
    "[EOT]",
    "[e~[",
    "_<EOT>",
};

// Texts that end what a code model fills in.
constexpr View kFillEndTexts[] = {
    "<PAD>",        "<REPO>",      "<fim-pad>",    "<fim-repo>",    "<fim_pad>", "<reponame>",
    "<|file_sep|>", "<|fim_pad|>", "<|fim_repo|>", "<|repo_name|>", "[PAD]",
};

// Texts that frame what a code model fills in: control tokens, but no end.
constexpr View kFillTexts[] = {
    "<MID>",           "<PRE>",           "<SUF>",          "<fim-middle>",    "<fim-prefix>",
    "<fim-suffix>",    "<fim_middle>",    "<fim_prefix>",   "<fim_suffix>",    "<|code_middle|>",
    "<|code_prefix|>", "<|code_suffix|>", "<|fim_middle|>", "<|fim_prefix|>",  "<|fim_suffix|>",
    "<|middle|>",      "<|prefix|>",      "<|suffix|>",     "<｜fim▁begin｜>", "<｜fim▁end｜>",
    "<｜fim▁hole｜>",  "▁<MID>",          "▁<PRE>",         "▁<SUF>",
};

template <std::size_t kSize>
bool Among(const View (&texts)[kSize], View text) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

bool Has(const VocabularySource& source, View text) {
  return std::find(source.tokens.begin(), source.tokens.end(), text) != source.tokens.end();
}

bool IsSpecialType(TokenType type) {
  return type == TokenType::kControl || type == TokenType::kUnknown ||
         type == TokenType::kUserDefined;
}

// gpt-oss and solar-open end a message, but not the answer, with "<|end|>".
bool EndIsNoEnd(const VocabularySource& source) {
  const bool calls = Has(source, "<|call|>") || Has(source, "<|calls|>");
  return calls && (Has(source, "<|return|>") || Has(source, "<|flush|>"));
}

Status CheckLengths(const VocabularySource& source) {
  const std::size_t count = source.tokens.size();
  if (count == 0) return {Code::kInvalidArgument, "tokenizer.ggml.tokens: empty"};
  if (count > kVocabularyTokensMax) {
    return {Code::kResourceExhausted, "tokenizer.ggml.tokens: " + std::to_string(count) +
                                          " tokens; at most " +
                                          std::to_string(kVocabularyTokensMax)};
  }
  if (source.merges.size() > kMergesMax) {
    return {Code::kResourceExhausted,
            "tokenizer.ggml.merges: " + std::to_string(source.merges.size()) + " merges; at most " +
                std::to_string(kMergesMax)};
  }
  const auto fits = [count](std::size_t size) { return size == 0 || size == count; };
  if (!fits(source.scores.size()) || !fits(source.types.size())) {
    return {Code::kInvalidArgument, "tokenizer.ggml: " + std::to_string(count) + " tokens, " +
                                        std::to_string(source.scores.size()) + " scores, " +
                                        std::to_string(source.types.size()) +
                                        " token types; they must be as many"};
  }
  return {};
}

Status CheckTexts(const VocabularySource& source) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    bytes += source.tokens[i].size();
    if (source.tokens[i].size() > kTokenBytesMax) {
      return {Code::kResourceExhausted, "tokenizer.ggml.tokens[" + std::to_string(i) +
                                            "]: " + std::to_string(source.tokens[i].size()) +
                                            " bytes; at most " + std::to_string(kTokenBytesMax)};
    }
    if (!std::isfinite(source.ScoreOf(i))) {
      return {Code::kInvalidArgument,
              "tokenizer.ggml.scores[" + std::to_string(i) + "]: not a number"};
    }
  }
  for (const std::string& merge : source.merges) bytes += merge.size();
  if (bytes > kVocabularyBytesMax) {
    return {Code::kResourceExhausted, "tokenizer.ggml: texts of " + std::to_string(bytes) +
                                          " bytes; at most " + std::to_string(kVocabularyBytesMax)};
  }
  return {};
}

Status CheckIds(const VocabularySource& source) {
  const std::pair<View, std::optional<TokenId>> ids[] = {
      {"bos", source.bos}, {"eos", source.eos}, {"eot", source.eot},
      {"eom", source.eom}, {"unk", source.unk}, {"sep", source.sep},
      {"pad", source.pad}, {"cls", source.cls}, {"mask", source.mask},
  };
  for (const auto& [name, id] : ids) {
    if (!id.has_value() || *id == kNoToken) continue;
    if (Value(*id) < 0 || static_cast<std::size_t>(Value(*id)) >= source.tokens.size()) {
      return {Code::kInvalidArgument, std::string(name) + " token " + std::to_string(Value(*id)) +
                                          " is not in a vocabulary of " +
                                          std::to_string(source.tokens.size())};
    }
  }
  return {};
}

// Sets an absent id, where the vocabulary has such a token.
void Default(const VocabularySource& source, std::int32_t id, std::optional<TokenId>& field) {
  if (field.has_value()) return;
  const bool there = id >= 0 && static_cast<std::size_t>(id) < source.tokens.size();
  field = there ? TokenId{id} : kNoToken;
}

void FillIds(VocabularySource& source) {
  if (source.model == "bert" && !source.bos.has_value()) source.bos = source.cls;
  struct Ids {
    View model;
    std::int32_t bos, eos, unk, sep, pad;
  };
  static constexpr Ids kIds[] = {
      {"llama", 1, 2, 0, -1, -1}, {"t5", -1, 1, 2, -1, 0}, {"bert", 101, -1, 100, 102, 0}};
  Ids ids = {source.model, -1, -1, -1, -1, -1};
  for (const Ids& known : kIds) {
    if (known.model == source.model) ids = known;
  }
  Default(source, ids.bos, source.bos);
  Default(source, ids.eos, source.eos);
  Default(source, ids.unk, source.unk);
  Default(source, ids.sep, source.sep);
  Default(source, ids.pad, source.pad);
  Default(source, -1, source.eot);
  Default(source, -1, source.eom);
}

void FillFlags(VocabularySource& source) {
  const PreTokenizerRule* rule = source.model == "gpt2" ? FindPreTokenizer(source.pre) : nullptr;
  const bool bos = source.model == "llama" || (rule != nullptr && rule->adds_bos);
  if (!source.add_bos.has_value()) source.add_bos = bos;
  if (!source.add_eos.has_value()) source.add_eos = source.model == "t5";
  if (source.model == "bert") source.add_bos = source.add_eos = true;
}

}  // namespace

bool IsTextType(TokenType type) {
  return type == TokenType::kNormal || type == TokenType::kUserDefined ||
         type == TokenType::kUndefined;
}

Status CheckVocabulary(const VocabularySource& source) {
  GN_RETURN_IF_ERROR(CheckLengths(source));
  GN_RETURN_IF_ERROR(CheckTexts(source));
  return CheckIds(source);
}

Status FillDefaults(VocabularySource& source) {
  FillIds(source);
  FillFlags(source);
  // BERT closes a text with its separator.
  const TokenId end = source.model == "bert" ? *source.sep : *source.eos;
  if (*source.add_bos && *source.bos == kNoToken) {
    return {Code::kInvalidArgument, "tokenizer.ggml.add_bos_token without bos_token_id"};
  }
  if (*source.add_eos && end == kNoToken) {
    return {Code::kInvalidArgument, "tokenizer.ggml.add_eos_token without eos_token_id"};
  }
  const bool end_is_no_end = EndIsNoEnd(source);
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const View text = source.tokens[i];
    if (text.size() < 4 || (end_is_no_end && text == "<|end|>")) continue;
    if (!Among(kEndTexts, text) && !Among(kFillEndTexts, text) && !Among(kFillTexts, text)) {
      continue;
    }
    if (source.types.empty()) source.types.assign(source.tokens.size(), TokenType::kNormal);
    source.types[i] = TokenType::kControl;
  }
  return {};
}

std::vector<TokenId> EndOfGeneration(const VocabularySource& source) {
  std::set<TokenId> ends;
  for (const auto& id : {source.eos, source.eot, source.eom}) {
    if (id.value_or(kNoToken) != kNoToken) ends.insert(*id);
  }
  const bool end_is_no_end = EndIsNoEnd(source);
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const View text = source.tokens[i];
    if (text.size() < 4 || (end_is_no_end && text == "<|end|>")) continue;
    if (Among(kEndTexts, text) || Among(kFillEndTexts, text)) {
      ends.insert(TokenId{static_cast<std::int32_t>(i)});
    }
  }
  return {ends.begin(), ends.end()};
}

std::vector<SpecialMatcher::Special> Specials(const VocabularySource& source, bool parse_special) {
  std::string name = source.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto contains = [](View text, View part) { return text.find(part) != View::npos; };
  const bool phi3 = contains(name, "phi-3") || contains(name, "phi3");
  const bool mask_strips = contains(source.pre, "jina-v2-") ||
                           contains(source.architecture, "nomic-bert-moe") ||
                           contains(source.architecture, "jina-bert-v3");
  std::vector<SpecialMatcher::Special> specials;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const TokenType type = source.TypeOf(i);
    const std::string& text = source.tokens[i];
    // An ill-formed text could match inside a character and leave halves of it behind.
    if (text.empty() || Repaired(text).has_value() || !IsSpecialType(type)) continue;
    if (!parse_special && type != TokenType::kUserDefined) continue;
    const bool keeps = text == "<unk>" || text == "<s>" || text == "<|endoftext|>";
    specials.push_back({.text = text,
                        .token = TokenId{static_cast<std::int32_t>(i)},
                        .strip_left = (mask_strips && text == "<mask>") ||
                                      (contains(name, "modern-bert") && text == "[MASK]"),
                        .strip_right = phi3 && !keeps});
  }
  return specials;
}

}  // namespace ganglion::tokenizer
