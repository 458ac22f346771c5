// Any bytes as the files of a model folder: config.json, tokenizer.json with tokenizer_config.json,
// tokenizer.model, or vocab.txt, as the first byte says. Each gives what GGUF needs, or an error.

#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ganglion/base/check.h"
#include "ganglion/convert/architecture.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/convert/vocabulary.h"

namespace ganglion::convert {
namespace {

void TryConfig(std::string_view text) {
  const auto json = ParseObject(text, "config.json");
  if (!json.ok()) return;
  const ObjectReader config(*json, "config.json");
  const auto architecture = FindArchitecture(config);
  if (!architecture.ok()) return;
  const auto description = Describe(**architecture, config);
  if (description.ok()) GN_CHECK(description->shape.heads % description->shape.kv_heads == 0);
}

void CheckVocabulary(const Vocabulary& vocabulary, std::size_t size) {
  GN_CHECK(vocabulary.tokens.size() == size && vocabulary.types.size() == size);
  GN_CHECK(vocabulary.scores.empty() || vocabulary.scores.size() == size);
  for (const auto& id : {vocabulary.bos, vocabulary.eos, vocabulary.eot, vocabulary.padding}) {
    GN_CHECK(!id || *id < size);
  }
}

void TryTokenizer(std::string_view text) {
  constexpr std::size_t kTokens = 300;
  const auto json = ParseObject(text, "tokenizer.json");
  if (!json.ok()) return;
  auto vocabulary = ParseTokenizer(*json, kTokens);
  if (!vocabulary.ok()) return;
  if (!ApplySettings({*json, *json, *json, *json}, *vocabulary).ok()) return;
  CheckVocabulary(*vocabulary, kTokens);
}

void TryModel(std::string_view bytes) {
  constexpr std::size_t kTokens = 300;
  const auto vocabulary = VocabularyOf(bytes, kTokens);
  if (vocabulary.ok()) CheckVocabulary(*vocabulary, kTokens);
}

void TryLines(std::string_view text) {
  constexpr std::size_t kTokens = 300;
  const auto vocabulary = WordPiecesOf(text, kTokens);
  if (vocabulary.ok()) CheckVocabulary(*vocabulary, kTokens);
}

}  // namespace
}  // namespace ganglion::convert

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'c') ganglion::convert::TryConfig(text);
  if (data[0] == 't') ganglion::convert::TryTokenizer(text);
  if (data[0] == 'm') ganglion::convert::TryModel(text);
  if (data[0] == 'v') ganglion::convert::TryLines(text);
  return 0;
}
