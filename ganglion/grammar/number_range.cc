#include "ganglion/grammar/number_range.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tuple>
#include <vector>

#include "ganglion/base/check.h"

namespace ganglion::grammar {
namespace {

constexpr std::size_t kPoint = 10;  // symbols 0..9 are digits
constexpr std::size_t kMinus = 11;
constexpr std::size_t kSymbols = 12;
constexpr std::size_t kNone = ~std::size_t{0};

struct DraftState {
  std::array<std::size_t, kSymbols> next;
  bool accepting = false;
  bool useful = false;  // an accepting state can be reached
};

int Compare(int a, int b) { return a < b ? -1 : a > b ? 1 : 0; }

bool AllZero(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

// The spellings of the magnitudes low..high. Before the point a state knows how many digits were
// read and how they compare with as many digits of either bound; whether the bound has more digits
// decides in the end. After the point it knows whether the text still equals a bound.
class MagnitudeDraft {
 public:
  MagnitudeDraft(std::uint64_t low, std::uint64_t high, int fraction_digits,
                 std::vector<DraftState>& states)
      : low_(low, fraction_digits),
        high_(high, fraction_digits),
        fraction_digits_(static_cast<std::size_t>(fraction_digits)),
        states_(states) {}

  std::size_t Build() {
    const std::size_t start = StateOf({});
    while (!open_.empty()) {
      const auto [key, id] = open_.back();
      open_.pop_back();
      states_[id].accepting = Accepting(key);
      for (int digit = 0; digit <= 9; ++digit) {
        Key next = key;
        if (!TakeDigit(next, digit)) continue;
        const std::size_t to = StateOf(next);
        states_[id].next[static_cast<std::size_t>(digit)] = to;
      }
      if (!CanTakePoint(key)) continue;
      const std::size_t to = StateOf({.fraction = true,
                                      .low_order = VersusLow(key) == 0 ? 0 : 1,
                                      .high_order = VersusHigh(key) == 0 ? 0 : -1});
      states_[id].next[kPoint] = to;
    }
    return start;
  }

 private:
  struct Bound {
    Bound(std::uint64_t units, int fraction_digits) {
      const auto places = static_cast<std::size_t>(fraction_digits);
      std::string digits = std::to_string(units);
      if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
      whole = digits.substr(0, digits.size() - places);
      fraction = digits.substr(digits.size() - places);
    }
    std::string whole;
    std::string fraction;
  };
  struct Key {
    bool fraction = false;
    std::size_t digits = 0;  // read before the point, or after it
    int low_order = 0;       // the digits so far against those of the bound: -1, 0, 1
    int high_order = 0;
    bool zero = false;  // the whole part is "0", which takes no further digit
    bool operator<(const Key& other) const {
      return std::tie(fraction, digits, low_order, high_order, zero) <
             std::tie(other.fraction, other.digits, other.low_order, other.high_order, other.zero);
    }
  };

  std::size_t StateOf(const Key& key) {
    const auto [entry, added] = ids_.try_emplace(key, states_.size());
    if (added) {
      states_.emplace_back().next.fill(kNone);
      open_.emplace_back(key, entry->second);
    }
    return entry->second;
  }

  // The whole part as a number against that of a bound; 0 only if they are equal.
  int VersusLow(const Key& key) const {
    const int order = Compare(static_cast<int>(key.digits), static_cast<int>(low_.whole.size()));
    return order != 0 ? order : key.low_order;
  }
  int VersusHigh(const Key& key) const {
    const int order = Compare(static_cast<int>(key.digits), static_cast<int>(high_.whole.size()));
    return order != 0 ? order : key.high_order;
  }

  bool CanTakePoint(const Key& key) const {
    return !key.fraction && fraction_digits_ > 0 && key.digits > 0 && VersusLow(key) >= 0 &&
           VersusHigh(key) <= 0;
  }

  bool Accepting(const Key& key) const {
    if (key.digits == 0) return false;
    if (key.fraction) {
      return key.low_order > 0 || AllZero(std::string_view(low_.fraction).substr(key.digits));
    }
    const int versus_low = VersusLow(key);
    return VersusHigh(key) <= 0 && (versus_low > 0 || (versus_low == 0 && AllZero(low_.fraction)));
  }

  bool TakeDigit(Key& key, int digit) const {
    const std::string& low = key.fraction ? low_.fraction : low_.whole;
    const std::string& high = key.fraction ? high_.fraction : high_.whole;
    if (key.zero || key.digits >= (key.fraction ? fraction_digits_ : high.size())) return false;
    const auto against = [&](const std::string& bound) {
      return key.digits < bound.size() ? Compare(digit, bound[key.digits] - '0') : 1;
    };
    if (key.low_order == 0) key.low_order = against(low);
    if (key.high_order == 0) key.high_order = against(high);
    key.zero = !key.fraction && key.digits == 0 && digit == 0;
    ++key.digits;
    return !key.fraction || (key.low_order >= 0 && key.high_order <= 0);
  }

  Bound low_;
  Bound high_;
  std::size_t fraction_digits_;
  std::vector<DraftState>& states_;
  std::map<Key, std::size_t> ids_;
  std::vector<std::pair<Key, std::size_t>> open_;
};

// Marks the states from which an accepting one can be reached. The drafts have no cycles, and a
// hundred states, so passes until nothing changes are cheap.
void MarkUseful(std::vector<DraftState>& states) {
  for (bool changed = true; changed;) {
    changed = false;
    for (DraftState& state : states) {
      if (state.useful) continue;
      state.useful = state.accepting ||
                     std::any_of(state.next.begin(), state.next.end(), [&](std::size_t next) {
                       return next != kNone && states[next].useful;
                     });
      changed |= state.useful;
    }
  }
}

// Adds the useful states that can be reached from `start`, with runs of digits as one edge.
ByteState Emit(ByteAutomaton& automaton, const std::vector<DraftState>& states, std::size_t start) {
  std::map<std::size_t, ByteState> emitted{{start, automaton.AddState()}};
  std::vector<std::size_t> open{start};
  while (!open.empty()) {
    const std::size_t from = open.back();
    open.pop_back();
    std::vector<ByteEdge> edges;
    // In the order of bytes: '-' and '.' come before the digits.
    for (const std::size_t symbol : {kMinus, kPoint, std::size_t{0}, std::size_t{1}, std::size_t{2},
                                     std::size_t{3}, std::size_t{4}, std::size_t{5}, std::size_t{6},
                                     std::size_t{7}, std::size_t{8}, std::size_t{9}}) {
      const std::size_t next = states[from].next[symbol];
      if (next == kNone || !states[next].useful) continue;
      if (!emitted.contains(next)) {
        emitted.emplace(next, automaton.AddState());
        open.push_back(next);
      }
      const auto byte = static_cast<std::uint8_t>("0123456789.-"[symbol]);
      if (symbol < kPoint && !edges.empty() && edges.back().next == emitted.at(next) &&
          edges.back().high + 1 == byte) {
        edges.back().high = byte;
      } else {
        edges.push_back({byte, byte, emitted.at(next)});
      }
    }
    automaton.SetState(emitted.at(from), edges, states[from].accepting);
  }
  return emitted.at(start);
}

}  // namespace

ByteState AddNumberRange(ByteAutomaton& automaton, const NumberRange& range) {
  GN_CHECK(-kUnitsEnd < range.low && range.low <= range.high && range.high < kUnitsEnd);
  std::vector<DraftState> states;
  states.emplace_back().next.fill(kNone);
  constexpr std::size_t kStart = 0;
  if (range.high >= 0) {
    const auto low = static_cast<std::uint64_t>(std::max<std::int64_t>(range.low, 0));
    const std::size_t positive =
        MagnitudeDraft(low, static_cast<std::uint64_t>(range.high), range.fraction_digits, states)
            .Build();
    states[kStart] = states[positive];
  }
  if (range.low < 0) {
    const auto low = static_cast<std::uint64_t>(std::max<std::int64_t>(-range.high, 1));
    const std::size_t negative =
        MagnitudeDraft(low, static_cast<std::uint64_t>(-range.low), range.fraction_digits, states)
            .Build();
    states[kStart].next[kMinus] = negative;
  }
  MarkUseful(states);
  GN_CHECK(states[kStart].useful);
  return Emit(automaton, states, kStart);
}

Decimal Decimal::FromDouble(double value) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  GN_CHECK(e != std::string_view::npos);  // every finite double has this form
  Decimal result;
  for (const char c : text.substr(0, e)) {
    if (c == '-') result.negative = true;
    if (c >= '0' && c <= '9') result.digits += c;
  }
  int exponent = 0;
  const char* digits = buffer.data() + e + 1;
  std::from_chars(*digits == '+' ? digits + 1 : digits, end, exponent);
  result.exponent = exponent - static_cast<int>(result.digits.size()) + 1;
  if (AllZero(result.digits)) result = {};
  return result;
}

Decimal Decimal::FromInteger(std::uint64_t value) {
  return {.negative = false, .digits = value == 0 ? "" : std::to_string(value), .exponent = 0};
}

Decimal Decimal::FromInteger(std::int64_t value) {
  if (value >= 0) return FromInteger(static_cast<std::uint64_t>(value));
  Decimal result = FromInteger(std::uint64_t{0} - static_cast<std::uint64_t>(value));
  result.negative = true;
  return result;
}

Decimal::Split Decimal::SplitUnits(int fraction_digits) const {
  const int shift = exponent + fraction_digits;
  const int whole_digits = static_cast<int>(digits.size()) + shift;
  if (digits.empty()) return {0, false};
  if (whole_digits <= 0) return {0, true};
  if (whole_digits > kNumberDigits) return {kUnitsEnd, true};
  std::string whole = digits;
  whole.resize(static_cast<std::size_t>(whole_digits), '0');
  const bool rest = shift < 0 && !AllZero(std::string_view(digits).substr(whole.size()));
  return {static_cast<std::int64_t>(std::stoll(whole)), rest};
}

std::int64_t Decimal::FloorUnits(int fraction_digits) const {
  const Split split = SplitUnits(fraction_digits);
  if (!negative) return split.whole;
  return std::max(-split.whole - (split.rest ? 1 : 0), -kUnitsEnd);
}

std::int64_t Decimal::CeilUnits(int fraction_digits) const {
  const Split split = SplitUnits(fraction_digits);
  if (negative) return -split.whole;
  return std::min(split.whole + (split.rest ? 1 : 0), kUnitsEnd);
}

}  // namespace ganglion::grammar
