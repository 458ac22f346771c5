#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion {

struct EncodeOptions {
  bool add_special = false;    // put in front and behind what the vocabulary asks for (BOS, EOS)
  bool parse_special = false;  // take the text of a control token for the token itself
};

// Text to token ids and back, after a GGUF vocabulary. Formats: docs/formats/tokenizer.md.
//
// Immutable after creation: any thread may call any function. Encode takes time in n log n of the
// text, whatever the text; a text or a vocabulary over the limits of tokenizer/limits.h is an
// error.
//
// Invalid UTF-8: each byte that is not part of a well-formed sequence stands for U+FFFD.
class Tokenizer {
 public:
  // From the metadata of a model file (`tokenizer.ggml.*`); tensors are not looked at.
  static Result<std::shared_ptr<const Tokenizer>> FromGguf(const gguf::File& file);
  static Result<std::shared_ptr<const Tokenizer>> FromVocabulary(VocabularySource source);

  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  Result<std::vector<TokenId>> Encode(std::string_view utf8, EncodeOptions options = {}) const;

  // The pieces put together, less the space that Encode puts in front (SentencePiece). With
  // `show_special` control tokens appear as their text. Ids outside the vocabulary add nothing.
  // A character may be split over tokens, so the bytes of a part need not be valid UTF-8.
  std::string Decode(std::span<const TokenId> tokens, bool show_special = false) const;

  // The bytes that the token adds to a text: "" for control, unknown and unused tokens. Lies in the
  // Tokenizer. The token must be in the vocabulary.
  std::string_view Piece(TokenId token) const;
  // The token as the vocabulary writes it: "<|im_end|>", "Ġthe", "<0x0A>".
  std::string_view Text(TokenId token) const;
  // kNoToken where no token has this text.
  TokenId Find(std::string_view text) const;

  std::size_t size() const;
  // kNoToken where the vocabulary has none.
  TokenId bos() const;
  TokenId eos() const;
  TokenId eot() const;
  TokenId unknown() const;
  TokenId padding() const;
  bool add_bos() const;
  bool add_eos() const;

  bool Contains(TokenId token) const;
  TokenType Type(TokenId token) const;
  bool IsControl(TokenId token) const;
  // EOS, end of turn and their kin, by metadata key or by a well-known text.
  bool IsEndOfGeneration(TokenId token) const;
  std::vector<TokenId> EndOfGenerationTokens() const;  // ascending

 private:
  struct State;
  explicit Tokenizer(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace ganglion
