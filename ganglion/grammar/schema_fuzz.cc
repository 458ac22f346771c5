// A schema, a NUL, then bytes that drive a matcher: under whatever schema compiles, masks must say
// what accepting says, forced text must be acceptable, and taking back must restore.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/grammar/grammar.h"

namespace ganglion::grammar {
namespace {

constexpr std::size_t kStepsMax = 64;

std::shared_ptr<const Vocabulary> MakeVocabulary() {
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  for (const char* piece : {"{\"", "\":", "\",\"", "\"}", "],[", "-0.", "12", "aa\"", "\\u00",
                            "null", "的", "\xF0\x9F", ""}) {
    pieces.emplace_back(piece);
  }
  const auto end = static_cast<std::int32_t>(pieces.size() - 1);
  return Vocabulary::Create(std::move(pieces), {TokenId{end}});
}

void CheckMask(Matcher& matcher, const Vocabulary& vocabulary, std::vector<std::uint32_t>& bits) {
  matcher.FillMask(bits);
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const bool allowed = (bits[i / 32] >> (i % 32) & 1) != 0;
    const bool taken = matcher.Accept(TokenId{static_cast<std::int32_t>(i)});
    GN_CHECK(taken == allowed);
    if (taken) matcher.Rollback(1);
  }
}

void Drive(const std::shared_ptr<const Grammar>& grammar, std::string_view bytes) {
  static const std::shared_ptr<const Vocabulary> vocabulary = MakeVocabulary();
  Matcher matcher(grammar, vocabulary);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  for (const char c : bytes.substr(0, kStepsMax)) {
    CheckMask(matcher, *vocabulary, bits);
    const std::string forced = matcher.ForcedText();
    if (!forced.empty()) GN_CHECK(matcher.AcceptText(forced));
    // The byte names a token; where it is not allowed, the next one that is.
    for (std::size_t i = 0; i < vocabulary->size(); ++i) {
      const std::size_t token = (static_cast<unsigned char>(c) + i) % vocabulary->size();
      if (matcher.Accept(TokenId{static_cast<std::int32_t>(token)})) break;
    }
  }
  matcher.Rollback(matcher.accepts());
  matcher.FillMask(bits);
  GN_CHECK(Matcher(grammar, vocabulary).ForcedText() == matcher.ForcedText());
}

}  // namespace
}  // namespace ganglion::grammar

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = input.find('\0');
  const auto grammar = ganglion::grammar::CompileJsonSchema(input.substr(0, nul));
  if (grammar.ok() && nul != std::string_view::npos) {
    ganglion::grammar::Drive(*grammar, input.substr(nul + 1));
  }
  return 0;
}
