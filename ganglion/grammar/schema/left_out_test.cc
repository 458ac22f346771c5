// What is left out of a grammar makes it larger, however the keywords around it are combined.

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

// Of the first two no grammar enforces a thing.
constexpr const char* kAtoms[] = {
    R"({"multipleOf":65537})",
    R"({"uniqueItems":true})",
    R"({"multipleOf":3})",
    R"({"minimum":1})",
    R"({"minItems":2})",
    R"({"items":{"multipleOf":65537}})",
    R"({"type":"integer"})",
    R"({"enum":[0,5,[0,0]]})",
    "true",
    "false",
};
constexpr const char* kInstances[] = {
    "0", "3", "5", "65537", "-65537", "196611", "[]", "[0]", "[0,0]", "[3,5]", "[3,3]", "[[],[]]",
};

std::string RandomSchema(testing::SeededRng& rng, int depth) {
  const auto part = [&] { return RandomSchema(rng, depth - 1); };
  if (depth == 0) return kAtoms[rng.Below(std::size(kAtoms))];
  switch (rng.Below(6)) {
    case 0:
      return R"({"not":)" + part() + "}";
    case 1:
      return R"({"anyOf":[)" + part() + "," + part() + "]}";
    case 2:
      return R"({"oneOf":[)" + part() + "," + part() + "," + part() + "]}";
    case 3:
      return R"({"allOf":[)" + part() + "," + part() + "]}";
    case 4:
      return R"({"if":)" + part() + R"(,"then":)" + part() + R"(,"else":)" + part() + "}";
    default:
      return kAtoms[rng.Below(std::size(kAtoms))];
  }
}

bool Holds(const CompiledSchema& schema, std::string_view text) {
  static const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(schema.grammar, vocabulary);
  return matcher.AcceptText(text) && matcher.IsComplete();
}

TEST(LeftOut, AValidTextIsNeverTakenAway) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  SchemaOptions options;
  options.unenforced = SchemaOptions::Unenforced::kValidateAfter;
  int left_out = 0;
  for (int i = 0; i < 1500; ++i) {
    // The types keep what is beside numbers and arrays out of the work.
    const std::string schema =
        R"({"type":["integer","array"],"allOf":[)" + RandomSchema(rng, 3) + "]}";
    const auto compiled = CompileSchema(schema, options);
    const bool none_valid = !compiled.ok() && compiled.error().code() == Code::kFailedPrecondition;
    if (!compiled.ok() && !none_valid) continue;  // of a limit
    if (!none_valid && compiled->unenforced.empty()) continue;
    ++left_out;
    const TextValidator validator(*SchemaModel::Read(schema), options.work);
    for (const char* const text : kInstances) {
      const auto why = validator.WhyInvalid(text, options.work);
      ASSERT_TRUE(why.ok()) << schema;
      if (*why) continue;
      EXPECT_TRUE(!none_valid && Holds(*compiled, text)) << schema << " takes away " << text;
    }
  }
  EXPECT_GT(left_out, 150);
}

}  // namespace
}  // namespace ganglion::grammar
