#include <string>
#include <utility>

#include "ganglion/tokenizer/byte_trie.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/unicode.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

// WordPiece: the text is folded (lower case, no accents), cut at white space and around each mark
// and ideograph, and each word is covered from the left with the longest tokens that fit. A word
// that cannot be covered is one unknown token. Tokens that begin a word begin with U+2581.
class WordPieceEncoder final : public Encoder {
 public:
  static Result<std::unique_ptr<const Encoder>> Create(const VocabularySource& source) {
    std::unique_ptr<WordPieceEncoder> encoder(new WordPieceEncoder);
    encoder->unknown_ = source.unk.value_or(kNoToken);
    if (encoder->unknown_ == kNoToken) {
      return Status(Code::kInvalidArgument,
                    "tokenizer.ggml.unknown_token_id: a bert vocabulary needs one");
    }
    encoder->lowercase_ = source.lowercase.value_or(true);
    encoder->strip_accents_ = source.strip_accents.value_or(encoder->lowercase_);
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      if (source.tokens[i].empty() || !IsTextType(source.TypeOf(i))) continue;
      encoder->trie_.Insert(source.tokens[i], static_cast<std::int32_t>(i));
    }
    return encoder;
  }

  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    std::vector<TokenId> tokens;
    std::string word;
    const auto finish = [&] {
      if (!word.empty()) AddWord(word, tokens);
      word.clear();
    };
    while (!text.empty()) {
      const CodePoint read = FirstCodePoint(text);
      text.remove_prefix(read.bytes);
      const char32_t base = strip_accents_ ? BaseCharacter(read.value) : read.value;
      if (IsWhiteSpace(base)) {
        finish();
        continue;
      }
      if (base == 0 || base == 0xfffd || IsControl(base)) continue;
      if (strip_accents_ && IsMark(base)) continue;
      const std::string folded = ToUtf8(lowercase_ ? ToLower(base) : base);
      if (IsPunctuation(base) || IsAsciiSymbol(base) || IsIdeograph(base)) {
        finish();
        word = folded;
        finish();
      } else {
        word += folded;
      }
    }
    finish();
    return tokens;
  }

 private:
  // The characters of category S below U+007F.
  static bool IsAsciiSymbol(char32_t value) {
    return value < 0x7f &&
           std::string_view("$+<=>^`|~").find(static_cast<char>(value)) != std::string_view::npos;
  }

  // Appends to the tokens. Time: the word times the longest token.
  void AddWord(const std::string& word, std::vector<TokenId>& tokens) const {
    const std::size_t before = tokens.size();
    const std::string marked = std::string(kSpaceMark) + word;
    std::string_view rest = marked;
    while (!rest.empty()) {
      const ByteTrie::Match match = trie_.Longest(rest);
      if (match.bytes == 0) {
        tokens.resize(before);
        tokens.push_back(unknown_);
        return;
      }
      tokens.push_back(TokenId{match.value});
      rest.remove_prefix(match.bytes);
    }
  }

  ByteTrie trie_;
  TokenId unknown_ = kNoToken;
  bool lowercase_ = true;
  bool strip_accents_ = true;
};

}  // namespace

Result<std::unique_ptr<const Encoder>> MakeWordPieceEncoder(const VocabularySource& source) {
  return WordPieceEncoder::Create(source);
}

}  // namespace ganglion::tokenizer
