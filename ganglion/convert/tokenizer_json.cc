#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"
#include "ganglion/convert/pre_tokenizer_names.h"
#include "ganglion/convert/token_text.h"
#include "ganglion/convert/vocabulary.h"
#include "ganglion/convert/word_piece.h"
#include "ganglion/gguf/printable.h"

namespace ganglion::convert {
namespace {

using View = std::string_view;

Status Bad(View what) { return {Code::kInvalidArgument, Concat("tokenizer.json: ", what)}; }
Status Unsupported(View what) { return {Code::kUnimplemented, Concat("tokenizer.json: ", what)}; }

// The steps of a normalizer, pre-tokenizer or post-processor: those of the sequence, or itself.
std::vector<const Json*> StepsOf(const Json& tokenizer, const char* part, const char* list_name) {
  std::vector<const Json*> steps;
  const Json* const whole = Find(tokenizer, part);
  if (whole == nullptr) return steps;
  const Json* const list = Find(*whole, list_name);
  if (list == nullptr || !list->is_array()) return {whole};
  for (const Json& step : *list) steps.push_back(&step);
  return steps;
}

Status ReadBaseTokens(const Json& vocab, std::uint64_t size, Vocabulary& out) {
  out.tokens.resize(size);
  out.types.assign(size, TokenType::kUnused);
  for (const auto& [text, id_value] : vocab.items()) {
    const std::uint64_t id = CountOf(id_value).value_or(UINT64_MAX);
    if (id >= size) {
      return Bad(Concat("the token \"", gguf::Printable(text), "\" has the id ", id_value.dump(),
                        "; the model has ", size, " tokens"));
    }
    if (out.types[id] != TokenType::kUnused) {
      return Bad(Concat("two tokens have the id ", id));
    }
    out.tokens[id] = text;
    out.types[id] = TokenType::kNormal;
  }
  for (std::uint64_t id = 0; id < size; ++id) {
    if (out.types[id] == TokenType::kUnused) out.tokens[id] = Concat("[PAD", id, "]");
  }
  return {};
}

// A merge is "left right" or ["left", "right"].
bool SplitMerge(const Json& merge, View& left, View& right) {
  if (merge.is_string()) {
    const View text = merge.get_ref<const std::string&>();
    const std::size_t space = text.find(' ', 1);
    if (text.empty() || space == View::npos || space + 1 == text.size()) return false;
    left = text.substr(0, space);
    right = text.substr(space + 1);
    return true;
  }
  if (!merge.is_array() || merge.size() != 2) return false;
  if (!merge[0].is_string() || !merge[1].is_string()) return false;
  left = merge[0].get_ref<const std::string&>();
  right = merge[1].get_ref<const std::string&>();
  return !left.empty() && !right.empty();
}

Status ReadMerges(const Json& merges, Vocabulary& out) {
  for (const Json& merge : merges) {
    View left;
    View right;
    if (!SplitMerge(merge, left, right)) {
      return Bad(Concat("model.merges[", out.merges.size(), "] is not two parts"));
    }
    out.merges.push_back(Concat(left, " ", right));
    // In GGUF a space parts the two, so neither may hold one. Byte-level texts never do.
    if (std::ranges::count(out.merges.back(), ' ') != 1) {
      return Bad(Concat("model.merges[", out.merges.size() - 1, "] holds a space"));
    }
  }
  return {};
}

// SentencePiece joins the neighbours whose token has the best score, a list of merges those that
// come first in it. A list made from a SentencePiece model has every pair that makes a token, in
// the order of the scores; so the place of a token's first pair stands for its score.
Status ReadScores(const Json& merges, Vocabulary& out) {
  std::unordered_map<std::string, std::uint64_t> ranks;
  std::uint64_t rank = 0;
  for (const Json& merge : merges) {
    View left;
    View right;
    if (!SplitMerge(merge, left, right)) {
      return Bad(Concat("model.merges[", rank, "] is not two parts"));
    }
    ranks.emplace(Concat(left, right), rank++);
  }
  out.scores.assign(out.tokens.size(), 0);
  for (std::size_t id = 0; id < out.tokens.size(); ++id) {
    if (out.types[id] != TokenType::kNormal) continue;
    const auto found = ranks.find(out.tokens[id]);
    out.scores[id] = -static_cast<float>(found == ranks.end() ? rank : found->second);
  }
  return {};
}

// What becomes of spaces, which SentencePiece writes as U+2581.
Status ReadSpaces(const Json& tokenizer, Vocabulary& out) {
  out.add_space_prefix = false;
  for (const Json* step : StepsOf(tokenizer, "normalizer", "normalizers")) {
    const View type = TextOf(*step, "type");
    const Json* const pattern = Find(*step, "pattern");
    if (type == "Prepend" && TextOf(*step, "prepend") == kSpaceMark) {
      out.add_space_prefix = true;
    } else if (type != "Replace" || pattern == nullptr || TextOf(*pattern, "String") != " " ||
               TextOf(*step, "content") != kSpaceMark) {
      return Unsupported(Concat("normalizer: a step of type \"", gguf::Printable(type),
                                "\" is not supported beside SentencePiece's own"));
    }
  }
  for (const Json* step : StepsOf(tokenizer, "pre_tokenizer", "pretokenizers")) {
    const View type = TextOf(*step, "type");
    const Json* const pattern = Find(*step, "pattern");
    if (type == "Metaspace") {
      const View scheme = TextOf(*step, "prepend_scheme");
      const bool prefix =
          scheme.empty() ? FlagOf(*step, "add_prefix_space").value_or(true) : scheme != "never";
      out.add_space_prefix = *out.add_space_prefix || prefix;
    } else if (type != "Split" || pattern == nullptr || TextOf(*pattern, "String") != " ") {
      // A cut at spaces is one at nothing: they are marks by then.
      return Unsupported(Concat("pre_tokenizer: a step of type \"", gguf::Printable(type),
                                "\" is not supported beside SentencePiece's own"));
    }
  }
  return {};
}

// "<0x0A>"
bool IsByteText(View text) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
  return text.size() == 6 && text.starts_with("<0x") && text[5] == '>' && hex(text[3]) &&
         hex(text[4]);
}

Status ReadSentencePiece(const Json& tokenizer, const Json& model, const Json& merges,
                         Vocabulary& out) {
  out.model = "llama";
  out.pre = "default";
  const View unknown = TextOf(model, "unk_token");
  for (std::size_t id = 0; id < out.tokens.size(); ++id) {
    if (out.types[id] != TokenType::kNormal) continue;
    if (IsByteText(out.tokens[id])) out.types[id] = TokenType::kByte;
    if (!unknown.empty() && out.tokens[id] == unknown) out.types[id] = TokenType::kUnknown;
  }
  GN_RETURN_IF_ERROR(ReadSpaces(tokenizer, out));
  return ReadScores(merges, out);
}

// A vocabulary in GGUF cannot ask for Unicode normalization; composed text, which is nearly all
// there is, is the same with and without NFC.
Status ReadByteLevel(const Json& tokenizer, const Json& model, const Json& merges,
                     Vocabulary& out) {
  out.model = "gpt2";
  for (const Json* step : StepsOf(tokenizer, "normalizer", "normalizers")) {
    const View type = TextOf(*step, "type");
    if (type != "NFC") {
      return Unsupported(
          Concat("normalizer: a step of type \"", gguf::Printable(type), "\" is not supported"));
    }
  }
  const bool whole_words = FlagOf(model, "ignore_merges").value_or(false);
  GN_ASSIGN_OR_RETURN(out.pre, PreTokenizerName(*Find(tokenizer, "pre_tokenizer"), whole_words));
  return ReadMerges(merges, out);
}

void ReadFrame(const Json& tokenizer, Vocabulary& out) {
  for (const Json* step : StepsOf(tokenizer, "post_processor", "processors")) {
    const Json* const single = Find(*step, "single");
    if (TextOf(*step, "type") != "TemplateProcessing" || single == nullptr) continue;
    if (!single->is_array() || single->empty()) continue;
    const auto token = [&out](const Json& part) -> std::optional<std::uint32_t> {
      const Json* const special = Find(part, "SpecialToken");
      if (special == nullptr) return std::nullopt;
      return FindToken(out, TextOf(*special, "id"));
    };
    out.knows_frame = true;
    out.front = token(single->front());
    out.back = token(single->back());
  }
}

// BPE, of either kind.
Status ReadBytePairs(const Json& tokenizer, const Json& model, Vocabulary& out) {
  const Json* const merges = Find(model, "merges");
  if (merges == nullptr || !merges->is_array()) return Bad("no model with \"merges\"");
  if (!TextOf(model, "continuing_subword_prefix").empty() ||
      !TextOf(model, "end_of_word_suffix").empty()) {
    return Unsupported("model: continuing_subword_prefix and end_of_word_suffix are not supported");
  }
  const auto steps = StepsOf(tokenizer, "pre_tokenizer", "pretokenizers");
  const bool byte_level = std::ranges::any_of(
      steps, [](const Json* step) { return TextOf(*step, "type") == "ByteLevel"; });
  if (byte_level) return ReadByteLevel(tokenizer, model, *merges, out);
  if (FlagOf(model, "byte_fallback").value_or(false)) {
    return ReadSentencePiece(tokenizer, model, *merges, out);
  }
  return Unsupported(
      "neither a byte-level pre_tokenizer nor model.byte_fallback; BPE of one of "
      "these kinds is supported");
}

// Tokens that frame a text, whatever the folder says of them.
bool LooksSpecial(View text) {
  static constexpr std::array<View, 4> kTexts = {"<pad>", "<mask>", "<2mass>", "[@BOS@]"};
  if (std::ranges::find(kTexts, text) != kTexts.end()) return true;
  return (text.starts_with("<|") && text.ends_with("|>")) ||
         (text.starts_with("<｜") && text.ends_with("｜>")) ||
         (text.starts_with("<unused") && text.ends_with(">"));
}

}  // namespace

void AddToken(std::uint64_t id, const Json& token, Vocabulary& vocabulary) {
  const View text = TextOf(token, "content");
  if (id >= vocabulary.tokens.size() || text.empty()) return;
  std::string& place = vocabulary.tokens[id];
  TokenType& type = vocabulary.types[id];
  vocabulary.strips_right |= FlagOf(token, "rstrip").value_or(false);
  if (type == TokenType::kUnknown && place == text) return;
  place = text;
  type = TokenType::kControl;
  if (FlagOf(token, "special").value_or(false) || LooksSpecial(text)) return;
  type = TokenType::kUserDefined;
  // Such tokens are looked for in the text as it comes, where spaces are spaces.
  for (std::size_t at = place.find(kSpaceMark); at != std::string::npos;
       at = place.find(kSpaceMark, at)) {
    place.replace(at, kSpaceMark.size(), " ");
  }
}

std::optional<std::uint32_t> FindToken(const Vocabulary& vocabulary, View text) {
  std::optional<std::uint32_t> base;
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (vocabulary.tokens[id] != text || vocabulary.types[id] == TokenType::kUnused) continue;
    if (vocabulary.types[id] != TokenType::kNormal) return static_cast<std::uint32_t>(id);
    if (!base) base = static_cast<std::uint32_t>(id);
  }
  return base;
}

Result<Vocabulary> ParseTokenizer(const Json& tokenizer, std::uint64_t size) {
  const Json* const model = Find(tokenizer, "model");
  const Json* const vocab = model == nullptr ? nullptr : Find(*model, "vocab");
  const View kind = model == nullptr ? View() : TextOf(*model, "type");
  const bool pieces = kind == "WordPiece";
  if (!kind.empty() && kind != "BPE" && !pieces) {
    return Unsupported(
        Concat("model of type \"", gguf::Printable(kind), "\"; BPE and WordPiece are supported"));
  }
  if (vocab == nullptr || !vocab->is_object()) return Bad("no model with \"vocab\"");
  Vocabulary out;
  GN_RETURN_IF_ERROR(ReadBaseTokens(*vocab, size, out));
  GN_RETURN_IF_ERROR(pieces ? ReadWordPiece(tokenizer, *model, out)
                            : ReadBytePairs(tokenizer, *model, out));
  if (const Json* const added = Find(tokenizer, "added_tokens"); added != nullptr) {
    for (const Json& token : *added) {
      const Json* const value = Find(token, "id");
      const auto id = value == nullptr ? std::nullopt : CountOf(*value);
      if (!id) return Bad("added_tokens: one has no id");
      AddToken(*id, token, out);
    }
  }
  ReadFrame(tokenizer, out);
  return out;
}

}  // namespace ganglion::convert
