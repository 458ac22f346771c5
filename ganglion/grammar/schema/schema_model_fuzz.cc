// A schema, a NUL, then a value: whatever the schema says, judging ends within its budget, twice
// with one verdict, and the value as it is written has the verdict of the value itself.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

constexpr std::size_t kSteps = 1'000'000;
constexpr std::size_t kSchemasMax = 10'000;
constexpr std::size_t kValueBytesMax = 4096;

std::optional<bool> Verdict(const SchemaModel& model, const Json& value) {
  Work work(kSteps);
  Languages languages(work);
  const auto reason = Validator(model, languages, work).WhyInvalid(model.root(), value);
  if (!reason.ok()) {
    GN_CHECK(!reason.error().message().empty());
    return std::nullopt;
  }
  return !reason->has_value();
}

void Drive(std::string_view schema, std::string_view text) {
  for (const bool named : {false, true}) {
    ReadOptions options;
    options.schemas_max = kSchemasMax;
    if (named) options.draft = ReadOptions::Draft::k7;
    const auto model = SchemaModel::Read(schema, options);
    if (!model.ok()) continue;
    const Json value = Json::parse(text.substr(0, kValueBytesMax), nullptr, false);
    if (value.is_discarded()) continue;
    const auto verdict = Verdict(*model, value);
    const std::string written = WriteCanonical(value);
    const Json again = Json::parse(written, nullptr, false);
    // A number of many digits may lose its last ones on the way through a double.
    if (!again.is_discarded() && EqualValues(value, again)) {
      GN_CHECK(WriteCanonical(again) == written);
      GN_CHECK(Verdict(*model, again) == verdict);
    }
  }
}

}  // namespace
}  // namespace ganglion::grammar

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = input.find('\0');
  const std::string_view value = nul == std::string_view::npos ? "null" : input.substr(nul + 1);
  ganglion::grammar::Drive(input.substr(0, nul), value);
  return 0;
}
