// A schema, a NUL, then bytes that drive a matcher: under whatever schema compiles, masks must say
// what accepting says, forced text must be acceptable, taking back must restore, and a text that
// may end must be valid.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

constexpr std::size_t kStepsMax = 64;
constexpr std::size_t kWork = 1'000'000;  // of a compilation

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

void CheckValid(std::string_view schema, const CompiledSchema& compiled, const std::string& text) {
  if (compiled.validator) {
    // It may say what it likes of what was left out, but it answers; and the text is JSON.
    const auto why = compiled.validator->WhyInvalid(text, kWork);
    GN_CHECK(why.ok() || why.error().code() != Code::kInvalidArgument);
    return;
  }
  const auto model = SchemaModel::Read(schema);
  GN_CHECK(model.ok());
  Work work(kWork);
  Languages languages(work);
  Validator validator(*model, languages, work);
  const Json value = Json::parse(text, nullptr, false);
  GN_CHECK(!value.is_discarded());
  const auto valid = validator.IsValid(model->root(), value);
  // The validator may run out of work, or stand before a keyword that no way led to.
  GN_CHECK(!valid.ok() || *valid);
}

void Drive(std::string_view schema, const CompiledSchema& compiled, std::string_view bytes) {
  const std::shared_ptr<const Grammar>& grammar = compiled.grammar;
  static const std::shared_ptr<const Vocabulary> vocabulary = MakeVocabulary();
  Matcher matcher(grammar, vocabulary);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  std::string text;
  for (const char c : bytes.substr(0, kStepsMax)) {
    CheckMask(matcher, *vocabulary, bits);
    const std::string forced = matcher.ForcedText();
    if (!forced.empty()) GN_CHECK(matcher.AcceptText(forced));
    text += forced;
    if (matcher.IsComplete()) CheckValid(schema, compiled, text);
    // The byte names a token; where it is not allowed, the next one that is.
    for (std::size_t i = 0; i < vocabulary->size(); ++i) {
      const auto id =
          static_cast<std::int32_t>((static_cast<unsigned char>(c) + i) % vocabulary->size());
      if (vocabulary->IsEnd(TokenId{id}) || !matcher.Accept(TokenId{id})) continue;
      text += vocabulary->piece(TokenId{id});
      break;
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
  ganglion::grammar::SchemaOptions options;
  options.work = ganglion::grammar::kWork;
  auto compiled = ganglion::grammar::CompileSchema(input.substr(0, nul), options);
  if (!compiled.ok() && compiled.error().code() == ganglion::Code::kUnimplemented) {
    options.unenforced = ganglion::grammar::SchemaOptions::Unenforced::kValidateAfter;
    compiled = ganglion::grammar::CompileSchema(input.substr(0, nul), options);
  }
  if (compiled.ok() && nul != std::string_view::npos) {
    ganglion::grammar::Drive(input.substr(0, nul), *compiled, input.substr(nul + 1));
  }
  return 0;
}
