// Encode and Decode over every kind of vocabulary, and vocabularies made of the input itself.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/tokenizer/test_vocabularies.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion {
namespace {

using tokenizer::AddToken;

std::shared_ptr<const Tokenizer> Made(VocabularySource source) {
  auto made = Tokenizer::FromVocabulary(std::move(source));
  GN_CHECK(made.ok());
  return *made;
}

VocabularySource WithPre(std::string_view pre) {
  VocabularySource source = tokenizer::ByteLevelVocabulary();
  source.pre = pre;
  return source;
}

void EncodeAndDecode(const Tokenizer& tokenizer, std::string_view text, EncodeOptions options,
                     bool comes_back) {
  const auto tokens = tokenizer.Encode(text, options);
  GN_CHECK(tokens.ok());
  for (const TokenId token : *tokens) {
    GN_CHECK(tokenizer.Contains(token));
    // The unknown token may be marked as control.
    GN_CHECK(options.add_special || options.parse_special || token == tokenizer.unknown() ||
             !tokenizer.IsControl(token));
  }
  const std::string decoded = tokenizer.Decode(*tokens, options.parse_special);
  if (!comes_back || options.add_special) return;
  const auto repaired = tokenizer::Repaired(text);
  std::string wanted(repaired.has_value() ? std::string_view(*repaired) : text);
  if (tokenizer.Find(tokenizer::kSpaceMark) != kNoToken) {
    wanted = tokenizer::Replaced(wanted, tokenizer::kSpaceMark, " ");
  }
  GN_CHECK(decoded == wanted);
}

// Lines of the input become tokens; the first byte of each says of which type and score.
void MadeOfTheInput(std::uint8_t kind, std::string_view data) {
  static constexpr std::array<std::string_view, 4> kModels = {"gpt2", "llama", "bert", "t5"};
  VocabularySource source;
  source.model = kModels[kind % 4];
  std::string_view rest = data;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) continue;
    const auto first = static_cast<std::uint8_t>(line[0]);
    AddToken(source, line.substr(1), static_cast<TokenType>(first % 7), -static_cast<float>(first));
    if (kind % 4 == 0 && first % 3 == 0) source.merges.emplace_back(line.substr(1));
  }
  source.charsmap = kind % 8 == 7 ? data : std::string_view();
  auto made = Tokenizer::FromVocabulary(std::move(source));
  if (!made.ok()) return;
  EncodeAndDecode(**made, data, {}, false);
  EncodeAndDecode(**made, data, {.add_special = true, .parse_special = true}, false);
}

}  // namespace
}  // namespace ganglion

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ganglion::Made;
  namespace tokenizer = ganglion::tokenizer;
  static const std::array kTokenizers = {
      Made(ganglion::WithPre("gpt-2")),        Made(ganglion::WithPre("llama-bpe")),
      Made(ganglion::WithPre("qwen2")),        Made(ganglion::WithPre("deepseek-coder")),
      Made(ganglion::WithPre("deepseek-llm")), Made(ganglion::WithPre("gpt-4o")),
      Made(ganglion::WithPre("default")),      Made(tokenizer::SentencePieceVocabulary()),
      Made(tokenizer::WordPieceVocabulary()),  Made(tokenizer::UnigramVocabulary()),
  };
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t kind = data[0] % (kTokenizers.size() + 1);
  if (kind == kTokenizers.size()) {
    ganglion::MadeOfTheInput(data[1], text);
    return 0;
  }
  const ganglion::EncodeOptions options = {(data[1] & 1) != 0, (data[1] & 2) != 0};
  ganglion::EncodeAndDecode(*kTokenizers[kind], text, options, kind < 8);
  return 0;
}
