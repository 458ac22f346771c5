#include "ganglion/tool_calls/call_parser.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/tool_calls/limits.h"

namespace ganglion::tool_calls {
namespace {

CallParser::Options Of(Style style) { return {.style = style, .names = {"f", "get_time", "g"}}; }

void Write(std::vector<Part> parts, std::string& out) {
  for (const Part& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      EXPECT_FALSE(text->empty());
      out += *text;
    } else {
      const auto& call = std::get<api::ToolCall>(part);
      out += "«" + call.name + call.arguments + "»";
    }
  }
}

// Text as it is, calls as «name{arguments}».
std::string Parse(const CallParser::Options& options, std::string_view text) {
  CallParser parser(options, Rng(1));
  std::string out;
  Write(parser.Append(text), out);
  Write(parser.Finish(), out);
  if (parser.error()) out += "!" + *parser.error();
  return out;
}

struct Case {
  Style style;
  std::string_view text;
  std::string_view wanted;
};

constexpr Case kCases[] = {
    {Style::kHermes, "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1.50}}\n</tool_call>",
     "«f{\"x\": 1.50}»"},
    {Style::kHermes,
     "Let me see.\n\n<tool_call>{\"arguments\":{},\"name\":\"get_time\"}</tool_call>\n<tool_call>\n"
     "{\"name\":\"f\",\"arguments\":{\"s\":\"</tool_call>\"}}\n</tool_call>\n",
     "Let me see.«get_time{}»«f{\"s\":\"</tool_call>\"}»"},
    {Style::kHermes, "<tool_call>{\"name\":\"f\",\"arguments\":{}}", "«f{}»"},
    {Style::kHermes,
     "<tool_call>{\"name\":\"f\",\"arguments\":{}}\n<tool_call>{\"name\":\"g\","
     "\"arguments\":{}}",
     "«f{}»«g{}»"},
    {Style::kHermes, "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call> and more",
     "«f{}» and more"},
    {Style::kHermes, "<tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": [1]}\"}</tool_call>",
     "«f{\"a\": [1]}»"},
    {Style::kHermes, "<tool_call><tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>",
     "<tool_call>«f{}»"},
    {Style::kHermes, "a <tool_ call> < <<tool_call", "a <tool_ call> < <<tool_call"},
    {Style::kHermes, " \n text \n ", " \n text \n "},
    {Style::kLlama, "{\"name\": \"f\", \"parameters\": {\"x\": \"y\"}}", "«f{\"x\": \"y\"}»"},
    {Style::kLlama,
     " <|python_tag|>{\"name\":\"f\",\"parameters\":{}};\n{\"type\":\"function\","
     "\"name\":\"g\",\"parameters\":{}}",
     "«f{}»«g{}»"},
    {Style::kLlama,
     "{\"name\":\"f\",\"parameters\":{}}; <|python_tag|>{\"name\":\"g\","
     "\"parameters\":{}}",
     "«f{}»«g{}»"},
    {Style::kLlama, "{\"name\":\"f\",\"parameters\":{}}\n{\"name\":\"g\",\"parameters\":{}}",
     "«f{}»«g{}»"},
    {Style::kLlama, "Sure: {\"name\":\"f\",\"parameters\":{}}",
     "Sure: {\"name\":\"f\",\"parameters\":{}}"},
    {Style::kLlama, "Sure: <|python_tag|>{\"name\":\"f\",\"parameters\":{}}", "Sure:«f{}»"},
    {Style::kLlama, "<|python_tag|>print(1)", "<|python_tag|>print(1)"},
    {Style::kLlama, "{\"answer\": 42}", "{\"answer\": 42}"},
    {Style::kMistral,
     "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"x\": 1}}, {\"name\": \"g\","
     " \"arguments\": {}, \"id\": \"123456789\"}]",
     "«f{\"x\": 1}»«g{}»"},
    {Style::kMistral, "[TOOL_CALLS] [ {\"name\":\"f\",\"arguments\":{}} ] done", "«f{}» done"},
    {Style::kMistral, "[TOOL_CALLS][]", "[TOOL_CALLS][]"},
    {Style::kMistral, "[TOOL_CALLS][{\"name\":\"f\",\"arguments\":{}},{\"name\":\"no\"",
     "«f{}»,{\"name\":\"no\""},
    {Style::kMistralArgs, "[TOOL_CALLS]f[ARGS]{\"x\":[]}[TOOL_CALLS]g[CALL_ID]a1[ARGS]{}",
     "«f{\"x\":[]}»«g{}»"},
    {Style::kMistralArgs, "[TOOL_CALLS]f{\"x\":1}", "«f{\"x\":1}»"},
    {Style::kMistralArgs, "[TOOL_CALLS]no{\"x\":1}", "[TOOL_CALLS]no{\"x\":1}"},
    {Style::kMistralArgs, "[TOOL_CALLS]f[ARGX]{}", "[TOOL_CALLS]f[ARGX]{}"},
    {Style::kFunctionary, "<function=f>{\"x\":1}</function><function=g>{}</function>",
     "«f{\"x\":1}»«g{}»"},
    {Style::kFunctionary, "<function=no>{}</function>", "<function=no>{}</function>"},
    {Style::kFunctionary, "<function=f>[]</function>", "<function=f>[]</function>"},
    {Style::kNone, "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>",
     "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>"},
};

// What cannot be a call comes out as it went in.
constexpr std::string_view kHermesText[] = {
    "<tool_call>{\"name\":\"unknown\",\"arguments\":{}}</tool_call>",
    "<tool_call>{\"name\":\"f\"}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":[]}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":\"x\"}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":null}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":{},\"why\":1}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"name\":\"f\",\"arguments\":{}}</tool_call>",
    "<tool_call>{\"name\":1,\"arguments\":{}}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":01}}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":\"\xFF\"}}</tool_call>",
    "<tool_call>{\"name\":\"f\",\"arguments\":{}",
    "<tool_call>{name: f}</tool_call>",
    "<tool_call>\n",
    "<tool_call>f</tool_call>",
};

TEST(CallParser, FindsTheCallsOfEachStyle) {
  for (const Case& c : kCases) EXPECT_EQ(Parse(Of(c.style), c.text), c.wanted) << c.text;
}

TEST(CallParser, LosesNothingOfWhatIsNoCall) {
  for (const std::string_view text : kHermesText) EXPECT_EQ(Parse(Of(Style::kHermes), text), text);
}

TEST(CallParser, StrictMakesAnErrorOfACallGoneWrong) {
  CallParser::Options options = Of(Style::kHermes);
  options.strict = true;
  EXPECT_EQ(Parse(options, kHermesText[2]).front(), '!');
  EXPECT_EQ(Parse(options, "a < b <tool_cal"), "a < b <tool_cal");
  EXPECT_EQ(Parse(options, kCases[1].text), kCases[1].wanted);
  options.style = Style::kLlama;
  EXPECT_EQ(Parse(options, "{\"answer\": 42}"), "{\"answer\": 42}");
}

TEST(CallParser, EndsBehindTheFirstCallWhereOneIsAllowed) {
  CallParser::Options options = Of(Style::kHermes);
  options.parallel = false;
  CallParser parser(options, Rng(1));
  EXPECT_EQ(parser.Append("<tool_call>{\"name\":\"f\",\"arguments\":{}").size(), 0u);
  EXPECT_FALSE(parser.done());
  EXPECT_EQ(parser.Append("}</tool_call><tool_call>{\"name\":\"f\",\"argum").size(), 1u);
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(parser.Append("ents\":{}}").size(), 0u);
  EXPECT_EQ(parser.Finish().size(), 0u);
  EXPECT_EQ(parser.calls(), 1u);
}

TEST(CallParser, ShowsTextAtOnceThatCanBeNoCall) {
  const auto shown = [](Style style, std::string_view text) {
    CallParser parser(Of(style), Rng(1));
    std::string out;
    Write(parser.Append(text), out);
    return out;
  };
  EXPECT_EQ(shown(Style::kHermes, "I think"), "I think");
  EXPECT_EQ(shown(Style::kHermes, "1 <tool_x"), "1 <tool_x");
  EXPECT_EQ(shown(Style::kHermes, "<tool_call>{\"nam"), "");
  EXPECT_EQ(shown(Style::kHermes, "<tool_call>{\"name\":\"x\""), "<tool_call>{\"name\":\"x\"");
  EXPECT_EQ(shown(Style::kLlama, "{\"answer\""), "{\"answer\"");
  EXPECT_EQ(shown(Style::kLlama, "{ x"), "{ x");
  EXPECT_EQ(shown(Style::kMistral, "[TOOL_CALLS] x"), "[TOOL_CALLS] x");
}

TEST(CallParser, SaysWhatJsonIsUnderWayBehindAMarker) {
  const auto open = [](Style style, std::string_view text) {
    CallParser parser(Of(style), Rng(1));
    parser.Append(text);
    const auto call = parser.open_call();
    return call ? call->name.value_or("?") + ":" + call->json : "none";
  };
  EXPECT_EQ(open(Style::kHermes, "text <tool_cal"), "none");
  EXPECT_EQ(open(Style::kHermes, "text <tool_call>"), "?:");
  EXPECT_EQ(open(Style::kHermes, "<tool_call>\n{\"na"), "?:{\"na");
  EXPECT_EQ(open(Style::kHermes, "<tool_call>{\"name\":\"f\",\"arguments\":{}}"), "none");
  EXPECT_EQ(open(Style::kHermes, "<tool_call>x"), "none");
  EXPECT_EQ(open(Style::kLlama, "{\"name\""), "none");
  EXPECT_EQ(open(Style::kLlama, "<|python_tag|>"), "?:");
  EXPECT_EQ(open(Style::kLlama, "{ \"name\" : \"f\", \"param"), "?:{\"name\":\"f\",\"param");
  EXPECT_EQ(open(Style::kMistral, "[TOOL_CALLS]"), "none");
  EXPECT_EQ(open(Style::kMistral, "[TOOL_CALLS][{\"a \\\" "), "?:{\"a \\\" ");
  EXPECT_EQ(open(Style::kMistralArgs, "[TOOL_CALLS]"), "none");
  EXPECT_EQ(open(Style::kMistralArgs, "[TOOL_CALLS]f[ARGS]"), "f:");
  EXPECT_EQ(open(Style::kFunctionary, "<function=f>{"), "f:{");
}

TEST(CallParser, IdsHaveTheFormOfTheirStyleAndDiffer) {
  for (const Style style : {Style::kHermes, Style::kMistral}) {
    std::set<std::string> ids;
    CallParser parser(Of(style), Rng(7));
    for (int i = 0; i < 50; ++i) {
      const auto parts = parser.Append(style == Style::kHermes
                                           ? "<tool_call>{\"name\":\"f\",\"arguments\":{}}"
                                           : "[TOOL_CALLS][{\"name\":\"f\",\"arguments\":{}}]");
      ASSERT_EQ(parts.size(), 1u);
      const std::string& id = std::get<api::ToolCall>(parts[0]).id;
      EXPECT_EQ(id.size(), style == Style::kHermes ? 29u : 9u);
      EXPECT_EQ(id.starts_with("call_"), style == Style::kHermes);
      ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 50u);
  }
}

TEST(CallParser, HoldsNoMoreThanItsLimits) {
  CallParser parser(Of(Style::kHermes), Rng(1));
  std::string out;
  Write(parser.Append("<tool_call>{\"name\":\"f\",\"arguments\":{\"x\":\""), out);
  const std::string block(1u << 16, 'a');
  for (std::size_t i = 0; i < kCallBytesMax; i += block.size()) Write(parser.Append(block), out);
  EXPECT_GT(out.size(), kCallBytesMax - 64);
  std::string spaces;
  Write(parser.Append(std::string(10 * kSpacesMax, ' ')), spaces);
  EXPECT_GE(spaces.size(), 9 * kSpacesMax);
  std::string many;
  for (std::size_t i = 0; i < kCallsMax + 2; ++i) {
    many += "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
  }
  EXPECT_TRUE(Parse(Of(Style::kHermes), many)
                  .ends_with("»<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>"
                             "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>"));
}

TEST(CallParser, AnyCutOfTheTextGivesTheSame) {
  testing::SeededRng rng;
  std::vector<std::string_view> pieces(std::begin(kHermesText), std::end(kHermesText));
  for (const Case& c : kCases) pieces.push_back(c.text);
  for (int run = 0; run < 20000; ++run) {
    std::string text;
    for (std::size_t i = rng.Below(3) + 1; i > 0; --i) {
      const std::string_view piece = pieces[rng.Below(pieces.size())];
      text += rng.Below(3) == 0 ? piece.substr(0, rng.Below(piece.size() + 1)) : piece;
    }
    CallParser::Options options = Of(static_cast<Style>(rng.Below(6)));
    options.parallel = rng.Below(4) != 0;
    options.strict = rng.Below(4) == 0;
    CallParser parser(options, Rng(1));
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + rng.Below(7);
      Write(parser.Append(std::string_view(text).substr(at, size)), out);
      at += size;
    }
    Write(parser.Finish(), out);
    if (parser.error()) out += "!" + *parser.error();
    ASSERT_EQ(out, Parse(options, text)) << "seed " << rng.seed() << ", text " << text;
  }
}

}  // namespace
}  // namespace ganglion::tool_calls
