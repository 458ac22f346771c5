#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/limits.h"
#include "ganglion/tokenizer/merge.h"
#include "ganglion/tokenizer/text_table.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

// SentencePiece BPE: spaces become U+2581, each character is a symbol, and of all neighbours that
// together are a token those of the best score are joined first. There is no list of merges: every
// way to cut a token into two symbols is one, and its rank is the place of the token's score. A
// character that is in no token falls back to byte tokens.
class SentencePieceEncoder final : public Encoder {
 public:
  static Result<std::unique_ptr<const Encoder>> Create(const VocabularySource& source) {
    std::unique_ptr<SentencePieceEncoder> encoder(new SentencePieceEncoder);
    encoder->token_count_ = source.tokens.size();
    encoder->space_prefix_ = source.add_space_prefix.value_or(true);
    GN_RETURN_IF_ERROR(encoder->AddTokens(source));
    encoder->AddCharacters(source);
    encoder->AddMerges(source);
    return encoder;
  }

  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    std::string marked = space_prefix_ ? std::string(kSpaceMark) : std::string();
    marked += Replaced(text, " ", kSpaceMark);
    std::vector<Symbol> symbols;
    std::vector<std::uint32_t> begins;
    for (std::size_t at = 0; at < marked.size();) {
      const std::string_view rest = std::string_view(marked).substr(at);
      const std::size_t bytes = SequenceBytes(rest);
      symbols.push_back(symbols_.Find(rest.substr(0, bytes)));
      begins.push_back(static_cast<std::uint32_t>(at));
      at += bytes;
    }
    begins.push_back(static_cast<std::uint32_t>(marked.size()));

    Merger merger(merges_);
    std::vector<TokenId> tokens;
    for (const Merger::Part& part : merger.Run(symbols)) {
      if (part.symbol >= 0 && static_cast<std::size_t>(part.symbol) < token_count_) {
        tokens.push_back(TokenId{part.symbol});
        continue;
      }
      for (std::uint32_t i = begins[part.begin]; i < begins[part.begin + 1]; ++i) {
        tokens.push_back(byte_tokens_[static_cast<std::uint8_t>(marked[i])]);
      }
    }
    return tokens;
  }

 private:
  Status AddTokens(const VocabularySource& source) {
    TokenId fallback = source.unk.value_or(kNoToken);
    byte_tokens_.fill(fallback);
    std::size_t cut_work = 0;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      const std::string& text = source.tokens[i];
      const TokenType type = source.TypeOf(i);
      cut_work += text.size() * text.size();
      if (!text.empty() && IsTextType(type)) {
        symbols_.Add(text);
        continue;
      }
      symbols_.AddHidden(text);
      const std::optional<std::uint8_t> byte = ByteOfHexText(text);
      if (type == TokenType::kByte && byte.has_value()) {
        byte_tokens_[*byte] = TokenId{static_cast<std::int32_t>(i)};
      }
    }
    if (cut_work > kTokenCutWorkMax) {
      return {Code::kResourceExhausted, "tokenizer.ggml.tokens: too many long tokens"};
    }
    for (std::size_t byte = 0; byte < byte_tokens_.size(); ++byte) {
      if (byte_tokens_[byte] != kNoToken) continue;
      // A vocabulary without byte tokens may spell the byte itself.
      const char character = static_cast<char>(byte);
      const Symbol symbol = symbols_.Find({&character, 1});
      if (symbol == kNoSymbol) {
        return {Code::kInvalidArgument, "tokenizer.ggml.tokens: neither a token for the byte " +
                                            HexText(static_cast<std::uint8_t>(byte)) +
                                            " nor an unknown token"};
      }
      byte_tokens_[byte] = TokenId{symbol};
    }
    return {};
  }

  // A token may be made of characters that are no token themselves.
  void AddCharacters(const VocabularySource& source) {
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      if (!IsTextType(source.TypeOf(i))) continue;
      std::string_view rest = source.tokens[i];
      for (std::size_t bytes = SequenceBytes(rest); bytes > 0; bytes = SequenceBytes(rest)) {
        symbols_.Intern(rest.substr(0, bytes));
        rest.remove_prefix(bytes);
      }
    }
  }

  void AddMerges(const VocabularySource& source) {
    const std::vector<std::uint32_t> ranks = Ranks(source);
    merges_ = MergeTable(source.tokens.size() * 4);
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      const std::string_view text = source.tokens[i];
      const auto result = static_cast<Symbol>(i);
      if (!IsTextType(source.TypeOf(i)) || symbols_.Find(text) != result) continue;
      for (std::size_t cut = SequenceBytes(text); cut > 0 && cut < text.size();) {
        const Symbol left = symbols_.Find(text.substr(0, cut));
        const Symbol right = left == kNoSymbol ? kNoSymbol : symbols_.Find(text.substr(cut));
        if (right != kNoSymbol) merges_.Add(left, right, {.rank = ranks[i], .result = result});
        const std::size_t bytes = SequenceBytes(text.substr(cut));
        if (bytes == 0) break;
        cut += bytes;
      }
    }
  }

  // Tokens by falling score; equal scores have equal rank, so that the leftmost pair wins.
  static std::vector<std::uint32_t> Ranks(const VocabularySource& source) {
    std::vector<float> scores = source.scores;
    if (scores.empty()) scores.resize(source.tokens.size());
    std::vector<float> order = scores;
    std::sort(order.begin(), order.end(), std::greater<>());
    order.erase(std::unique(order.begin(), order.end()), order.end());
    std::vector<std::uint32_t> ranks;
    ranks.reserve(scores.size());
    for (const float score : scores) {
      const auto place = std::lower_bound(order.begin(), order.end(), score, std::greater<>());
      ranks.push_back(static_cast<std::uint32_t>(place - order.begin()));
    }
    return ranks;
  }

  TextTable symbols_;
  MergeTable merges_;
  std::array<TokenId, 256> byte_tokens_{};
  std::size_t token_count_ = 0;
  bool space_prefix_ = true;
};

}  // namespace

Result<std::unique_ptr<const Encoder>> MakeSentencePieceEncoder(const VocabularySource& source) {
  return SentencePieceEncoder::Create(source);
}

}  // namespace ganglion::tokenizer
