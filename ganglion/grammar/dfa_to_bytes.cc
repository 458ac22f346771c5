#include "ganglion/grammar/dfa_to_bytes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

namespace ganglion::grammar {
namespace {

// Values low..high lead to `next`.
struct Range {
  char32_t low, high;
  ByteState next;
  bool operator<(const Range& other) const {
    return std::tie(low, high, next) < std::tie(other.low, other.high, other.next);
  }
};

Status OutOfWork() {
  return {Code::kResourceExhausted, "the set of texts has too many states to write it as bytes"};
}

// Adds states to a pool; those inside a code point or an escape are shared where they are equal.
class ByteWriter {
 public:
  ByteWriter(ByteAutomaton& automaton, Work& work) : automaton_(automaton), work_(work) {}

  // The edges by which the UTF-8 of the ranges is read.
  void AddUtf8(const std::vector<Range>& ranges, std::vector<ByteEdge>& edges) {
    struct Length {
      char32_t low, high;
      std::uint8_t lead;
      int tails;
    };
    constexpr std::array<Length, 4> kLengths = {{{0, 0x7F, 0, 0},
                                                 {0x80, 0x7FF, 0xC0, 1},
                                                 {0x800, 0xFFFF, 0xE0, 2},
                                                 {0x10000, 0x10FFFF, 0xF0, 3}}};
    for (const Length& length : kLengths) {
      std::vector<Range> inside;
      for (const Range& range : ranges) {
        const char32_t low = std::max(range.low, length.low);
        const char32_t high = std::min(range.high, length.high);
        if (low <= high) inside.push_back({low, high, range.next});
      }
      AddDigits(inside, length.tails, length.lead, edges);
    }
  }

  // The state after a backslash and its letter's beginnings: control characters, quote, backslash.
  void AddEscapes(const std::vector<Range>& ranges, std::vector<ByteEdge>& edges) {
    std::vector<ByteEdge> letters;
    std::array<std::vector<ByteEdge>, 2> low_digit;  // of \u000x and \u001x
    for (const Range& range : ranges) {
      for (char32_t c = range.low; c <= range.high && c < 0x20; ++c) {
        constexpr std::string_view kNamed = "\b\f\n\r\t";
        constexpr std::string_view kLetters = "bfnrt";
        const auto named = kNamed.find(static_cast<char>(c));
        if (named != std::string_view::npos) {
          letters.push_back(EdgeOf(kLetters[named], range.next));
        } else {
          low_digit[c >> 4].push_back(EdgeOf("0123456789abcdef"[c & 15], range.next));
        }
      }
      for (const char c : {'"', '\\'}) {
        const auto code = static_cast<char32_t>(c);
        if (range.low <= code && code <= range.high) letters.push_back(EdgeOf(c, range.next));
      }
    }
    std::vector<ByteEdge> high_digit;
    for (std::size_t i = 0; i < 2; ++i) {
      if (low_digit[i].empty()) continue;
      high_digit.push_back(EdgeOf(i == 0 ? '0' : '1', Inner(std::move(low_digit[i]))));
    }
    if (!high_digit.empty()) {
      const ByteState zero = Inner({EdgeOf('0', Inner(std::move(high_digit)))});
      letters.push_back(EdgeOf('u', Inner({EdgeOf('0', zero)})));
    }
    if (!letters.empty()) edges.push_back(EdgeOf('\\', Inner(std::move(letters))));
  }

  static ByteEdge EdgeOf(char byte, ByteState next) {
    const auto value = static_cast<std::uint8_t>(byte);
    return {value, value, next};
  }

  static void Sort(std::vector<ByteEdge>& edges) {
    std::sort(edges.begin(), edges.end(),
              [](const ByteEdge& a, const ByteEdge& b) { return a.low < b.low; });
  }

 private:
  using Key = std::vector<std::tuple<std::uint8_t, std::uint8_t, ByteState>>;

  // The state of these edges, which does not accept.
  ByteState Inner(std::vector<ByteEdge> edges) {
    Sort(edges);
    Key key;
    for (const ByteEdge& edge : edges) key.emplace_back(edge.low, edge.high, edge.next);
    const auto [entry, added] = inner_.try_emplace(std::move(key));
    if (added) {
      entry->second = automaton_.AddState();
      automaton_.SetState(entry->second, edges, false);
    }
    return entry->second;
  }

  // Numbers of one leading digit and `tails` digits to the base 64. `first` is what the leading
  // byte adds to its digit.
  void AddDigits(const std::vector<Range>& ranges, int tails, std::uint8_t first,
                 std::vector<ByteEdge>& edges) {
    (void)work_.Spend(1 + ranges.size());
    const int shift = 6 * tails;
    const auto add = [&](char32_t low, char32_t high, ByteState next) {
      const auto low_byte = static_cast<std::uint8_t>(first + low);
      const auto high_byte = static_cast<std::uint8_t>(first + high);
      if (!edges.empty() && edges.back().next == next && edges.back().high + 1 == low_byte) {
        edges.back().high = high_byte;
      } else {
        edges.push_back({low_byte, high_byte, next});
      }
    };
    if (tails == 0) {
      for (const Range& range : ranges) add(range.low, range.high, range.next);
      return;
    }
    const char32_t unit = char32_t{1} << shift;
    std::vector<Range> partial;  // of the digit `digit`, which no single range covers
    char32_t digit = 0;
    const auto finish_partial = [&] {
      if (partial.empty()) return;
      std::vector<ByteEdge> below;
      AddDigits(partial, tails - 1, 0x80, below);
      partial.clear();
      add(digit, digit, Inner(std::move(below)));
    };
    for (const Range& range : ranges) {
      char32_t low = range.low;
      while (low <= range.high) {
        const char32_t at = low >> shift;
        if (at != digit) finish_partial();
        digit = at;
        const char32_t offset = low & (unit - 1);
        const char32_t left = range.high - low;
        if (offset != 0 || left < unit - 1) {
          const char32_t end = std::min<char32_t>(unit - 1, offset + left);
          partial.push_back({offset, end, range.next});
          low += end - offset + 1;
          continue;
        }
        const char32_t count = (left + 1) >> shift;  // digits that the range covers whole
        std::vector<ByteEdge> below;
        AddDigits({{0, unit - 1, range.next}}, tails - 1, 0x80, below);
        add(at, at + count - 1, Inner(std::move(below)));
        low += count << shift;
      }
    }
    finish_partial();
  }

  ByteAutomaton& automaton_;
  Work& work_;
  std::map<Key, ByteState> inner_;
};

std::vector<ByteState> AddStates(ByteAutomaton& automaton, const Dfa& texts) {
  std::vector<ByteState> states(texts.size());
  for (ByteState& state : states) state = automaton.AddState();
  return states;
}

std::vector<Range> RangesOf(const Dfa& texts, std::uint32_t state,
                            const std::vector<ByteState>& states) {
  std::vector<Range> ranges;
  for (const Dfa::Edge& edge : texts.edges(state)) {
    ranges.push_back({edge.low, edge.high, states[edge.next]});
  }
  return ranges;
}

Status CheckNotEmpty(const Dfa& texts) {
  if (!texts.empty()) return {};
  return {Code::kInvalidArgument, "the set of texts is empty"};
}

}  // namespace

Result<ByteState> AddUtf8(ByteAutomaton& automaton, const Dfa& texts, Work& work) {
  GN_RETURN_IF_ERROR(CheckNotEmpty(texts));
  if (!work.Spend(texts.size())) return OutOfWork();
  const auto states = AddStates(automaton, texts);
  ByteWriter writer(automaton, work);
  for (std::uint32_t s = 0; s < texts.size(); ++s) {
    std::vector<ByteEdge> edges;
    writer.AddUtf8(RangesOf(texts, s, states), edges);
    if (work.exhausted()) return OutOfWork();
    automaton.SetState(states[s], edges, texts.accepting(s));
  }
  return states[0];
}

Result<ByteState> AddJsonStrings(ByteAutomaton& automaton, const Dfa& texts, Work& work) {
  GN_RETURN_IF_ERROR(CheckNotEmpty(texts));
  if (!work.Spend(texts.size())) return OutOfWork();
  const auto states = AddStates(automaton, texts);
  const ByteState open = automaton.AddState();
  const ByteState closed = automaton.AddState();
  automaton.SetState(open, std::array{ByteWriter::EdgeOf('"', states[0])}, false);
  automaton.SetState(closed, {}, true);
  ByteWriter writer(automaton, work);
  for (std::uint32_t s = 0; s < texts.size(); ++s) {
    const auto ranges = RangesOf(texts, s, states);
    std::vector<Range> plain;
    for (const Range& range : ranges) {
      // What stands for itself: all but control characters, the quote and the backslash.
      for (const auto& [low, high] :
           {std::pair{U' ', U'!'}, std::pair{U'#', U'['}, std::pair{U']', char32_t{0x10FFFF}}}) {
        const char32_t from = std::max(range.low, low);
        const char32_t to = std::min(range.high, high);
        if (from <= to) plain.push_back({from, to, range.next});
      }
    }
    std::vector<ByteEdge> edges;
    writer.AddUtf8(plain, edges);
    writer.AddEscapes(ranges, edges);
    if (texts.accepting(s)) edges.push_back(ByteWriter::EdgeOf('"', closed));
    if (work.exhausted()) return OutOfWork();
    ByteWriter::Sort(edges);
    automaton.SetState(states[s], edges, false);
  }
  return open;
}

}  // namespace ganglion::grammar
