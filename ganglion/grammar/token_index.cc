#include "ganglion/grammar/token_index.h"

#include <algorithm>
#include <tuple>

namespace ganglion::grammar {
namespace {

// The first eight bytes as a number that sorts as they do, so that most comparisons are of numbers.
std::uint64_t SortKey(const std::string& piece) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    key = key << 8 | (i < piece.size() ? static_cast<std::uint8_t>(piece[i]) : 0u);
  }
  return key;
}

std::vector<TokenId> SortedByPiece(std::span<const std::string> pieces) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].empty()) keys.emplace_back(SortKey(pieces[i]), static_cast<std::uint32_t>(i));
  }
  std::sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = pieces[a.second].compare(pieces[b.second]);
    return order != 0 ? order < 0 : a.second < b.second;
  });
  std::vector<TokenId> tokens;
  tokens.reserve(keys.size());
  for (const auto& key : keys) tokens.push_back(TokenId{static_cast<std::int32_t>(key.second)});
  return tokens;
}

}  // namespace

TokenTrie::TokenTrie(std::span<const std::string> pieces) {
  const std::vector<TokenId> sorted = SortedByPiece(pieces);
  const auto piece = [&](std::size_t i) -> const std::string& {
    return pieces[static_cast<std::size_t>(sorted[i])];
  };
  struct Range {  // sorted tokens whose pieces begin with the bytes of a node
    std::size_t begin;
    std::size_t end;
    std::size_t depth;  // of those bytes
  };
  std::vector<Range> ranges = {{0, sorted.size(), 0}};  // by node
  std::vector<std::uint32_t> open = {kRoot};            // nodes whose children are not made
  nodes_.push_back({0, 0, 0, 0});
  while (!open.empty()) {
    const std::uint32_t parent = open.back();
    open.pop_back();
    Range range = ranges[parent];
    depth_max_ = std::max(depth_max_, range.depth);
    while (range.begin < range.end && piece(range.begin).size() == range.depth) ++range.begin;
    const auto first = static_cast<std::uint32_t>(nodes_.size());
    while (range.begin < range.end) {
      const char byte = piece(range.begin)[range.depth];
      std::size_t end = range.begin + 1;
      while (end < range.end && piece(end)[range.depth] == byte) ++end;
      nodes_.push_back({0, 0, 0, static_cast<std::uint8_t>(byte)});
      ranges.push_back({range.begin, end, range.depth + 1});
      range.begin = end;
    }
    const auto last = static_cast<std::uint32_t>(nodes_.size());
    nodes_[parent].children_begin = first;
    nodes_[parent].child_count = static_cast<std::uint16_t>(last - first);
    for (std::uint32_t child = last; child > first; --child) open.push_back(child - 1);
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i].tokens_begin = static_cast<std::uint32_t>(tokens_.size());
    const Range& range = ranges[i];
    for (std::size_t at = range.begin; at < range.end && piece(at).size() == range.depth; ++at) {
      tokens_.push_back(sorted[at]);
    }
  }
  nodes_.push_back({0, static_cast<std::uint32_t>(tokens_.size()), 0, 0});
}

std::optional<std::uint32_t> TokenTrie::Find(std::string_view text) const {
  std::uint32_t at = kRoot;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    std::uint32_t child = nodes_[at].children_begin;
    const std::uint32_t end = child + nodes_[at].child_count;
    while (child < end && nodes_[child].byte < byte) ++child;
    if (child == end || nodes_[child].byte != byte) return std::nullopt;
    at = child;
  }
  return at;
}

StringTokens::StringTokens(const TokenTrie& trie, std::size_t vocabulary_size, StringState from)
    : words_((vocabulary_size + 31) / 32) {
  struct Place {
    std::uint32_t node;
    std::uint32_t code_points;
    StringState state;
  };
  std::vector<Place> open = {{TokenTrie::kRoot, 0, from}};
  while (!open.empty()) {
    const Place place = open.back();
    open.pop_back();
    const TokenTrie::Node& parent = trie.node(place.node);
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      const std::uint32_t child = parent.children_begin + i;
      const StringState next = NextStringState(place.state, trie.node(child).byte);
      if (next == StringState::kDead) continue;
      if (next == StringState::kClosed) {
        for (const TokenId token : trie.TokensAt(child)) {
          endings_.push_back({place.code_points, token});
        }
        const TokenTrie::Node& quote = trie.node(child);
        for (std::uint32_t k = 0; k < quote.child_count; ++k) {
          const std::uint32_t behind = quote.children_begin + k;
          exits_.push_back({trie.node(behind).byte, place.code_points, behind});
        }
        continue;
      }
      const bool begins = place.state == StringState::kText;
      const std::uint32_t code_points = place.code_points + (begins ? 1 : 0);
      for (const TokenId token : trie.TokensAt(child)) listed_.push_back({code_points, token});
      open.push_back({child, code_points, next});
    }
  }
  const auto by_code_points = [](const auto& a, const auto& b) {
    return std::tie(a.code_points, a.token) < std::tie(b.code_points, b.token);
  };
  std::sort(endings_.begin(), endings_.end(), by_code_points);
  std::sort(listed_.begin(), listed_.end(), by_code_points);
  std::sort(exits_.begin(), exits_.end(), [](const Exit& a, const Exit& b) {
    return std::tie(a.byte, a.node) < std::tie(b.byte, b.node);
  });
  if (listed_.size() < kReadyTokens) return;
  ready_.assign(words_ * kReadyLengths, 0);
  for (const Inside& inside : listed_) {
    if (inside.code_points >= kReadyLengths) continue;
    SetBit(std::span(ready_).subspan(inside.code_points * words_, words_), inside.token);
  }
  for (std::size_t i = words_; i < ready_.size(); ++i) ready_[i] |= ready_[i - words_];
  std::erase_if(listed_, [](const Inside& x) { return x.code_points < kReadyLengths; });
}

void StringTokens::AddInside(std::uint32_t room, std::span<std::uint32_t> bits) const {
  if (!ready_.empty()) {
    const std::size_t length = std::min<std::size_t>(room, kReadyLengths - 1);
    const std::uint32_t* ready = ready_.data() + length * words_;
    for (std::size_t i = 0; i < words_; ++i) bits[i] |= ready[i];
  }
  for (const Inside& inside : listed_) {
    if (inside.code_points > room) break;
    SetBit(bits, inside.token);
  }
}

TokenIndex::TokenIndex(std::span<const std::string> pieces)
    : vocabulary_size_(pieces.size()), trie_(pieces), slices_(MakeSlices(trie_, pieces.size())) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(StringState::kClosed); ++i) {
    in_strings_.emplace_back(trie_, pieces.size(), static_cast<StringState>(i));
  }
}

}  // namespace ganglion::grammar
