#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

// How the sets of numbers are built: a walk says for each state, which it encodes as a number below
// code_count(), where a character leads, and the states that can be reached become the automaton.
namespace ganglion::grammar {

inline constexpr std::uint32_t kNoCode = 0xFFFFFFFFu;

inline Status OutOfWork() {
  return {Code::kResourceExhausted, "a set of numbers takes more work than the budget has left"};
}

// `Walk` has code_count(), Start(), Next(code, character), Accepts(code), and its characters in
// order as kCharacters, the digits at the end. AllDigitsAlike(code), where it has that, tells that
// all digits lead to one place, and saves asking ten times.
template <typename Walk>
Result<Dfa> BuildWalk(const Walk& walk, Work& work) {
  constexpr std::uint32_t kNew = 0xFFFFFFFFu;
  if (!work.Spend(walk.code_count() / 16 + 1)) return OutOfWork();
  std::vector<std::uint32_t> state_of(walk.code_count(), kNew);
  std::vector<std::uint32_t> codes = {walk.Start()};
  state_of[walk.Start()] = 0;
  std::vector<std::vector<Dfa::Edge>> states;
  std::vector<bool> accepting;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (!work.Spend(Walk::kCharacters.size())) return OutOfWork();
    bool digits_alike = false;
    if constexpr (requires { walk.AllDigitsAlike(codes[i]); }) {
      digits_alike = walk.AllDigitsAlike(codes[i]);
    }
    std::vector<Dfa::Edge> edges;
    for (const char character : Walk::kCharacters) {
      const std::uint32_t code = walk.Next(codes[i], character);
      if (code == kNoCode) continue;
      if (state_of[code] == kNew) {
        state_of[code] = static_cast<std::uint32_t>(codes.size());
        codes.push_back(code);
      }
      const auto c = static_cast<char32_t>(character);
      if (digits_alike && character == '0') {
        edges.push_back({U'0', U'9', state_of[code]});
        break;
      }
      if (!edges.empty() && edges.back().high + 1 == c && edges.back().next == state_of[code]) {
        edges.back().high = c;
      } else {
        edges.push_back({c, c, state_of[code]});
      }
    }
    accepting.push_back(walk.Accepts(codes[i]));
    states.push_back(std::move(edges));
  }
  return Dfa::FromStates(std::move(states), std::move(accepting), work);
}

}  // namespace ganglion::grammar
