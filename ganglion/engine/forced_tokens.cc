#include "ganglion/engine/forced_tokens.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ganglion/engine/limits.h"

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

bool IsInsideCharacter(std::string_view text, std::size_t at) {
  return (static_cast<std::uint8_t>(text[at]) & 0xC0) == 0x80;
}

// What of a forced text is the same in every tokenisation that crosses its end.
class Border {
 public:
  Border(const Tokenizer& tokenizer, std::span<const TokenId> tail, std::string_view text)
      : tokenizer_(tokenizer), tail_(tail), text_(text), same_(Tokens(text)) {}

  // A token across the end that begins at `at` leaves what the text before it is written with.
  void Cross(std::size_t at, std::span<const TokenId> across, bool are_all) {
    if (are_all && across.empty()) return;
    if (IsInsideCharacter(text_, at)) {
      // No text ends here, so nothing can be asked of the tokenizer.
      while (IsInsideCharacter(text_, at)) --at;
      are_all = false;
    }
    const std::string head(text_.substr(0, at));
    const std::vector<TokenId> before = Tokens(head);
    const bool is_written = !are_all || std::ranges::any_of(across, [&](TokenId token) {
      std::vector<TokenId> whole = Tokens(head + std::string(tokenizer_.Piece(token)));
      if (whole.empty() || whole.back() != token) return false;
      whole.pop_back();
      return whole == before;
    });
    if (!is_written) return;
    const auto end = std::ranges::mismatch(same_, before).in1;
    same_.erase(end, same_.end());
  }

  std::vector<TokenId> TakeSame() { return std::move(same_); }
  bool has_same() const { return !same_.empty(); }

 private:
  std::vector<TokenId> Tokens(std::string_view text) const {
    return TokenizeForced(tokenizer_, tail_, text);
  }

  const Tokenizer& tokenizer_;
  std::span<const TokenId> tail_;
  std::string_view text_;
  std::vector<TokenId> same_;
};

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

std::vector<TokenId> ForcedTokens(const Tokenizer& tokenizer, std::span<const TokenId> tail,
                                  grammar::Matcher& matcher) {
  const std::string text = matcher.ForcedText();
  if (text.empty() || !matcher.AcceptText(text)) return {};
  Border border(tokenizer, tail, text);
  std::vector<TokenId> across;
  for (std::size_t length = 1; length <= text.size() && border.has_same(); ++length) {
    const std::size_t at = text.size() - length;
    across.clear();
    const bool are_all =
        matcher.TokensAcross(std::string_view(text).substr(at), kForcedAcrossMax, across);
    border.Cross(at, across, are_all);
  }
  matcher.Rollback(1);
  return border.TakeSame();
}

}  // namespace ganglion::engine
