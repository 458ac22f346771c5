#include "ganglion/tokenizer/tokenizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/limits.h"
#include "ganglion/tokenizer/special_matcher.h"
#include "ganglion/tokenizer/special_tokens.h"
#include "ganglion/tokenizer/text_table.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion {

using tokenizer::Encoder;
using tokenizer::SpecialMatcher;

struct Tokenizer::State {
  State(SpecialMatcher with_control, SpecialMatcher user_defined)
      : specials(std::move(with_control)), user_defined(std::move(user_defined)) {}

  tokenizer::TextTable texts;
  tokenizer::TextTable pieces;  // by row only
  std::vector<TokenType> types;
  std::vector<TokenId> ends;  // of generation, ascending
  std::unique_ptr<const Encoder> encoder;
  SpecialMatcher specials;      // searched with parse_special
  SpecialMatcher user_defined;  // searched without
  TokenId bos = kNoToken;
  TokenId eos = kNoToken;
  TokenId eot = kNoToken;
  TokenId unknown = kNoToken;
  TokenId padding = kNoToken;
  TokenId closing = kNoToken;  // what add_special puts at the end: EOS, for bert SEP
  bool add_bos = false;
  bool add_eos = false;
  bool space_prefix = false;  // Encode puts a space in front of each stretch of text
};

namespace {

constexpr std::string_view kModels = "bert, gpt2, llama, t5";

Result<std::unique_ptr<const Encoder>> MakeEncoder(const VocabularySource& source) {
  if (source.model == "gpt2") return tokenizer::MakeByteLevelEncoder(source);
  if (source.model == "llama") return tokenizer::MakeSentencePieceEncoder(source);
  if (source.model == "t5") return tokenizer::MakeUnigramEncoder(source);
  if (source.model == "bert") return tokenizer::MakeWordPieceEncoder(source);
  return Status(Code::kUnimplemented, "tokenizer.ggml.model: unknown kind '" + source.model +
                                          "'; known are " + std::string(kModels));
}

bool PutsSpaceInFront(const VocabularySource& source) {
  if (source.model == "llama") return source.add_space_prefix.value_or(true);
  if (source.model == "t5") {
    return source.add_space_prefix.value_or(false) ||
           source.remove_extra_whitespaces.value_or(false);
  }
  return source.model == "bert";
}

std::string MakePiece(const VocabularySource& source, std::size_t token) {
  const std::string& text = source.tokens[token];
  switch (source.TypeOf(token)) {
    case TokenType::kControl:
    case TokenType::kUnknown:
    case TokenType::kUnused:
      return {};
    case TokenType::kUserDefined:
      return text;
    case TokenType::kByte:
      if (const auto byte = tokenizer::ByteOfHexText(text); byte.has_value()) {
        return std::string(1, static_cast<char>(*byte));
      }
      return text;
    case TokenType::kUndefined:
    case TokenType::kNormal:
      break;
  }
  return source.model == "gpt2" ? tokenizer::FromStandIns(text)
                                : tokenizer::Replaced(text, tokenizer::kSpaceMark, " ");
}

// Whether the token was taken out of a text as a whole, so that the text after it is a stretch of
// its own.
bool EndsStretch(TokenType type) {
  return type == TokenType::kControl || type == TokenType::kUnknown ||
         type == TokenType::kUserDefined;
}

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Tokenizer::~Tokenizer() = default;

Result<std::shared_ptr<const Tokenizer>> Tokenizer::FromGguf(const gguf::File& file) {
  GN_ASSIGN_OR_RETURN(VocabularySource source, VocabularySource::FromGguf(file));
  return FromVocabulary(std::move(source));
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::FromVocabulary(VocabularySource source) {
  GN_RETURN_IF_ERROR(tokenizer::CheckVocabulary(source));
  GN_RETURN_IF_ERROR(tokenizer::FillDefaults(source));
  auto state = std::make_unique<State>(SpecialMatcher(tokenizer::Specials(source, true)),
                                       SpecialMatcher(tokenizer::Specials(source, false)));
  GN_ASSIGN_OR_RETURN(state->encoder, MakeEncoder(source));
  std::size_t bytes = 0;
  for (const std::string& text : source.tokens) bytes += text.size();
  state->texts.Reserve(source.tokens.size(), bytes);
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    state->texts.Add(source.tokens[i]);
    state->pieces.AddHidden(MakePiece(source, i));
    state->types.push_back(source.TypeOf(i));
  }
  state->ends = tokenizer::EndOfGeneration(source);
  state->bos = *source.bos;
  state->eos = *source.eos;
  state->eot = *source.eot;
  state->unknown = *source.unk;
  state->padding = *source.pad;
  state->closing = source.model == "bert" ? *source.sep : *source.eos;
  state->add_bos = *source.add_bos;
  state->add_eos = *source.add_eos;
  state->space_prefix = PutsSpaceInFront(source);
  return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state)));
}

Result<std::vector<TokenId>> Tokenizer::Encode(std::string_view utf8, EncodeOptions options) const {
  if (utf8.size() > tokenizer::kEncodeBytesMax) {
    return Status(Code::kResourceExhausted,
                  "text of " + std::to_string(utf8.size()) + " bytes; at most " +
                      std::to_string(tokenizer::kEncodeBytesMax) + " at a time");
  }
  const std::optional<std::string> repaired = tokenizer::Repaired(utf8);
  const std::string_view text = repaired.has_value() ? std::string_view(*repaired) : utf8;

  std::vector<TokenId> tokens;
  if (options.add_special && state_->add_bos) tokens.push_back(state_->bos);
  const SpecialMatcher& matcher = options.parse_special ? state_->specials : state_->user_defined;
  for (const SpecialMatcher::Segment& segment : matcher.Split(text)) {
    if (segment.token != kNoToken) {
      tokens.push_back(segment.token);
      continue;
    }
    GN_ASSIGN_OR_RETURN(const std::vector<TokenId> part, state_->encoder->Encode(segment.text));
    tokens.insert(tokens.end(), part.begin(), part.end());
  }
  if (options.add_special && state_->add_eos) tokens.push_back(state_->closing);
  return tokens;
}

std::string Tokenizer::Decode(std::span<const TokenId> tokens, bool show_special) const {
  std::string text;
  bool stretch_begins = true;
  for (const TokenId token : tokens) {
    if (!Contains(token)) continue;
    const TokenType type = Type(token);
    const bool hidden = type == TokenType::kControl || type == TokenType::kUnknown;
    std::string_view piece = hidden && show_special ? Text(token) : Piece(token);
    if (stretch_begins && !EndsStretch(type) && state_->space_prefix && piece.starts_with(' ')) {
      piece.remove_prefix(1);
    }
    text.append(piece);
    stretch_begins = EndsStretch(type);
  }
  return text;
}

std::string_view Tokenizer::Piece(TokenId token) const { return state_->pieces.Text(Value(token)); }
std::string_view Tokenizer::Text(TokenId token) const { return state_->texts.Text(Value(token)); }
TokenId Tokenizer::Find(std::string_view text) const { return TokenId{state_->texts.Find(text)}; }

std::size_t Tokenizer::size() const { return state_->types.size(); }
TokenId Tokenizer::bos() const { return state_->bos; }
TokenId Tokenizer::eos() const { return state_->eos; }
TokenId Tokenizer::eot() const { return state_->eot; }
TokenId Tokenizer::unknown() const { return state_->unknown; }
TokenId Tokenizer::padding() const { return state_->padding; }
bool Tokenizer::add_bos() const { return state_->add_bos; }
bool Tokenizer::add_eos() const { return state_->add_eos; }

bool Tokenizer::Contains(TokenId token) const {
  return Value(token) >= 0 && static_cast<std::size_t>(Value(token)) < size();
}

TokenType Tokenizer::Type(TokenId token) const {
  GN_CHECK(Contains(token));
  return state_->types[static_cast<std::size_t>(Value(token))];
}

bool Tokenizer::IsControl(TokenId token) const { return Type(token) == TokenType::kControl; }

bool Tokenizer::IsEndOfGeneration(TokenId token) const {
  return std::binary_search(state_->ends.begin(), state_->ends.end(), token);
}

std::vector<TokenId> Tokenizer::EndOfGenerationTokens() const { return state_->ends; }

}  // namespace ganglion
