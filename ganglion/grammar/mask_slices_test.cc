#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

using ganglion::testing::SeededRng;

// Mostly words, so that slices are worth taking, with all that ends or spoils one.
std::shared_ptr<const Vocabulary> Words(SeededRng& rng) {
  const std::vector<std::string> odd = {"\"", "\",\"", "\\n",  ",",       "-",    "_",
                                        "é",  "的",    "🤖", "\xC3",    "\xA9", " ",
                                        "}",  "\n",    "\x7F", "\xF0\x9F"};
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  while (pieces.size() < 5000) {
    std::string piece = rng.Below(3) == 0 ? " " : "";
    const char first = rng.Below(4) == 0 ? 'A' : 'a';
    const std::size_t letters = 1 + rng.Below(rng.Below(10) == 0 ? 300 : 12);
    for (std::size_t i = 0; i < letters; ++i) piece += static_cast<char>(first + rng.Below(26));
    if (rng.Below(8) == 0) piece += odd[rng.Below(odd.size())];
    if (rng.Below(8) == 0) piece = odd[rng.Below(odd.size())] + piece;
    if (rng.Below(20) == 0) piece += std::to_string(rng.Below(100));
    pieces.push_back(std::move(piece));
  }
  pieces.emplace_back();
  return Vocabulary::Create(std::move(pieces), {TokenId{5000}});
}

// Texts in quotes of `length` code points or more of a class, where the class of each place and
// what it leads to are drawn; every state leads on to the end.
std::shared_ptr<const Grammar> RandomStrings(SeededRng& rng, std::size_t length) {
  Rules rules{CompileLimits{}};
  ByteAutomaton& automaton = rules.automaton();
  const ByteState start = automaton.AddState();
  const ByteState end = automaton.AddState();
  std::vector<ByteState> texts;
  for (std::size_t i = 0; i <= length; ++i) texts.push_back(automaton.AddState());
  automaton.SetState(start, std::vector<ByteEdge>{{'"', '"', texts[0]}}, false);
  automaton.SetState(end, {}, true);
  const bool loops = rng.Below(2) == 0;
  const std::size_t kind = rng.Below(4);
  for (std::size_t i = 0; i <= length; ++i) {
    const auto next = [&] {
      const std::size_t at = i < length ? i + 1 : loops ? length - rng.Below(length) : length;
      return texts[at];
    };
    std::vector<ByteEdge> edges;
    const bool more = i < length || loops;
    if (more && kind == 0) edges.push_back({' ', ' ', next()});
    edges.push_back({'"', '"', end});
    if (more && kind != 3) edges.push_back({'0', '9', next()});
    if (more && kind != 3) edges.push_back({'A', 'Z', next()});
    if (more) edges.push_back({'a', 'm', next()});
    if (more && (kind != 3 || rng.Below(8) != 0)) edges.push_back({'n', 'z', next()});
    if (more && kind < 2) {
      const auto add = [&](std::vector<ByteEdge> list) {
        const ByteState state = automaton.AddState();
        automaton.SetState(state, list, false);
        return state;
      };
      const ByteState to = next();
      const ByteState one = add({{0x80, 0xBF, to}});
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
    automaton.SetState(texts[i], edges, false);
  }
  const NodeId item = rules.AddAutomaton(start);
  const NodeId behind = rules.AddSequence(std::vector<NodeId>{rules.AddLiteral(","), item});
  const NodeId root = rules.AddRepeat(item, behind, 1, 5);
  NodeId culprit = kNoNode;
  GN_CHECK(rules.Finish(root, culprit).ok());
  return std::make_shared<const Grammar>(std::move(rules));
}

TEST(TokenSlices, LeaveMasksOfRandomStringsExact) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = Words(rng);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  for (int run = 0; run < 40; ++run) {
    Matcher matcher(RandomStrings(rng, 1 + rng.Below(30)), vocabulary);
    std::string text;
    for (int step = 0; step < 8; ++step) {
      matcher.FillMask(bits);
      std::vector<TokenId> allowed;
      for (std::size_t i = 0; i < vocabulary->size(); ++i) {
        const TokenId token{static_cast<std::int32_t>(i)};
        const bool accepted = matcher.Accept(token);
        if (accepted) matcher.Rollback(1);
        ASSERT_EQ((bits[i / 32] >> (i % 32) & 1) != 0, accepted)
            << "'" << vocabulary->piece(token) << "' after '" << text << "'";
        if (accepted && !vocabulary->IsEnd(token)) allowed.push_back(token);
      }
      if (allowed.empty()) break;
      const TokenId token = allowed[rng.Below(allowed.size())];
      ASSERT_TRUE(matcher.Accept(token));
      text += vocabulary->piece(token);
    }
  }
}

}  // namespace
}  // namespace ganglion::grammar
