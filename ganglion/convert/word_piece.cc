#include "ganglion/convert/word_piece.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/token_text.h"
#include "ganglion/gguf/printable.h"

namespace ganglion::convert {
namespace {

using View = std::string_view;

constexpr View kContinues = "##";
constexpr std::array<View, 5> kSpecials = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};

Status Unsupported(View what) { return {Code::kUnimplemented, Concat("tokenizer.json: ", what)}; }

void Mark(Vocabulary& out) {
  for (std::size_t id = 0; id < out.tokens.size(); ++id) {
    if (out.types[id] != TokenType::kNormal) continue;
    std::string& text = out.tokens[id];
    if (std::ranges::find(kSpecials, View(text)) != kSpecials.end()) {
      out.types[id] = TokenType::kControl;
    } else if (View(text).starts_with(kContinues)) {
      text.erase(0, kContinues.size());
    } else {
      text.insert(0, kSpaceMark);
    }
  }
}

// Of a flag, what a reader of GGUF assumes where it is not there is true.
Status ReadNormalizer(const Json& tokenizer, Vocabulary& out) {
  const Json* const normalizer = Find(tokenizer, "normalizer");
  if (normalizer == nullptr || TextOf(*normalizer, "type") != "BertNormalizer") {
    return Unsupported("normalizer: beside a WordPiece model only BertNormalizer is supported");
  }
  for (const char* const name : {"clean_text", "handle_chinese_chars"}) {
    if (FlagOf(*normalizer, name).value_or(true)) continue;
    return Unsupported(Concat("normalizer: ", name, " is false, which GGUF cannot say"));
  }
  out.lowercase = FlagOf(*normalizer, "lowercase").value_or(true);
  out.strip_accents = FlagOf(*normalizer, "strip_accents");
  return {};
}

}  // namespace

Status ReadWordPiece(const Json& tokenizer, const Json& model, Vocabulary& out) {
  out.model = "bert";
  out.pre = "default";
  const View prefix = TextOf(model, "continuing_subword_prefix");
  if (!prefix.empty() && prefix != kContinues) {
    return Unsupported(Concat("model: continuing_subword_prefix \"", gguf::Printable(prefix),
                              "\"; only ## is supported"));
  }
  const Json* const pre = Find(tokenizer, "pre_tokenizer");
  if (pre == nullptr || TextOf(*pre, "type") != "BertPreTokenizer") {
    return Unsupported(
        "pre_tokenizer: beside a WordPiece model only BertPreTokenizer is supported");
  }
  GN_RETURN_IF_ERROR(ReadNormalizer(tokenizer, out));
  Mark(out);
  return {};
}

Result<Vocabulary> WordPiecesOf(View lines, std::uint64_t size) {
  Vocabulary out;
  out.model = "bert";
  out.pre = "default";
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    View line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (out.tokens.size() == size) {
      return Status(Code::kInvalidArgument,
                    Concat("vocab.txt: more than the ", size, " tokens of the model"));
    }
    out.tokens.emplace_back(line);
    out.types.push_back(TokenType::kNormal);
  }
  while (out.tokens.size() < size) {
    out.tokens.push_back(Concat("[PAD", out.tokens.size(), "]"));
    out.types.push_back(TokenType::kUnused);
  }
  Mark(out);
  return out;
}

}  // namespace ganglion::convert
