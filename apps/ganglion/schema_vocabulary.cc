#include "apps/ganglion/schema_vocabulary.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion::app {
namespace {

constexpr std::int32_t kBytes = 256;

TokenId Id(std::size_t index) { return TokenId{static_cast<std::int32_t>(index)}; }

Result<std::shared_ptr<const Tokenizer>> LoadTokenizer(const std::string& path) {
  auto file = gguf::File::Open(path);
  if (!file.ok()) return std::move(file).error();
  auto tokenizer = Tokenizer::FromGguf(**file);
  if (!tokenizer.ok()) return std::move(tokenizer).error().WithContext(path);
  return tokenizer;
}

}  // namespace

Result<SchemaVocabulary> SchemaVocabulary::Load(const std::string& path) {
  SchemaVocabulary made;
  std::vector<std::string> pieces;
  std::vector<TokenId> ends;
  if (path.empty()) {
    for (std::int32_t byte = 0; byte < kBytes; ++byte) {
      pieces.emplace_back(1, static_cast<char>(byte));
    }
    pieces.emplace_back();
    ends.push_back(TokenId{kBytes});
    made.name_ = "single bytes";
  } else {
    GN_ASSIGN_OR_RETURN(made.tokenizer_, LoadTokenizer(path));
    for (std::size_t i = 0; i < made.tokenizer_->size(); ++i) {
      pieces.emplace_back(made.tokenizer_->Piece(Id(i)));
    }
    ends = made.tokenizer_->EndOfGenerationTokens();
    made.name_ = path;
  }
  if (pieces.size() > grammar::kVocabularyTokensMax) {
    return Status(Code::kResourceExhausted, Concat(path, ": ", pieces.size(), " tokens"));
  }
  if (ends.empty()) {
    return Status(Code::kInvalidArgument, path + ": the vocabulary has no token that ends a text");
  }
  made.of_byte_.assign(kBytes, kNoToken);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].size() == 1) made.of_byte_[static_cast<unsigned char>(pieces[i][0])] = Id(i);
  }
  made.pieces_ = grammar::Vocabulary::Create(std::move(pieces), std::move(ends));
  return made;
}

std::vector<TokenId> SchemaVocabulary::Encode(std::string_view text) const {
  if (tokenizer_ != nullptr) {
    auto tokens = tokenizer_->Encode(text);
    std::string spelt;
    if (tokens.ok()) {
      for (const TokenId token : *tokens) spelt += tokenizer_->Piece(token);
    }
    // SentencePiece puts a space in front of everything, which is no part of an answer.
    if (tokens.ok() && spelt == text) return *std::move(tokens);
  }
  std::vector<TokenId> tokens;
  tokens.reserve(text.size());
  for (const char byte : text) {
    const TokenId token = of_byte_[static_cast<unsigned char>(byte)];
    if (token == kNoToken) return {};
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace ganglion::app
