#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/flat_map.h"
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
    Session session(*this);
    for (std::string_view rest = marked; !rest.empty();) {
      const std::string_view character = rest.substr(0, SequenceBytes(rest));
      session.Add(character);
      rest.remove_prefix(character.size());
    }
    return std::move(session).Finish();
  }

 private:
  // The tokens of one text in the making. The text is cut where two characters meet that are
  // neighbours in no token: no merge can cross such a place, so the tokens are those of the whole
  // text, and in ordinary text the parts are words.
  class Session {
   public:
    explicit Session(const SentencePieceEncoder& encoder)
        : encoder_(encoder), merger_(encoder.merges_) {}

    void Add(std::string_view character) {
      const Symbol symbol = encoder_.symbols_.Find(character);
      if (!symbols_.empty() && !encoder_.AreNeighbours(symbols_.back(), symbol)) MergePart();
      symbols_.push_back(symbol);
      begins_.push_back(static_cast<std::uint32_t>(part_.size()));
      part_.append(character);
    }

    std::vector<TokenId> Finish() && {
      MergePart();
      return std::move(tokens_);
    }

   private:
    void MergePart() {
      begins_.push_back(static_cast<std::uint32_t>(part_.size()));
      for (const Merger::Part& merged : merger_.Run(symbols_)) {
        if (encoder_.IsToken(merged.symbol)) {
          tokens_.push_back(TokenId{merged.symbol});
          continue;
        }
        for (std::uint32_t i = begins_[merged.begin]; i < begins_[merged.begin + 1]; ++i) {
          tokens_.push_back(encoder_.byte_tokens_[static_cast<std::uint8_t>(part_[i])]);
        }
      }
      symbols_.clear();
      begins_.clear();
      part_.clear();
    }

    const SentencePieceEncoder& encoder_;
    Merger merger_;
    std::string part_;  // the characters not merged yet
    std::vector<Symbol> symbols_;
    std::vector<std::uint32_t> begins_;  // where each begins in part_
    std::vector<TokenId> tokens_;
  };

  bool IsToken(Symbol symbol) const {
    return symbol >= 0 && static_cast<std::size_t>(symbol) < token_count_;
  }

  bool AreNeighbours(Symbol left, Symbol right) const {
    return left >= 0 && right >= 0 && neighbours_.Find(PairKey(left, right)) != nullptr;
  }

  static std::uint64_t PairKey(Symbol left, Symbol right) {
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
  }

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

  // Makes a symbol of each character in a token, whether or not it is a token itself, and notes
  // which of them stand side by side.
  void AddCharacters(const VocabularySource& source) {
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      if (!IsTextType(source.TypeOf(i))) continue;
      std::string_view rest = source.tokens[i];
      Symbol previous = kNoSymbol;
      for (std::size_t bytes = SequenceBytes(rest); bytes > 0; bytes = SequenceBytes(rest)) {
        const Symbol symbol = symbols_.Intern(rest.substr(0, bytes));
        if (previous != kNoSymbol) neighbours_.Add(PairKey(previous, symbol), true);
        previous = symbol;
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
  FlatMap<bool> neighbours_;  // by PairKey
  std::array<TokenId, 256> byte_tokens_{};
  std::size_t token_count_ = 0;
  bool space_prefix_ = true;
};

}  // namespace

Result<std::unique_ptr<const Encoder>> MakeSentencePieceEncoder(const VocabularySource& source) {
  return SentencePieceEncoder::Create(source);
}

}  // namespace ganglion::tokenizer
