#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "ganglion/tokenizer/byte_trie.h"
#include "ganglion/tokenizer/charsmap.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

// What an unknown character costs beyond the least likely token (SentencePiece).
constexpr double kUnknownPenalty = 10.0;

// A unigram model: of all ways to cover the text with tokens, the one with the greatest sum of
// scores (Viterbi). Time: the text times the longest token.
class UnigramEncoder final : public Encoder {
 public:
  static Result<std::unique_ptr<const Encoder>> Create(const VocabularySource& source) {
    std::unique_ptr<UnigramEncoder> encoder(new UnigramEncoder);
    encoder->unknown_ = source.unk.value_or(kNoToken);
    if (encoder->unknown_ == kNoToken) {
      return Status(Code::kInvalidArgument,
                    "tokenizer.ggml.unknown_token_id: a t5 vocabulary needs one");
    }
    encoder->space_prefix_ = source.add_space_prefix.value_or(false);
    encoder->merge_spaces_ = source.remove_extra_whitespaces.value_or(false);
    GN_ASSIGN_OR_RETURN(encoder->charsmap_, Charsmap::Parse(source.charsmap));
    double lowest = 0;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      const TokenType type = source.TypeOf(i);
      // A user-defined token is taken wherever it fits: scores are logarithms, below 0.
      const bool given = type == TokenType::kUserDefined;
      encoder->scores_.push_back(given ? 0.0 : static_cast<double>(source.ScoreOf(i)));
      if (source.tokens[i].empty() || !IsTextType(type)) continue;
      if (!given) lowest = std::min(lowest, encoder->scores_.back());
      encoder->trie_.Insert(source.tokens[i], static_cast<std::int32_t>(i));
    }
    encoder->unknown_score_ = lowest - kUnknownPenalty;
    return encoder;
  }

  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    const std::string normalized = Normalized(text);
    const std::vector<Best> best = BestCover(normalized);
    std::vector<TokenId> tokens;
    for (std::size_t at = normalized.size(); at > 0; at = best[at].begin) {
      // A run of unknown characters is one unknown token.
      const bool repeats =
          best[at].token == unknown_ && !tokens.empty() && tokens.back() == unknown_;
      if (!repeats) tokens.push_back(best[at].token);
    }
    std::reverse(tokens.begin(), tokens.end());
    return tokens;
  }

 private:
  // The best cover of the text up to a place: its last token and where that begins.
  struct Best {
    double score = -std::numeric_limits<double>::infinity();
    std::uint32_t begin = 0;
    TokenId token = kNoToken;
  };

  std::vector<Best> BestCover(std::string_view text) const {
    std::vector<Best> best(text.size() + 1);
    best[0].score = 0;
    const auto offer = [&](std::size_t begin, std::size_t end, TokenId token, double score) {
      const double sum = best[begin].score + score;
      if (sum > best[end].score) best[end] = {sum, static_cast<std::uint32_t>(begin), token};
    };
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t character = SequenceBytes(text.substr(at));
      bool covered = false;
      std::int32_t node = ByteTrie::kRoot;
      for (std::size_t end = at; end < text.size();) {
        node = trie_.Child(node, text[end]);
        if (node == ByteTrie::kNone) break;
        ++end;
        const std::int32_t token = trie_.node(node).value;
        if (token == ByteTrie::kNone) continue;
        offer(at, end, TokenId{token}, scores_[static_cast<std::size_t>(token)]);
        covered = covered || end - at == character;
      }
      if (!covered) offer(at, at + character, unknown_, unknown_score_);
      at += character;
    }
    return best;
  }

  // Replaces what the charsmap says and writes spaces as U+2581, runs of them as one if so asked.
  std::string Normalized(std::string_view text) const {
    std::string result;
    result.reserve(text.size() + text.size() / 2);
    bool in_word = false;
    bool prefixed = false;
    while (!text.empty()) {
      std::string_view part = text.substr(0, SequenceBytes(text));
      std::size_t consumed = part.size();
      if (const auto match = charsmap_.Longest(text); match.has_value()) {
        part = match->replacement;
        consumed = match->bytes;
      }
      for (const char byte : part) {
        if (byte == ' ') {
          in_word = false;
          if (!merge_spaces_) result += kSpaceMark;
          continue;
        }
        if (!in_word && (merge_spaces_ || (space_prefix_ && !prefixed))) {
          result += kSpaceMark;
          prefixed = true;
        }
        in_word = true;
        result += byte;
      }
      text.remove_prefix(consumed);
    }
    // A hostile charsmap may put half a character in, or cut one.
    if (auto repaired = Repaired(result); repaired.has_value()) return *std::move(repaired);
    return result;
  }

  ByteTrie trie_;
  Charsmap charsmap_;
  std::vector<double> scores_;
  double unknown_score_ = 0;
  TokenId unknown_ = kNoToken;
  bool space_prefix_ = false;
  bool merge_spaces_ = false;
};

}  // namespace

Result<std::unique_ptr<const Encoder>> MakeUnigramEncoder(const VocabularySource& source) {
  return UnigramEncoder::Create(source);
}

}  // namespace ganglion::tokenizer
