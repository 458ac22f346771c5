// Times compiling the plan schema and making masks, for vocabularies of two sizes. Not part of the
// default build: cmake --build build/release --target ganglion_grammar_bench

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <time.h>

#include "ganglion/base/rng.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema_cases_test.h"

namespace ganglion::grammar {
namespace {

// Of this thread's own work, so that other work on the machine does not count.
double Microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Shaped like a byte-level BPE vocabulary: all bytes, words with and without a leading space,
// code points of two to four bytes whole and cut, indentation, and punctuation, glued to a word in
// one piece of a hundred, as in the vocabularies of published models.
std::shared_ptr<const Vocabulary> MakeVocabulary(std::size_t tokens) {
  Rng rng(1);
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  const std::vector<std::string> marks = {"\"", "\":", "\",\"", "{\"", "\"}", "\\", "\n", "(", ".",
                                          ",",  "[",   "]",     "}",   "_",   "-",  "/",  "0", "="};
  const std::vector<std::string> wide = {"的", "机", "é", "ж", "日", "🤖", "한", "ا"};
  while (pieces.size() + 1 < tokens) {
    std::string piece = rng.Chance(0.5) ? " " : "";
    const std::size_t letters = 1 + rng.Below(9);
    for (std::size_t i = 0; i < letters; ++i) piece += static_cast<char>('a' + rng.Below(26));
    if (rng.Chance(0.005)) piece += marks[rng.Below(marks.size())];
    if (rng.Chance(0.005)) piece.insert(0, marks[rng.Below(marks.size())]);
    if (rng.Chance(0.02)) {
      piece.clear();
      for (std::size_t i = 0; i <= rng.Below(4); ++i) piece += marks[rng.Below(marks.size())];
    } else if (rng.Chance(0.3)) {
      piece.clear();
      for (std::size_t i = 0; i <= rng.Below(4); ++i) piece += wide[rng.Below(wide.size())];
      if (rng.Chance(0.1)) piece.pop_back();
    }
    if (rng.Chance(0.02)) piece = std::string(1 + rng.Below(80), ' ');
    pieces.push_back(std::move(piece));
  }
  pieces.emplace_back();
  const auto end = static_cast<std::int32_t>(tokens - 1);
  return Vocabulary::Create(std::move(pieces), {TokenId{end}});
}

// Draws plans under the mask, favouring ends so that all kinds of states are met.
std::vector<double> TimeMasks(const std::shared_ptr<const Grammar>& grammar,
                              const std::shared_ptr<const Vocabulary>& vocabulary) {
  Rng rng(2);
  Matcher matcher(grammar, vocabulary);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  std::vector<double> times;
  std::vector<TokenId> allowed;
  while (times.size() < 20'000) {
    const double start = Microseconds();
    const bool alive = matcher.FillMask(bits);
    times.push_back(Microseconds() - start);
    allowed.clear();
    for (std::size_t i = 0; alive && i < vocabulary->size(); ++i) {
      if ((bits[i / 32] >> (i % 32) & 1) == 0) continue;
      allowed.push_back(TokenId{static_cast<std::int32_t>(i)});
      if (vocabulary->piece(allowed.back()) == "\"" && rng.Chance(0.3)) break;
    }
    const TokenId token = allowed.empty() ? kNoToken
                          : vocabulary->piece(allowed.back()) == "\""
                              ? allowed.back()
                              : allowed[rng.Below(allowed.size())];
    if (!matcher.Accept(token) || vocabulary->IsEnd(token)) matcher.Reset();
  }
  std::sort(times.begin(), times.end());
  return times;
}

void Run(std::size_t tokens, const char* name, const char* schema) {
  double start = Microseconds();
  const auto vocabulary = MakeVocabulary(tokens);
  const double index_ms = (Microseconds() - start) / 1000;
  start = Microseconds();
  const auto grammar = testing::CompileOrDie(schema);
  const double compile_us = (Microseconds() - start);
  const auto times = TimeMasks(grammar, vocabulary);
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::printf(
      "%s, %7zu tokens: make and index %.0f ms, compile %.0f us, mask p50 %.1f us, p99 %.1f us, "
      "p99.9 %.1f us\n",
      name, tokens, index_ms, compile_us, at(0.5), at(0.99), at(0.999));
}

}  // namespace
}  // namespace ganglion::grammar

int main() {
  for (const std::size_t tokens : {std::size_t{6'000}, std::size_t{151'936}}) {
    ganglion::grammar::Run(tokens, "plan", ganglion::grammar::testing::kPlanSchema);
    ganglion::grammar::Run(tokens, "any object", R"({"type":"object"})");
  }
  return 0;
}
