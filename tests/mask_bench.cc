// Times masks with a published vocabulary, each answer in a grammar that was just compiled (so that
// what it meets, it meets the first time) and all answers in one. Not part of the default build:
//   cmake --build build/release --target mask_bench && build/release/tests/mask_bench FILE.gguf

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <time.h>

#include "ganglion/base/check.h"
#include "ganglion/base/rng.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/testing/shared_data.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::grammar {
namespace {

using GrammarPtr = std::shared_ptr<const Grammar>;

struct Case {
  std::string name;
  std::function<GrammarPtr()> compile;
};

// Of this thread's own work, so that other work on the machine does not count.
double Microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::shared_ptr<const Vocabulary> Read(const std::string& path) {
  auto file = gguf::File::Open(path);
  GN_CHECK(file.ok());
  auto tokenizer = Tokenizer::FromGguf(**file);
  GN_CHECK(tokenizer.ok());
  std::vector<std::string> pieces((*tokenizer)->size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i] = (*tokenizer)->Piece(TokenId{static_cast<std::int32_t>(i)});
  }
  return Vocabulary::Create(std::move(pieces), (*tokenizer)->EndOfGenerationTokens());
}

GrammarPtr Compile(const std::string& schema) {
  auto compiled = CompileSchema(schema);
  if (!compiled.ok()) std::fprintf(stderr, "%s\n", std::string(compiled.error().message()).c_str());
  GN_CHECK(compiled.ok());
  return compiled->grammar;
}

// An array of strings that an automaton speaks of: min..max (0: no end) of the bytes in `ranges`.
GrammarPtr ArrayOfStrings(std::vector<std::pair<char, char>> ranges, std::size_t min,
                          std::size_t max, bool wide) {
  Rules rules{CompileLimits{}};
  ByteAutomaton& automaton = rules.automaton();
  const std::size_t counted = max == 0 ? std::max<std::size_t>(min, 1) : max;
  const ByteState start = automaton.AddState();
  const ByteState end = automaton.AddState();
  std::vector<ByteState> texts;
  for (std::size_t i = 0; i <= counted; ++i) texts.push_back(automaton.AddState());
  automaton.SetState(start, std::vector<ByteEdge>{{'"', '"', texts[0]}}, false);
  automaton.SetState(end, {}, true);
  for (std::size_t i = 0; i <= counted; ++i) {
    std::vector<ByteEdge> edges;
    const bool more = i < counted || max == 0;
    const ByteState next = texts[std::min(i + 1, counted)];
    if (i >= min) edges.push_back({'"', '"', end});
    for (const auto& [low, high] : ranges) {
      if (more)
        edges.push_back({static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), next});
    }
    if (more && wide) {
      const auto add = [&](std::vector<ByteEdge> list) {
        const ByteState state = automaton.AddState();
        automaton.SetState(state, list, false);
        return state;
      };
      const ByteState one = add({{0x80, 0xBF, next}});
      const ByteState two = add({{0x80, 0xBF, one}});
      edges.push_back({0xC2, 0xDF, one});
      edges.push_back({0xE0, 0xE0, add({{0xA0, 0xBF, one}})});
      edges.push_back({0xE1, 0xEC, two});
      edges.push_back({0xED, 0xED, add({{0x80, 0x9F, one}})});
      edges.push_back({0xEE, 0xEF, two});
      edges.push_back({0xF0, 0xF0, add({{0x90, 0xBF, two}})});
      edges.push_back({0xF1, 0xF3, add({{0x80, 0xBF, two}})});
      edges.push_back({0xF4, 0xF4, add({{0x80, 0x8F, two}})});
    }
    std::sort(edges.begin(), edges.end(),
              [](const ByteEdge& a, const ByteEdge& b) { return a.low < b.low; });
    automaton.SetState(texts[i], edges, false);
  }
  const NodeId item = rules.AddAutomaton(start);
  const NodeId behind = rules.AddSequence(std::vector<NodeId>{rules.AddLiteral(","), item});
  const NodeId root = rules.AddSequence(std::vector<NodeId>{
      rules.AddLiteral("["), rules.AddRepeat(item, behind, 1, 8), rules.AddLiteral("]")});
  NodeId culprit = kNoNode;
  GN_CHECK(rules.Finish(root, culprit).ok());
  return std::make_shared<const Grammar>(std::move(rules));
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, const std::string& schema) {
    cases.push_back({name, [schema] { return Compile(schema); }});
  };
  if (const auto path = testing::SharedData("rover/plan.schema.json")) {
    std::ifstream in(*path, std::ios::binary);
    add("rover plan", std::string((std::istreambuf_iterator<char>(in)), {}));
  }
  add("any object", R"({"type":"object"})");
  std::string names;
  for (int i = 0; i < 500; ++i) {
    names += (i == 0 ? "\"" : ",\"") + std::string(1, static_cast<char>('a' + i % 26)) +
             std::to_string(i * 7919 % 1000) + " of the many names\"";
  }
  add("enum of 500", R"({"type":"array","maxItems":4,"items":{"enum":[)" + names + "]}}");
  add("long literals", R"({"type":"array","maxItems":4,"items":{"enum":[")" +
                           std::string(2000, 'x') + "\",\"" + std::string(3000, 'y') + "\"]}}");
  std::string branches;
  for (int i = 0; i < 20; ++i) {
    branches +=
        (i == 0 ? "" : ",") + std::string(R"({"type":"object","properties":{"kind":{"const":")") +
        "kind " + std::to_string(i) + R"("},"size":{"type":"integer"},"name":{"type":"string",)" +
        R"("maxLength":)" + std::to_string(10 + i) + R"(}},"required":["kind","size","name"]})";
  }
  add("20 branches", R"({"type":"array","maxItems":4,"items":{"oneOf":[)" + branches + "]}}");
  add("numbers", R"({"type":"array","maxItems":9,"items":{"type":"number"}})");
  cases.push_back({"[a-z]{1,20}", [] { return ArrayOfStrings({{'a', 'z'}}, 1, 20, false); }});
  cases.push_back({"[A-Za-z0-9_-]+", [] {
                     return ArrayOfStrings(
                         {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'-', '-'}, {'_', '_'}}, 1, 0, false);
                   }});
  cases.push_back({"[^\"\\\\]{0,200}", [] {
                     return ArrayOfStrings({{' ', '!'}, {'#', '['}, {']', '\x7F'}}, 0, 200, true);
                   }});
  cases.push_back(
      {"[^,]*", [] {
         return ArrayOfStrings({{' ', '!'}, {'#', '+'}, {'-', '['}, {']', '\x7F'}}, 0, 0, true);
       }});
  return cases;
}

// Draws one answer under the mask, favouring quotes so that all kinds of states are met.
void Answer(const GrammarPtr& grammar, const std::shared_ptr<const Vocabulary>& vocabulary,
            Rng& rng, std::vector<double>& times) {
  Matcher matcher(grammar, vocabulary);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  std::vector<TokenId> allowed;
  for (int step = 0; step < 200; ++step) {
    const double start = Microseconds();
    const bool alive = matcher.FillMask(bits);
    times.push_back(Microseconds() - start);
    allowed.clear();
    TokenId quote = kNoToken;
    for (std::size_t i = 0; alive && i < vocabulary->size(); ++i) {
      if ((bits[i / 32] >> (i % 32) & 1) == 0) continue;
      allowed.push_back(TokenId{static_cast<std::int32_t>(i)});
      if (vocabulary->piece(allowed.back()) == "\"") quote = allowed.back();
    }
    if (allowed.empty()) return;
    const bool closes = quote != kNoToken && rng.Chance(0.2);
    const TokenId token = closes ? quote : allowed[rng.Below(allowed.size())];
    GN_CHECK(matcher.Accept(token));
    if (vocabulary->IsEnd(token)) return;
  }
}

void Report(const std::string& name, const char* kind, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::printf("%-16s %-5s %6zu masks: p50 %6.1f us, p99 %6.1f us, p99.9 %6.1f us, max %6.1f us\n",
              name.c_str(), kind, times.size(), at(0.5), at(0.99), at(0.999), times.back());
}

void Run(const std::string& path) {
  const auto vocabulary = Read(path);
  const double start = Microseconds();
  (void)vocabulary->index();
  std::printf("%s: %zu tokens, index %.0f ms\n", path.c_str(), vocabulary->size(),
              (Microseconds() - start) / 1000);
  std::vector<double> all_fresh;
  for (const Case& c : Cases()) {
    for (const bool fresh : {true, false}) {
      Rng rng(2);
      std::vector<double> times;
      GrammarPtr grammar = c.compile();
      for (int answer = 0; answer < 200 && times.size() < 5000; ++answer) {
        if (fresh) grammar = c.compile();
        Answer(grammar, vocabulary, rng, times);
      }
      Report(c.name, fresh ? "fresh" : "warm", times);
      if (fresh) all_fresh.insert(all_fresh.end(), times.begin(), times.end());
    }
  }
  Report("all", "fresh", all_fresh);
}

}  // namespace
}  // namespace ganglion::grammar

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) ganglion::grammar::Run(argv[i]);
  if (argc > 1) return 0;
  for (const char* name : {"tokenizers/llama-bpe.gguf", "tokenizers/qwen2.gguf"}) {
    if (const auto path = ganglion::testing::SharedData(name)) ganglion::grammar::Run(*path);
  }
  return 0;
}
