#include "ganglion/grammar/mask_slices.h"

#include <algorithm>

#include "ganglion/grammar/json_string.h"
#include "ganglion/grammar/token_index.h"

namespace ganglion::grammar {
namespace {

constexpr std::uint8_t kNotInSlice = 255;

// Finds how many code points of a class an automaton takes whatever they are: a search by breadth
// over its states and those of UTF-8, one layer for each code point.
class ReachSearch {
 public:
  ReachSearch(const ByteAutomaton& automaton, const std::bitset<128>& ascii, bool wide)
      : automaton_(automaton), ascii_(ascii), wide_(wide), seen_(kSlots, kEmpty) {}

  std::uint32_t Run(ByteState start, std::uint32_t depth_max) {
    std::vector<ByteState> layer = {start};
    See(start, StringState::kText);
    for (std::uint32_t depth = 0; depth < depth_max; ++depth) {
      next_.clear();
      for (const ByteState state : layer) {
        if (!TakesClass(state)) return depth;
      }
      if (next_.empty()) return TokenSlice::kAnyLength;
      layer.swap(next_);
    }
    return depth_max;
  }

 private:
  static constexpr std::size_t kSlots = 4096;  // a power of two
  static constexpr std::size_t kPlacesMax = 1500;
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

  // Whether the place is new.
  bool See(ByteState state, StringState utf8) {
    const std::uint64_t key =
        std::uint64_t{static_cast<std::uint32_t>(state)} << 8 | static_cast<std::uint8_t>(utf8);
    std::size_t slot = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 40) % kSlots;
    while (seen_[slot] != kEmpty) {
      if (seen_[slot] == key) return false;
      slot = (slot + 1) % kSlots;
    }
    if (places_ >= kPlacesMax) return full_ = true;
    ++places_;
    seen_[slot] = key;
    return true;
  }

  // Whether `state` goes on after each code point of the class. What comes behind is put in next_.
  bool TakesClass(ByteState state) {
    std::vector<std::pair<ByteState, StringState>> inside;  // code points
    if (!TakesBytes(state, StringState::kText, inside)) return false;
    while (!inside.empty()) {
      const auto [at, utf8] = inside.back();
      inside.pop_back();
      if (!TakesBytes(at, utf8, inside)) return false;
    }
    return true;
  }

  bool TakesBytes(ByteState state, StringState utf8,
                  std::vector<std::pair<ByteState, StringState>>& inside) {
    const auto edges = automaton_.edges(state);
    std::size_t edge = 0;
    const bool text = utf8 == StringState::kText;
    for (unsigned byte = text ? 0x20 : 0x80; byte < (text && !wide_ ? 0x80 : 0x100); ++byte) {
      if (byte < 0x80 && !ascii_[byte]) continue;
      const StringState next_utf8 =
          byte < 0x80 ? StringState::kText : NextStringState(utf8, static_cast<std::uint8_t>(byte));
      if (next_utf8 == StringState::kDead) continue;
      while (edge < edges.size() && edges[edge].high < byte) ++edge;
      if (edge == edges.size() || byte < edges[edge].low) return false;
      const ByteState next = edges[edge].next;
      if (automaton_.edges(next).empty()) return false;
      if (next == last_ && next_utf8 == last_utf8_) continue;  // most bytes lead where one led
      last_ = next;
      last_utf8_ = next_utf8;
      if (!See(next, next_utf8)) continue;
      if (full_) return false;
      if (next_utf8 == StringState::kText) {
        next_.push_back(next);
      } else {
        inside.emplace_back(next, next_utf8);
      }
    }
    return true;
  }

  const ByteAutomaton& automaton_;
  const std::bitset<128>& ascii_;
  bool wide_;
  std::vector<std::uint64_t> seen_;
  std::size_t places_ = 0;
  bool full_ = false;
  std::vector<ByteState> next_;
  ByteState last_ = kDeadState;
  StringState last_utf8_ = StringState::kDead;
};

}  // namespace

TokenSlice::TokenSlice(const TokenTrie& trie, std::size_t vocabulary_size,
                       const std::bitset<128>& ascii, bool wide)
    : ascii_(ascii),
      wide_(wide),
      words_((vocabulary_size + 31) / 32),
      longest_(trie.size(), 0),
      ready_(kLengths.size() * words_, 0) {
  struct Place {
    StringState utf8 = StringState::kDead;
    std::uint8_t code_points = 0;
  };
  std::vector<Place> places(trie.size());
  places[TokenTrie::kRoot].utf8 = StringState::kText;
  // A child's number is larger than its parent's.
  for (std::uint32_t i = 0; i < trie.size(); ++i) {
    const Place place = places[i];
    const bool whole = place.utf8 == StringState::kText && place.code_points < kAnyLength;
    if (!trie.TokensAt(i).empty()) longest_[i] = whole ? place.code_points : kNotInSlice;
    for (const TokenId token : trie.TokensAt(i)) {
      if (!whole) break;
      const std::size_t length = LengthIndex(place.code_points);
      SetBit(std::span(ready_).subspan(length * words_, words_), token);
      ++counts_[length];
    }
    const TokenTrie::Node& node = trie.node(i);
    for (std::uint32_t k = 0; k < node.child_count && place.utf8 != StringState::kDead; ++k) {
      const std::uint32_t child = node.children_begin + k;
      const std::uint8_t byte = trie.node(child).byte;
      const bool begins = place.utf8 == StringState::kText;
      const auto count = std::min<unsigned>(place.code_points + (begins ? 1u : 0u), kAnyLength);
      if (byte < 0x80 ? !(begins && ascii[byte]) : !wide) continue;
      places[child] = {byte < 0x80 ? StringState::kText : NextStringState(place.utf8, byte),
                       static_cast<std::uint8_t>(count)};
    }
  }
  for (std::size_t i = words_; i < ready_.size(); ++i) ready_[i] |= ready_[i - words_];
  for (std::size_t i = 1; i < counts_.size(); ++i) counts_[i] += counts_[i - 1];
  for (std::size_t i = trie.size(); i > 0; --i) {
    const TokenTrie::Node& node = trie.node(i - 1);
    for (std::uint32_t k = 0; k < node.child_count; ++k) {
      longest_[i - 1] = std::max(longest_[i - 1], longest_[node.children_begin + k]);
    }
  }
}

std::uint32_t TokenSlice::Reach(const ByteAutomaton& automaton, ByteState state) const {
  constexpr std::uint32_t kDepthMax = kLengths[kLengths.size() - 2];
  const std::uint32_t reach = ReachSearch(automaton, ascii_, wide_).Run(state, kDepthMax);
  std::uint32_t length = 0;
  for (const std::uint8_t ready : kLengths) length = ready <= reach ? ready : length;
  return length;
}

std::size_t TokenSlice::LengthIndex(std::uint32_t length) {
  return static_cast<std::size_t>(std::lower_bound(kLengths.begin(), kLengths.end(), length) -
                                  kLengths.begin());
}

std::span<const std::uint32_t> TokenSlice::Ready(std::uint32_t length) const {
  return std::span(ready_).subspan(LengthIndex(length) * words_, words_);
}

std::size_t TokenSlice::ReadyCount(std::uint32_t length) const {
  return counts_[LengthIndex(length)];
}

std::vector<TokenSlice> MakeSlices(const TokenTrie& trie, std::size_t vocabulary_size) {
  std::bitset<128> printable;
  std::bitset<128> lower;
  std::bitset<128> letters;
  std::bitset<128> digits;
  for (unsigned byte = 0x20; byte < 0x7F; ++byte) printable.set(byte, byte != '"' && byte != '\\');
  for (unsigned byte = 'a'; byte <= 'z'; ++byte) lower.set(byte);
  letters = lower | lower >> 32;
  for (unsigned byte = '0'; byte <= '9'; ++byte) digits.set(byte);
  const std::bitset<128> words = letters | digits;
  const std::bitset<128> text = std::bitset<128>(words).set(' ');
  std::vector<TokenSlice> slices;
  slices.emplace_back(trie, vocabulary_size, printable, true);
  slices.emplace_back(trie, vocabulary_size, text, true);
  slices.emplace_back(trie, vocabulary_size, printable, false);
  slices.emplace_back(trie, vocabulary_size, text, false);
  slices.emplace_back(trie, vocabulary_size, words, false);
  slices.emplace_back(trie, vocabulary_size, letters, false);
  slices.emplace_back(trie, vocabulary_size, lower, false);
  return slices;
}

}  // namespace ganglion::grammar
