#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/encoder.h"
#include "ganglion/tokenizer/merge.h"
#include "ganglion/tokenizer/pre_tokenizer.h"
#include "ganglion/tokenizer/text_table.h"

namespace ganglion::tokenizer {
namespace {

// Byte-level BPE: the text is cut into words, each byte of a word is a symbol, and the merges of
// the list are made in its order. Symbols below the size of the vocabulary are its tokens; the
// others are parts that merges name and that are no token.
class ByteLevelEncoder final : public Encoder {
 public:
  static Result<std::unique_ptr<const Encoder>> Create(const VocabularySource& source) {
    const PreTokenizerRule* rule = FindPreTokenizer(source.pre);
    if (rule == nullptr) {
      return Status(Code::kUnimplemented, "tokenizer.ggml.pre: unknown pre-tokenizer '" +
                                              source.pre + "'; known are " + PreTokenizerNames());
    }
    std::unique_ptr<ByteLevelEncoder> encoder(new ByteLevelEncoder);
    encoder->whole_words_ = rule->whole_words;
    encoder->token_count_ = source.tokens.size();
    encoder->unknown_ = source.unk.value_or(kNoToken);
    GN_ASSIGN_OR_RETURN(encoder->pre_tokenizer_, PreTokenizer::Compile(rule->expressions));
    encoder->AddTokens(source);
    GN_RETURN_IF_ERROR(encoder->AddMerges(source));
    return encoder;
  }

  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    GN_ASSIGN_OR_RETURN(const std::vector<std::uint32_t> words, pre_tokenizer_->Split(text));
    Session session(*this);
    for (const std::uint32_t bytes : words) {
      session.AddWord(text.substr(0, bytes));
      text.remove_prefix(bytes);
    }
    return std::move(session).tokens();
  }

 private:
  // The tokens of one text in the making.
  class Session {
   public:
    explicit Session(const ByteLevelEncoder& encoder)
        : encoder_(encoder), merger_(encoder.merges_) {}

    void AddWord(std::string_view word) {
      if (encoder_.whole_words_ && AddWhole(word)) return;
      symbols_.clear();
      for (const char byte : word) {
        symbols_.push_back(encoder_.byte_symbols_[static_cast<std::uint8_t>(byte)]);
      }
      const std::span<const Merger::Part> parts = merger_.Run(symbols_);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t end = i + 1 < parts.size() ? parts[i + 1].begin : word.size();
        if (encoder_.IsToken(parts[i].symbol)) {
          tokens_.push_back(TokenId{parts[i].symbol});
        } else {
          AddBytes(word.substr(parts[i].begin, end - parts[i].begin));
        }
      }
    }

    std::vector<TokenId> tokens() && { return std::move(tokens_); }

   private:
    bool AddWhole(std::string_view word) {
      stand_ins_.clear();
      for (const char byte : word) stand_ins_ += ByteStandIn(static_cast<std::uint8_t>(byte));
      const Symbol symbol = encoder_.symbols_.Find(stand_ins_);
      if (!encoder_.IsToken(symbol)) return false;
      tokens_.push_back(TokenId{symbol});
      return true;
    }

    // A byte without a token becomes the unknown token, or nothing where there is none either: so
    // do the programs that these vocabularies come from.
    void AddBytes(std::string_view bytes) {
      for (const char byte : bytes) {
        const Symbol symbol = encoder_.byte_symbols_[static_cast<std::uint8_t>(byte)];
        const TokenId token = encoder_.IsToken(symbol) ? TokenId{symbol} : encoder_.unknown_;
        if (token != kNoToken) tokens_.push_back(token);
      }
    }

    const ByteLevelEncoder& encoder_;
    Merger merger_;
    std::vector<Symbol> symbols_;
    std::string stand_ins_;
    std::vector<TokenId> tokens_;
  };

  bool IsToken(Symbol symbol) const {
    return symbol >= 0 && static_cast<std::size_t>(symbol) < token_count_;
  }

  void AddTokens(const VocabularySource& source) {
    std::size_t bytes = 0;
    for (const std::string& text : source.tokens) bytes += text.size();
    symbols_.Reserve(source.tokens.size() + source.tokens.size() / 16, bytes + bytes / 16);
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
      const std::string& text = source.tokens[i];
      if (!text.empty() && IsTextType(source.TypeOf(i))) {
        symbols_.Add(text);
      } else {
        symbols_.AddHidden(text);
      }
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
      byte_symbols_[byte] = symbols_.Intern(ByteStandIn(static_cast<std::uint8_t>(byte)));
    }
  }

  // The parts of a merge of the list, and what they make.
  struct MergeTexts {
    std::string_view left;
    std::string_view right;
    std::string joined;
  };

  static Status SplitMerge(const VocabularySource& source, std::size_t rank, MergeTexts& texts) {
    const std::string_view merge = source.merges[rank];
    const std::size_t space = merge.find(' ', 1);
    if (merge.empty() || space == std::string_view::npos || space + 1 == merge.size()) {
      return {Code::kInvalidArgument, "tokenizer.ggml.merges[" + std::to_string(rank) +
                                          "]: not two parts with a space between them"};
    }
    texts.left = merge.substr(0, space);
    texts.right = merge.substr(space + 1);
    texts.joined.assign(texts.left).append(texts.right);
    return {};
  }

  // Some hundred thousand look-ups in tables larger than the caches: most of the time that it takes
  // to make a tokenizer. So they are made in batches.
  Status AddMerges(const VocabularySource& source) {
    constexpr std::size_t kBatch = 64;
    std::array<MergeTexts, kBatch> merges;
    std::array<std::string_view, 3 * kBatch> texts;
    std::array<Symbol, 3 * kBatch> symbols;
    merges_ = MergeTable(source.merges.size());
    for (std::size_t first = 0; first < source.merges.size(); first += kBatch) {
      const std::size_t count = std::min(kBatch, source.merges.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        GN_RETURN_IF_ERROR(SplitMerge(source, first + i, merges[i]));
        texts[3 * i] = merges[i].left;
        texts[3 * i + 1] = merges[i].right;
        texts[3 * i + 2] = merges[i].joined;
      }
      symbols_.FindMany(std::span(texts).first(3 * count), std::span(symbols).first(3 * count));
      for (std::size_t i = 0; i < 3 * count; ++i) {
        if (symbols[i] == TextTable::kNone) symbols[i] = symbols_.Intern(texts[i]);
      }
      for (std::size_t i = 0; i < count; ++i) merges_.Prefetch(symbols[3 * i], symbols[3 * i + 1]);
      for (std::size_t i = 0; i < count; ++i) {
        merges_.Add(symbols[3 * i], symbols[3 * i + 1],
                    {.rank = static_cast<std::uint32_t>(first + i), .result = symbols[3 * i + 2]});
      }
    }
    return {};
  }

  std::unique_ptr<const PreTokenizer> pre_tokenizer_;
  TextTable symbols_;
  MergeTable merges_;
  std::array<Symbol, 256> byte_symbols_{};
  std::size_t token_count_ = 0;
  TokenId unknown_ = kNoToken;
  bool whole_words_ = false;
};

}  // namespace

Result<std::unique_ptr<const Encoder>> MakeByteLevelEncoder(const VocabularySource& source) {
  return ByteLevelEncoder::Create(source);
}

}  // namespace ganglion::tokenizer
