#include <algorithm>
#include <optional>

#include "ganglion/base/check.h"
#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/machine.h"
#include "ganglion/grammar/mask_filler.h"
#include "ganglion/grammar/token_index.h"

namespace ganglion::grammar {
namespace {

// The longest prefix of `text` that does not end inside a code point. Text that is no UTF-8 at all
// cannot come here but for a beginning inside a code point.
std::size_t WholeCodePoints(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 4); ++back) {
    const auto byte = static_cast<std::uint8_t>(text[text.size() - back]);
    if (byte < 0x80) return text.size();
    if (byte < 0xC0) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return back < length ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace

class Matcher::Impl {
 public:
  Impl(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary)
      : grammar_(std::move(grammar)),
        vocabulary_(std::move(vocabulary)),
        cache_(grammar_->masks(vocabulary_)),
        machine_(grammar_->rules()),
        filler_(grammar_->rules(), vocabulary_->index()) {
    Reset();
  }

  void Reset() {
    machine_.Release({});
    history_.clear();
    const ThreadSet start = machine_.Start();
    history_.push_back({start, machine_.mark(), false});
  }

  bool FillMask(std::span<std::uint32_t> bits) {
    GN_CHECK(bits.size() >= vocabulary_->mask_words());
    std::fill(bits.begin(), bits.end(), 0);
    const Entry now = history_.back();
    if (now.ended || history_.size() > kAcceptsMax) return false;
    bits = bits.first(vocabulary_->mask_words());
    ++stats_.masks;
    if (!filler_.Fill(machine_, *cache_, now.set, bits)) ++stats_.masks_cut;
    if (now.set.complete) SetBits(bits, vocabulary_->end_tokens());
    return std::any_of(bits.begin(), bits.end(), [](std::uint32_t word) { return word != 0; });
  }

  bool Accept(TokenId token) {
    if (Value(token) < 0 || static_cast<std::size_t>(token) >= vocabulary_->size()) return false;
    if (!vocabulary_->IsEnd(token)) {
      const std::string_view piece = vocabulary_->piece(token);
      return !piece.empty() && AcceptText(piece);
    }
    const Entry now = history_.back();
    if (now.ended || !now.set.complete || history_.size() > kAcceptsMax) return false;
    history_.push_back({now.set, now.mark, true});
    return true;
  }

  bool AcceptText(std::string_view bytes) {
    const Entry now = history_.back();
    if (now.ended || history_.size() > kAcceptsMax) return false;
    ThreadSet set = now.set;
    for (const char c : bytes) {
      set = machine_.MoveDown(machine_.Step(set, static_cast<std::uint8_t>(c)), now.mark.threads);
      if (set.dead()) {
        machine_.Release(now.mark);
        return false;
      }
    }
    history_.push_back({set, machine_.mark(), false});
    return true;
  }

  // Runs ahead and takes all of it back.
  std::string ForcedText() {
    const Entry now = history_.back();
    std::string text;
    ThreadSet set = now.set;
    while (!now.ended && !set.complete && text.size() < kForcedBytesMax) {
      const std::bitset<256> bytes = machine_.NextBytes(set);
      if (bytes.count() != 1) break;
      const auto byte = static_cast<std::uint8_t>(bytes._Find_first());
      set = machine_.MoveDown(machine_.Step(set, byte), now.mark.threads);
      if (set.dead()) break;
      text.push_back(static_cast<char>(byte));
    }
    machine_.Release(now.mark);
    text.erase(WholeCodePoints(text));
    return text;
  }

  bool CanGoOn() {
    const Entry& now = history_.back();
    return !now.ended && history_.size() <= kAcceptsMax && machine_.NextBytes(now.set).any();
  }

  // Runs ahead and takes all of it back.
  bool TokensAcross(std::string_view before, std::size_t count_max, std::vector<TokenId>& tokens) {
    const Entry now = history_.back();
    const TokenTrie& trie = vocabulary_->index().trie();
    std::uint32_t node = TokenTrie::kRoot;
    for (const char c : before) {
      const auto child = Child(trie, node, static_cast<std::uint8_t>(c));
      if (!child) return true;
      node = *child;
    }
    if (now.ended || trie.node(node).child_count == 0) return true;
    std::size_t room = count_max;
    std::size_t work = kMaskWork;
    const bool all = AddBelow(trie, node, now.set, room, work, tokens);
    machine_.Release(now.mark);
    return all;
  }

  bool IsComplete() const { return history_.back().set.complete; }
  std::size_t accepts() const { return history_.size() - 1; }
  const MatcherStats& stats() const { return stats_; }

  void Rollback(std::size_t accepts) {
    GN_CHECK(accepts < history_.size());
    history_.resize(history_.size() - accepts);
    machine_.Release(history_.back().mark);
  }

 private:
  struct Entry {  // the state after one accept
    ThreadSet set;
    Machine::Mark mark;
    bool ended = false;  // by an end token
  };

  static std::optional<std::uint32_t> Child(const TokenTrie& trie, std::uint32_t node,
                                            std::uint8_t byte) {
    const TokenTrie::Node& parent = trie.node(node);
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      if (trie.node(parent.children_begin + i).byte == byte) return parent.children_begin + i;
    }
    return std::nullopt;
  }

  // Of the tokens below `node`, which the text reaches in `set`. As deep as the longest piece.
  bool AddBelow(const TokenTrie& trie, std::uint32_t node, const ThreadSet& set, std::size_t& room,
                std::size_t& work, std::vector<TokenId>& tokens) {
    const TokenTrie::Node& parent = trie.node(node);
    const std::bitset<256> bytes = machine_.NextBytes(set);
    const Machine::Mark mark = machine_.mark();
    for (std::uint32_t i = 0; i < parent.child_count; ++i) {
      const std::uint32_t child = parent.children_begin + i;
      if (!bytes.test(trie.node(child).byte)) continue;
      const std::size_t threads = set.size();
      if (work < threads) return false;
      work -= threads;
      const ThreadSet next = machine_.Step(set, trie.node(child).byte);
      const std::span<const TokenId> here = trie.TokensAt(child);
      if (here.size() > room) return false;
      room -= here.size();
      tokens.insert(tokens.end(), here.begin(), here.end());
      if (!AddBelow(trie, child, next, room, work, tokens)) return false;
      machine_.Release(mark);
    }
    return true;
  }

  // Shared because matchers and the caller's caches hold them alike; both are immutable.
  std::shared_ptr<const Grammar> grammar_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<MaskCache> cache_;  // as long as one of its matchers lives, even if replaced
  Machine machine_;
  MaskFiller filler_;
  MatcherStats stats_;
  std::vector<Entry> history_;  // one entry for the empty text and one per accept
};

Matcher::Matcher(std::shared_ptr<const Grammar> grammar,
                 std::shared_ptr<const Vocabulary> vocabulary)
    : impl_(std::make_unique<Impl>(std::move(grammar), std::move(vocabulary))) {}
Matcher::Matcher(const Matcher& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Matcher& Matcher::operator=(const Matcher& other) {
  if (this != &other) impl_ = std::make_unique<Impl>(*other.impl_);
  return *this;
}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

bool Matcher::FillMask(std::span<std::uint32_t> bits) { return impl_->FillMask(bits); }
bool Matcher::Accept(TokenId token) { return impl_->Accept(token); }
bool Matcher::AcceptText(std::string_view bytes) { return impl_->AcceptText(bytes); }
std::string Matcher::ForcedText() const { return impl_->ForcedText(); }
bool Matcher::CanGoOn() const { return impl_->CanGoOn(); }
bool Matcher::TokensAcross(std::string_view before, std::size_t count_max,
                           std::vector<TokenId>& tokens) const {
  return impl_->TokensAcross(before, count_max, tokens);
}
bool Matcher::IsComplete() const { return impl_->IsComplete(); }
void Matcher::Rollback(std::size_t accepts) { impl_->Rollback(accepts); }
std::size_t Matcher::accepts() const { return impl_->accepts(); }
const MatcherStats& Matcher::stats() const { return impl_->stats(); }
void Matcher::Reset() { impl_->Reset(); }

}  // namespace ganglion::grammar
