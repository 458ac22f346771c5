#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion::convert {

// Numbered as in `tokenizer.ggml.token_type`.
enum class TokenType : std::int64_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// A vocabulary in the words of GGUF: see docs/formats/tokenizer.md for what the fields mean.
struct Vocabulary {
  std::string model;  // gpt2 | llama | bert
  std::string pre;
  std::vector<std::string> tokens;
  std::vector<float> scores;  // of llama
  std::vector<TokenType> types;
  std::vector<std::string> merges;  // of gpt2
  std::optional<std::uint32_t> bos, eos, eot, eom, unknown, padding;
  std::optional<std::uint32_t> cls, separator, mask;  // of bert
  std::optional<bool> add_bos, add_eos, add_space_prefix;
  std::optional<bool> lowercase, strip_accents;  // of bert
  bool strips_right = false;  // some special token swallows the white space after it
  // What tokenizer.json puts around a text: known, and then a token or none.
  bool knows_frame = false;
  std::optional<std::uint32_t> front, back;
  std::string chat_template;
  std::vector<std::pair<std::string, std::string>> named_templates;
};

// The vocabulary of a folder, with one token for each of the `size` rows of the embedding: ids
// that no token has become unused tokens "[PADn]". A base token beyond the rows is an error; an
// added one, which no input can name, is left out.
//
// `config` is the folder's config.json.
Result<Vocabulary> ReadVocabulary(const std::string& folder, const Json& config,
                                  std::uint64_t size);

// Adds the keys tokenizer.*.
void AddVocabulary(const Vocabulary& vocabulary, std::vector<gguf::KeyValue>& metadata);

// The parts of ReadVocabulary, for which a folder need not be there.

// tokenizer.json: tokens, types, merges or scores, `pre`, and what is put around a text. The kinds
// that GGUF can carry are byte-level BPE, SentencePiece's BPE with byte fallback, and WordPiece;
// any other is an error that names what it found.
Result<Vocabulary> ParseTokenizer(const Json& tokenizer, std::uint64_t size);

// vocab.txt, where there is neither of the other two: a WordPiece vocabulary, a token a line.
Result<Vocabulary> WordPiecesOf(std::string_view lines, std::uint64_t size);

// tokenizer.model, where there is no tokenizer.json.
Result<Vocabulary> VocabularyOf(std::string_view sentencepiece_model, std::uint64_t size);
// Its scores and types, where both are there, in place of those that the merges imply.
Status TakeScores(std::string_view sentencepiece_model, Vocabulary& vocabulary);

// tokenizer_config.json, special_tokens_map.json, generation_config.json and config.json: further
// tokens, the ids of special ones, chat templates. Each is lent and may be null.
struct TokenizerSettings {
  const Json& tokenizer_config;
  const Json& special_tokens_map;
  const Json& generation_config;
  const Json& config;
};
Status ApplySettings(const TokenizerSettings& settings, Vocabulary& vocabulary);

// A token that is added to the base vocabulary or that says more about one of it, as tokenizer.json
// and tokenizer_config.json have it: {"content", "special", "rstrip"}.
void AddToken(std::uint64_t id, const Json& token, Vocabulary& vocabulary);

// The id of the token with this text, added ones first.
std::optional<std::uint32_t> FindToken(const Vocabulary& vocabulary, std::string_view text);

}  // namespace ganglion::convert
