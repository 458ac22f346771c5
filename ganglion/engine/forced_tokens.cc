#include "ganglion/engine/forced_tokens.h"

#include <string>

namespace ganglion::engine {
namespace {

// The tokens behind `before` in the tokenisation of `before` + `text`, if one ends exactly there.
std::vector<TokenId> TokensBehind(const Tokenizer& tokenizer, std::string_view before,
                                  std::string_view text) {
  const std::string whole = std::string(before) + std::string(text);
  const auto tokens = tokenizer.Encode(whole);
  if (!tokens.ok()) return {};
  std::string spelt;
  for (const TokenId token : *tokens) spelt += tokenizer.Piece(token);
  // SentencePiece puts a space in front of everything.
  const std::size_t extra = spelt.size() - std::min(spelt.size(), whole.size());
  if (std::string_view(spelt).substr(extra) != whole) return {};
  std::size_t at = 0;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    if (at == extra + before.size()) {
      return {tokens->begin() + static_cast<std::ptrdiff_t>(i), tokens->end()};
    }
    at += tokenizer.Piece((*tokens)[i]).size();
  }
  return {};
}

}  // namespace

std::vector<TokenId> TokenizeForced(const Tokenizer& tokenizer, std::span<const TokenId> tail,
                                    std::string_view text) {
  std::string before;
  for (const TokenId token : tail) before += tokenizer.Piece(token);
  // With what stands before, because a tokenizer looks at it; then without, because what stands
  // before may be half a character or not what the tokenizer would have written.
  for (const std::string_view context :
       {std::string_view(before), std::string_view(), std::string_view("\n")}) {
    auto tokens = TokensBehind(tokenizer, context, text);
    if (!tokens.empty()) return tokens;
  }
  return {};
}

}  // namespace ganglion::engine
