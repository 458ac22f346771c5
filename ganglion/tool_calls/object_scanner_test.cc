#include "ganglion/tool_calls/object_scanner.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/testing/seed.h"

namespace ganglion::tool_calls {
namespace {

using Progress = ObjectScanner::Progress;

// Bytes up to the end of the object; 0 where it does not end, -1 where there is none.
int ScanAll(std::string_view text, ObjectScanner& scanner) {
  scanner.Start(true);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Progress progress = scanner.Take(text[i]);
    if (progress == Progress::kWhole) return static_cast<int>(i) + 1;
    if (progress == Progress::kImpossible) return -1;
  }
  return 0;
}

TEST(ObjectScanner, FindsTheEndAndTheMembers) {
  const std::string text = R"({ "a": 12, "b\"" : [{"c": "}"}, -1e5], "d":{"e":{}} , "f":"x"} rest)";
  ObjectScanner scanner;
  ASSERT_EQ(ScanAll(text, scanner), static_cast<int>(text.find(" rest")));
  std::string members;
  for (const auto& [key, value] : scanner.members()) {
    members += text.substr(key.begin, key.end - key.begin) + "=" +
               text.substr(value.begin, value.end - value.begin) + ";";
  }
  EXPECT_EQ(members, R"("a"=12;"b\""=[{"c": "}"}, -1e5];"d"={"e":{}};"f"="x";)");
}

TEST(ObjectScanner, SeesEarlyThatATextIsNoObject) {
  ObjectScanner scanner;
  for (const char* text : {"x", "[", "{a", "{,", "{]", R"({"a",)", R"({"a":})", R"({"a":1]})",
                           R"({"a":1,})", R"({"a":[1}])", R"({"a" 1})", R"({"a":"b" "c"})",
                           "{\"a\n\"", R"({"a":'b'})", R"({"a":[,1]})"}) {
    EXPECT_EQ(ScanAll(text, scanner), -1) << text;
  }
}

TEST(ObjectScanner, HasLimits) {
  ObjectScanner scanner;
  std::string deep = "{\"a\":";
  for (std::size_t i = 0; i < kNestingMax; ++i) deep += '[';
  EXPECT_EQ(ScanAll(deep, scanner), -1);
  std::string wide = "{";
  for (std::size_t i = 0; i <= kMembersMax; ++i) wide += "\"a\":1,";
  EXPECT_EQ(ScanAll(wide, scanner), -1);
}

// Whatever the library takes for an object, the scanner takes for one of the same length; and it
// takes no proper part of it for an object.
TEST(ObjectScanner, AgreesWithAParserOnRandomText) {
  testing::SeededRng rng;
  constexpr std::string_view kBytes[] = {"{", "}", "[", "]",  "\"",    ":",    ",",      "a",   "1",
                                         "-", ".", " ", "\\", "u0041", "true", "\"k\":", "null"};
  ObjectScanner scanner;
  int objects = 0;
  for (int run = 0; run < 300000; ++run) {
    std::string text = "{";
    const std::size_t count = rng.Below(9);
    for (std::size_t i = 0; i < count; ++i) text += kBytes[rng.Below(std::size(kBytes))];
    text += '}';
    if (!nlohmann::json::accept(text)) continue;
    ++objects;
    ASSERT_EQ(ScanAll(text, scanner), static_cast<int>(text.size()))
        << text << ", seed " << rng.seed();
  }
  EXPECT_GT(objects, 100);
}

}  // namespace
}  // namespace ganglion::tool_calls
