#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::app {

// The tokens that a schema is tried with: those of a model file, or the 256 bytes.
class SchemaVocabulary {
 public:
  // From a GGUF file; of single bytes and one end token where the path is empty.
  static Result<SchemaVocabulary> Load(const std::string& path);

  const std::shared_ptr<const grammar::Vocabulary>& pieces() const { return pieces_; }
  const std::string& name() const { return name_; }

  // Tokens whose pieces together are exactly the text: as a model would write it where the
  // tokenizer can say it, else one token a byte, from the tokens that are one byte. Empty where
  // the vocabulary lacks one of those.
  std::vector<TokenId> Encode(std::string_view text) const;

 private:
  std::string name_;
  std::shared_ptr<const Tokenizer> tokenizer_;  // null for bytes
  std::shared_ptr<const grammar::Vocabulary> pieces_;
  std::vector<TokenId> of_byte_;
};

}  // namespace ganglion::app
