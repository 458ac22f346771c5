#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion {

// Numbered as in `tokenizer.ggml.token_type`.
enum class TokenType : std::uint8_t {
  kUndefined = 0,
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// A vocabulary as plain data, the way GGUF carries it: what a Tokenizer is built from. Texts are
// UTF-8 as in the file: byte-level BPE writes each byte as its stand-in character (space as
// U+0120), SentencePiece and WordPiece write the space as U+2581, bytes are written <0x0A>.
struct VocabularySource {
  std::string model;         // gpt2 | llama | t5 | bert
  std::string pre;           // name of the pre-tokenizer; "" and "default" mean the model's default
  std::string name;          // general.name and general.architecture: a few models have special
  std::string architecture;  // tokens that take white space along, and only these say so

  std::vector<std::string> tokens;
  std::vector<float> scores;        // one per token, or none (all 0)
  std::vector<TokenType> types;     // one per token, or none (all normal)
  std::vector<std::string> merges;  // "left right", best first; gpt2 only

  // kNoToken: the vocabulary says there is none. Absent: the model's default, if it has one.
  std::optional<TokenId> bos, eos, eot, eom, unk, sep, pad, cls, mask;

  // Absent: the default of the model or the pre-tokenizer.
  std::optional<bool> add_bos, add_eos, add_space_prefix, remove_extra_whitespaces;
  // Of a bert vocabulary: by default both.
  std::optional<bool> lowercase, strip_accents;

  // The SentencePiece normalizer of a t5 vocabulary (`precompiled_charsmap`); "" for none.
  std::string charsmap;

  // Reads `tokenizer.ggml.*`. The tokens themselves are not looked at.
  static Result<VocabularySource> FromGguf(const gguf::File& file);

  // kNormal where there are no types.
  TokenType TypeOf(std::size_t token) const {
    return types.empty() ? TokenType::kNormal : types[token];
  }
  float ScoreOf(std::size_t token) const { return scores.empty() ? 0.0f : scores[token]; }
};

}  // namespace ganglion
