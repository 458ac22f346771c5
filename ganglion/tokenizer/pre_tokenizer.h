#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::tokenizer {

// What `tokenizer.ggml.pre` names: how a text is cut into words before merging, and two habits of
// the vocabulary.
struct PreTokenizerRule {
  std::string_view name;
  std::span<const std::string_view> expressions;
  bool adds_bos = false;
  bool whole_words = false;  // a word that is a token is taken without merging
};

// Null for a name that is not known. "" is "default".
const PreTokenizerRule* FindPreTokenizer(std::string_view name);
// All names, for an error message: "bloom, chatglm-bpe, ..."
std::string PreTokenizerNames();

// Cuts a text into words. The expressions run one after the other: each cuts every piece that the
// ones before left into its matches and what lies between them. An expression sees a piece as if it
// were a text of its own, so nothing looks past the end of a piece.
//
// Expressions are PCRE2 with Unicode properties; "\s" means the property White_Space, which PCRE2's
// own \s is not quite. Immutable; safe from any thread.
class PreTokenizer {
 public:
  enum class Engine {
    kFastest,      // compiled to machine code where the system allows it
    kInterpreter,  // what stands in where it does not
  };
  static Result<std::unique_ptr<const PreTokenizer>> Compile(
      std::span<const std::string_view> expressions, Engine engine = Engine::kFastest);
  ~PreTokenizer();
  PreTokenizer(const PreTokenizer&) = delete;
  PreTokenizer& operator=(const PreTokenizer&) = delete;

  // The lengths in bytes of the pieces, in order; none is 0 and they add up to the text.
  // `text` is well-formed UTF-8 of less than 2^32 bytes. Fails only where an expression goes over
  // its limit of memory or steps (tokenizer/limits.h).
  Result<std::vector<std::uint32_t>> Split(std::string_view text) const;

 private:
  struct Expression;
  class Run;
  PreTokenizer();
  std::vector<Expression> expressions_;
};

}  // namespace ganglion::tokenizer
