#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion::tokenizer {

// Turns a stretch of plain text into tokens: one implementation per kind of vocabulary. Special
// tokens are found before and never come out of here. Immutable; safe from any thread.
class Encoder {
 public:
  virtual ~Encoder() = default;

  // `text` is well-formed UTF-8, not empty, at most kEncodeBytesMax.
  virtual Result<std::vector<TokenId>> Encode(std::string_view text) const = 0;
};

// Each takes what it needs of the source, which need not outlive the call.
Result<std::unique_ptr<const Encoder>> MakeByteLevelEncoder(const VocabularySource& source);
Result<std::unique_ptr<const Encoder>> MakeSentencePieceEncoder(const VocabularySource& source);
Result<std::unique_ptr<const Encoder>> MakeUnigramEncoder(const VocabularySource& source);
Result<std::unique_ptr<const Encoder>> MakeWordPieceEncoder(const VocabularySource& source);

// Whether plain text may turn into a token of this type. Control, unknown and unused tokens never
// come of text, and byte tokens not of their spelling "<0x0A>".
bool IsTextType(TokenType type);

}  // namespace ganglion::tokenizer
