#include "ganglion/grammar/regular/number_set.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/grammar/regular/number_limits.h"
#include "ganglion/grammar/regular/number_walk.h"

namespace ganglion::grammar {
namespace {

enum class Order : std::uint32_t { kLess, kEqual, kGreater };

Order OrderOf(char a, char b) {
  return a < b ? Order::kLess : a == b ? Order::kEqual : Order::kGreater;
}

constexpr std::array<bool, 3> kAllMagnitudes = {true, true, true};
constexpr std::array<bool, 3> kNoMagnitude = {false, false, false};

// Reads a spelling and compares its magnitude with a bound's, digit by digit from the first.
//
// | place     | count            | order                                                    |
// | start     |                  |                                                          |
// | minus     |                  |                                                          |
// | integer   | digits read      | of them and the first digits of the bound                |
// | fraction  | digits read      | of the number so far and the bound's digits so far       |
class RangeWalk {
 public:
  static constexpr std::string_view kCharacters = "-.0123456789";

  // Which magnitudes are in the set, by their order to the bound's: below, at, above it.
  struct Wanted {
    std::array<bool, 3> positive;
    std::array<bool, 3> negative;
  };

  RangeWalk(const ExactDecimal& bound, const Wanted& wanted) : wanted_(wanted) {
    ExactDecimal magnitude = bound;
    magnitude.negative = false;
    const std::string text = magnitude.Spelling();
    const std::size_t point = text.find('.');
    integer_ = text.substr(0, point);
    if (point != std::string::npos) fraction_ = text.substr(point + 1);
  }

  std::uint32_t code_count() const { return 2 * kPlaces * kCounts * 3 * 2; }
  std::uint32_t Start() const { return Code({}); }

  std::uint32_t Next(std::uint32_t code, char c) const {
    State s = Decode(code);
    switch (s.place) {
      case kStart:
      case kMinus:
        if (c == '-' && s.place == kStart) return Encode({.place = kMinus, .negative = true});
        if (c == '-' || c == '.') return kNoCode;
        s.place = c == '0' ? kZero : kInteger;
        return Encode(WithIntegerDigit(s, c));
      case kZero:
      case kInteger:
        if (c == '.') {
          s.order = IntegerOrder(s);
          s.place = kFraction;
          s.count = 0;
          return Encode(s);
        }
        if (c == '-' || s.place == kZero || s.count == kIntegerDigitsMax) return kNoCode;
        return Encode(WithIntegerDigit(s, c));
      default:
        if (c == '-' || c == '.' || s.count == kFractionDigitsMax) return kNoCode;
        if (s.order == Order::kEqual) {
          s.order = OrderOf(c, s.count < fraction_.size() ? fraction_[s.count] : '0');
        }
        s.is_zero = s.is_zero && c == '0';
        ++s.count;
        return Encode(s);
    }
  }

  bool AllDigitsAlike(std::uint32_t code) const {
    const State s = Decode(code);
    if (s.place == kInteger) return s.order != Order::kEqual || s.count >= integer_.size();
    return s.place == kFraction && s.order != Order::kEqual && !s.is_zero;
  }

  bool Accepts(std::uint32_t code) const {
    const State s = Decode(code);
    if (s.place == kStart || s.place == kMinus) return false;
    if (s.place == kFraction && s.count == 0) return false;
    if (s.negative && s.is_zero) return false;
    Order order = s.order;
    if (s.place != kFraction) order = IntegerOrder(s);
    // What is left of the bound's fraction is not all zeros.
    const std::size_t behind = s.place == kFraction ? s.count : 0;
    if (order == Order::kEqual && behind < fraction_.size()) order = Order::kLess;
    return (s.negative ? wanted_.negative : wanted_.positive)[static_cast<std::size_t>(order)];
  }

 private:
  enum Place : std::uint32_t { kStart, kMinus, kZero, kInteger, kFraction, kPlaces };
  static constexpr std::uint32_t kCounts = std::max(kIntegerDigitsMax, kFractionDigitsMax) + 1;

  struct State {
    Place place = kStart;
    bool negative = false;
    std::uint32_t count = 0;
    Order order = Order::kEqual;
    bool is_zero = true;
  };

  // States that accept the same are one code, and those that accept nothing none: the automaton has
  // hardly more states than it keeps, where telling all of them apart took four times as long.
  std::uint32_t Encode(State s) const {
    const std::array<bool, 3>& wanted = s.negative ? wanted_.negative : wanted_.positive;
    if (wanted == kNoMagnitude) return kNoCode;
    if (!s.negative) s.is_zero = false;
    if (s.place == kMinus) return Code(s);
    if (wanted == kAllMagnitudes) {
      s.order = Order::kLess;
      return Code(s);
    }
    const bool is_long = s.place == kInteger && s.count > integer_.size();
    if (is_long) s.order = Order::kGreater;
    const bool is_decided = is_long || (s.place == kFraction && s.order != Order::kEqual);
    return is_decided && !wanted[static_cast<std::size_t>(s.order)] ? kNoCode : Code(s);
  }

  static std::uint32_t Code(const State& s) {
    std::uint32_t code = s.negative ? 1 : 0;
    code = code * kPlaces + s.place;
    code = code * kCounts + s.count;
    code = code * 3 + static_cast<std::uint32_t>(s.order);
    return code * 2 + (s.is_zero ? 1 : 0);
  }

  static State Decode(std::uint32_t code) {
    State s;
    s.is_zero = code % 2 != 0;
    code /= 2;
    s.order = static_cast<Order>(code % 3);
    code /= 3;
    s.count = code % kCounts;
    code /= kCounts;
    s.place = static_cast<Place>(code % kPlaces);
    s.negative = code / kPlaces != 0;
    return s;
  }

  State WithIntegerDigit(State s, char digit) const {
    if (s.count >= integer_.size()) {
      s.order = Order::kGreater;
    } else if (s.order == Order::kEqual) {
      s.order = OrderOf(digit, integer_[s.count]);
    }
    s.is_zero = s.is_zero && digit == '0';
    ++s.count;
    return s;
  }

  // Of the integer part, once it has ended: more digits are a greater number.
  Order IntegerOrder(const State& s) const {
    return s.count < integer_.size() ? Order::kLess : s.order;
  }

  Wanted wanted_;
  std::string integer_;
  std::string fraction_;
};

// Any JSON number that a double can hold: with an exponent, and with a minus before zero. One with
// more than one digit before the point has a positive exponent below 100, so that no value is
// infinite to whoever reads it.
class JsonNumberWalk {
 public:
  static constexpr std::string_view kCharacters = "+-.0123456789Ee";

  std::uint32_t code_count() const { return kPlaces * kCounts * 2; }
  std::uint32_t Start() const { return Encode(kStart, 0, false); }

  std::uint32_t Next(std::uint32_t code, char c) const {
    const bool is_long = code % 2 != 0;  // more than one digit before the point
    const std::uint32_t count = code / 2 % kCounts;
    const auto place = static_cast<Place>(code / 2 / kCounts);
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_e = c == 'e' || c == 'E';
    switch (place) {
      case kStart:
      case kMinus:
        if (c == '-' && place == kStart) return Encode(kMinus, 0, false);
        return is_digit ? Encode(c == '0' ? kZero : kInteger, 1, false) : kNoCode;
      case kZero:
      case kInteger:
        if (c == '.') return Encode(kFraction, 0, is_long);
        if (is_e) return Encode(kE, 0, is_long);
        if (!is_digit || place == kZero || count == kIntegerDigitsMax) return kNoCode;
        return Encode(kInteger, count + 1, true);
      case kFraction:
        if (is_e && count > 0) return Encode(kE, 0, is_long);
        if (!is_digit || count == kFractionDigitsMax) return kNoCode;
        return Encode(kFraction, count + 1, is_long);
      case kE:
        if (c == '-') return Encode(kBelow, 0, false);
        if (c == '+') return Encode(kAbove, 0, is_long);
        return is_digit ? ExponentDigit(0, c, is_long) : kNoCode;
      case kAbove:
        return is_digit ? ExponentDigit(count, c, is_long) : kNoCode;
      default:  // kBelow
        return is_digit && count < 3 ? Encode(kBelow, count + 1, false) : kNoCode;
    }
  }

  bool Accepts(std::uint32_t code) const {
    const std::uint32_t count = code / 2 % kCounts;
    return count > 0;  // each place that can be the last one counts its digits
  }

 private:
  enum Place : std::uint32_t {
    kStart,
    kMinus,
    kZero,
    kInteger,
    kFraction,
    kE,
    kAbove,  // count: of the digits of a positive exponent; 4 if a third must be below 8
    kBelow,
    kPlaces
  };
  static constexpr std::uint32_t kCounts = std::max(kIntegerDigitsMax, kFractionDigitsMax) + 8;

  static std::uint32_t Encode(Place place, std::uint32_t count, bool is_long) {
    return (place * kCounts + count) * 2 + (is_long ? 1 : 0);
  }

  // Positive exponents: up to 99, and up to 307 behind a single digit. The count tells the digits
  // so far apart where the first one matters.
  //   1: one digit, 0 to 2   2: two digits of which the first is 0 to 2   3: no more digits
  //   4: the digit 3         5: the digits 30
  //   6: another digit, of which two may be written
  static std::uint32_t ExponentDigit(std::uint32_t count, char c, bool is_long) {
    switch (count) {
      case 0:
        if (is_long) return Encode(kAbove, 6, false);
        return Encode(kAbove, c <= '2' ? 1 : c == '3' ? 4 : 6, false);
      case 1:
        return Encode(kAbove, 2, false);
      case 4:
        return Encode(kAbove, c == '0' ? 5 : 3, false);
      case 2:
      case 6:
        return Encode(kAbove, 3, false);
      case 5:
        return c <= '7' ? Encode(kAbove, 3, false) : kNoCode;
      default:
        return kNoCode;
    }
  }
};

Dfa Must(Result<Dfa> set) {
  GN_CHECK(set.ok());
  return *std::move(set);
}

constexpr std::size_t kWorkOfConstants = 10'000'000;

const Dfa& AllJsonNumbers() {
  static const Dfa all = [] {
    Work work(kWorkOfConstants);
    return Must(BuildWalk(JsonNumberWalk(), work));
  }();
  return all;
}

using States = std::vector<std::vector<Dfa::Edge>>;

// A trie of spellings. Edges are unsorted digits until Finish.
class SpellingTrie {
 public:
  std::uint32_t Step(std::uint32_t state, char c) {
    for (const Dfa::Edge& edge : states_[state]) {
      if (edge.low == static_cast<char32_t>(c)) return edge.next;
    }
    const auto next = static_cast<std::uint32_t>(states_.size());
    states_[state].push_back({static_cast<char32_t>(c), static_cast<char32_t>(c), next});
    states_.emplace_back();
    accepting_.push_back(false);
    return next;
  }
  void Accept(std::uint32_t state) { accepting_[state] = true; }

  Result<Dfa> Finish(Work& work) {
    for (auto& edges : states_) {
      std::sort(edges.begin(), edges.end(),
                [](const Dfa::Edge& a, const Dfa::Edge& b) { return a.low < b.low; });
    }
    return Dfa::FromStates(std::move(states_), std::move(accepting_), work);
  }

 private:
  States states_{1};
  std::vector<bool> accepting_{false};
};

// Which states of a set of numbers lie behind a point, and whether only zeros do.
struct PointPlaces {
  std::vector<bool> behind_point;
  bool only_zeros = true;
};

// States of sets of numbers lie either before the point or behind it, because the digits that may
// follow are counted apart.
PointPlaces FindPointPlaces(const Dfa& numbers) {
  PointPlaces places{.behind_point = std::vector<bool>(numbers.size(), false)};
  std::vector<std::uint32_t> open;
  const auto add = [&](std::uint32_t state) {
    if (places.behind_point[state]) return;
    places.behind_point[state] = true;
    open.push_back(state);
  };
  for (std::uint32_t s = 0; s < numbers.size(); ++s) {
    for (const Dfa::Edge& edge : numbers.edges(s)) {
      if (edge.low <= U'.' && U'.' <= edge.high) add(edge.next);
    }
  }
  while (!open.empty()) {
    const std::uint32_t state = open.back();
    open.pop_back();
    for (const Dfa::Edge& edge : numbers.edges(state)) {
      if (edge.low != U'0' || edge.high != U'0') places.only_zeros = false;
      add(edge.next);
    }
  }
  return places;
}

// The spellings without a point.
Result<Dfa> WithoutPoint(const Dfa& numbers, Work& work) {
  States states(numbers.size());
  std::vector<bool> accepting(numbers.size());
  for (std::uint32_t s = 0; s < numbers.size(); ++s) {
    if (!work.Spend(1 + numbers.edges(s).size())) return OutOfWork();
    accepting[s] = numbers.accepting(s);
    for (const Dfa::Edge& edge : numbers.edges(s)) {
      if (edge.low != U'.') states[s].push_back(edge);
    }
  }
  return Dfa::FromStates(std::move(states), std::move(accepting), work);
}

// The spellings without a zero at the end of a fraction. Each state is split by whether the last
// character may end a text.
Result<Dfa> WithoutZerosAtEnd(const Dfa& numbers, const PointPlaces& places, Work& work) {
  States states(2 * numbers.size());
  std::vector<bool> accepting(2 * numbers.size(), false);
  for (std::uint32_t s = 0; s < numbers.size(); ++s) {
    if (!work.Spend(2 + 4 * numbers.edges(s).size())) return OutOfWork();
    accepting[2 * s] = numbers.accepting(s);
    for (const Dfa::Edge& edge : numbers.edges(s)) {
      Dfa::Edge rest = edge;
      if (places.behind_point[s] && edge.low == U'0') {
        states[2 * s].push_back({U'0', U'0', 2 * edge.next + 1});
        rest.low = U'1';
      }
      rest.next = 2 * edge.next;
      if (rest.low <= rest.high) states[2 * s].push_back(rest);
    }
    states[2 * s + 1] = states[2 * s];
  }
  return Dfa::FromStates(std::move(states), std::move(accepting), work);
}

}  // namespace

const Dfa& AllNumbers() {
  static const Dfa all = [] {
    Work work(kWorkOfConstants);
    return Must(
        BuildWalk(RangeWalk({}, {.positive = kAllMagnitudes, .negative = kAllMagnitudes}), work));
  }();
  return all;
}

const Dfa& AllIntegers() {
  static const Dfa all = [] {
    Work work(kWorkOfConstants);
    return Must(MultiplesOf({.digits = "1"}, work));
  }();
  return all;
}

Result<Dfa> NumbersFrom(const NumberBound& low, Work& work) {
  const bool at = !low.exclusive;
  const bool is_negative = low.value.negative && !low.value.digits.empty();
  const RangeWalk::Wanted wanted = is_negative
                                       ? RangeWalk::Wanted{kAllMagnitudes, {true, at, false}}
                                       : RangeWalk::Wanted{{false, at, true}, kNoMagnitude};
  return BuildWalk(RangeWalk(low.value, wanted), work);
}

Result<Dfa> NumbersTo(const NumberBound& high, Work& work) {
  const bool at = !high.exclusive;
  const bool is_negative = high.value.negative && !high.value.digits.empty();
  const RangeWalk::Wanted wanted = is_negative
                                       ? RangeWalk::Wanted{kNoMagnitude, {false, at, true}}
                                       : RangeWalk::Wanted{{true, at, false}, kAllMagnitudes};
  return BuildWalk(RangeWalk(high.value, wanted), work);
}

Result<Dfa> NumbersOf(const std::vector<ExactDecimal>& values, Work& work) {
  SpellingTrie trie;
  for (const ExactDecimal& value : values) {
    if (!work.Spend(2 * (kIntegerDigitsMax + kFractionDigitsMax))) return OutOfWork();
    const auto digits = static_cast<std::int64_t>(value.digits.size());
    if (digits + value.exponent > std::int64_t{kIntegerDigitsMax}) continue;
    if (value.exponent < -static_cast<int>(kFractionDigitsMax)) continue;
    std::uint32_t state = 0;
    for (const char c : value.Spelling()) state = trie.Step(state, c);
    trie.Accept(state);
    if (value.is_integer()) state = trie.Step(state, '.');
    const std::uint32_t behind =
        value.is_integer() ? 0u : static_cast<std::uint32_t>(-value.exponent);
    for (std::uint32_t i = behind; i < kFractionDigitsMax; ++i) {
      state = trie.Step(state, '0');
      trie.Accept(state);
    }
  }
  return trie.Finish(work);
}

Result<Dfa> WrittenSpellings(const Dfa& numbers, Work& work) {
  if (numbers == AllNumbers()) return AllJsonNumbers();
  if (!work.Spend(4 * numbers.size() + 1)) return OutOfWork();
  const PointPlaces places = FindPointPlaces(numbers);
  if (places.only_zeros) return WithoutPoint(numbers, work);
  GN_ASSIGN_OR_RETURN(Dfa shortest, WithoutZerosAtEnd(numbers, places, work));
  if (shortest.Texts(kListedValuesMax)) return shortest;
  return numbers;
}

}  // namespace ganglion::grammar
