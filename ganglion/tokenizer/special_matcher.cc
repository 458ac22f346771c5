#include "ganglion/tokenizer/special_matcher.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ganglion::tokenizer {
namespace {

constexpr std::int32_t kNone = ByteTrie::kNone;

bool IsAsciiSpace(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

}  // namespace

SpecialMatcher::SpecialMatcher(std::vector<Special> specials) : specials_(std::move(specials)) {
  std::sort(specials_.begin(), specials_.end(), [](const Special& a, const Special& b) {
    return std::tuple(b.text.size(), a.token) < std::tuple(a.text.size(), b.token);
  });
  std::vector<std::int32_t> last_nodes;
  for (std::size_t rank = 0; rank < specials_.size(); ++rank) {
    last_nodes.push_back(trie_.Insert(specials_[rank].text, static_cast<std::int32_t>(rank)));
  }
  // The suffix of a node is shallower than the node: by depth, each finds its parent's ready.
  std::vector<std::int32_t> order(trie_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [this](std::int32_t a, std::int32_t b) {
    return trie_.node(a).depth < trie_.node(b).depth;
  });
  fail_.assign(trie_.size(), ByteTrie::kRoot);
  hit_.assign(trie_.size(), kNone);
  for (const std::int32_t index : order) {
    const ByteTrie::Node& node = trie_.node(index);
    const auto at = static_cast<std::size_t>(index);
    if (node.depth > 1) {
      const std::int32_t parent_fail = fail_[static_cast<std::size_t>(node.parent)];
      fail_[at] = Step(parent_fail, static_cast<char>(node.byte));
    }
    hit_[at] = node.value != kNone ? node.value : hit_[static_cast<std::size_t>(fail_[at])];
  }
  for (const std::int32_t node : last_nodes) {
    shorter_hit_.push_back(hit_[static_cast<std::size_t>(fail_[static_cast<std::size_t>(node)])]);
  }
}

std::int32_t SpecialMatcher::Step(std::int32_t state, char byte) const {
  while (true) {
    const std::int32_t child = trie_.Child(state, byte);
    if (child != kNone) return child;
    if (state == ByteTrie::kRoot) return ByteTrie::kRoot;
    state = fail_[static_cast<std::size_t>(state)];
  }
}

// One text in work. `ends_[rank]` are the ends of possible matches; each end is in one list at a
// time. An end whose match is refused, because its front is taken, moves to the next shorter
// special; one that lies in taken text is dropped. A taken stretch is never shorter than the
// specials still to come, so looking at both ends of a match tells whether it is free.
class SpecialMatcher::Search {
 public:
  Search(const SpecialMatcher& matcher, std::string_view text) : matcher_(matcher), text_(text) {}

  bool FindEnds() {
    std::int32_t state = ByteTrie::kRoot;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      state = matcher_.Step(state, text_[i]);
      const std::int32_t rank = matcher_.hit_[static_cast<std::size_t>(state)];
      if (rank == kNone) continue;
      if (ends_.empty()) ends_.resize(matcher_.specials_.size());
      ends_[static_cast<std::size_t>(rank)].push_back(static_cast<std::uint32_t>(i + 1));
    }
    return !ends_.empty();
  }

  std::vector<Segment> Cut() {
    taken_.assign(text_.size(), false);
    for (std::size_t rank = 0; rank < ends_.size(); ++rank) {
      std::sort(ends_[rank].begin(), ends_[rank].end());
      for (const std::uint32_t end : ends_[rank]) Take(rank, end);
    }
    std::sort(found_.begin(), found_.end(),
              [](const Found& a, const Found& b) { return a.begin < b.begin; });
    return Segments();
  }

 private:
  struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
    TokenId token = kNoToken;
  };

  void Take(std::size_t rank, std::uint32_t end) {
    const Special& special = matcher_.specials_[rank];
    std::size_t stop = end;
    if (taken_[stop - 1]) return;
    std::size_t begin = stop - special.text.size();
    if (taken_[begin]) {
      const std::int32_t shorter = matcher_.shorter_hit_[rank];
      if (shorter != kNone) ends_[static_cast<std::size_t>(shorter)].push_back(end);
      return;
    }
    if (special.strip_left) {
      while (begin > 0 && !taken_[begin - 1] && IsAsciiSpace(text_[begin - 1])) --begin;
    }
    if (special.strip_right) {
      while (stop < text_.size() && !taken_[stop] && IsAsciiSpace(text_[stop])) ++stop;
    }
    std::fill(taken_.begin() + static_cast<std::ptrdiff_t>(begin),
              taken_.begin() + static_cast<std::ptrdiff_t>(stop), true);
    found_.push_back({begin, stop, special.token});
  }

  std::vector<Segment> Segments() const {
    std::vector<Segment> segments;
    std::size_t at = 0;
    for (const Found& found : found_) {
      if (found.begin > at) {
        segments.push_back({.text = text_.substr(at, found.begin - at), .token = kNoToken});
      }
      segments.push_back({.text = {}, .token = found.token});
      at = found.end;
    }
    if (at < text_.size()) segments.push_back({.text = text_.substr(at), .token = kNoToken});
    return segments;
  }

  const SpecialMatcher& matcher_;
  std::string_view text_;
  std::vector<std::vector<std::uint32_t>> ends_;
  std::vector<bool> taken_;
  std::vector<Found> found_;
};

std::vector<SpecialMatcher::Segment> SpecialMatcher::Split(std::string_view text) const {
  if (text.empty()) return {};
  if (!empty()) {
    Search search(*this, text);
    if (search.FindEnds()) return search.Cut();
  }
  return {Segment{.text = text, .token = kNoToken}};
}

}  // namespace ganglion::tokenizer
