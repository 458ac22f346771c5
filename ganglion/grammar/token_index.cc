#include "ganglion/grammar/token_index.h"

#include <algorithm>

namespace ganglion::grammar {
namespace {

std::size_t CommonPrefix(const std::string& a, const std::string& b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

void SetBit(std::span<std::uint32_t> bits, TokenId token) {
  const auto i = static_cast<std::size_t>(token);
  bits[i / 32] |= std::uint32_t{1} << (i % 32);
}

}  // namespace

TokenTrie::TokenTrie(std::span<const std::string> pieces, std::vector<TokenId> tokens)
    : tokens_(std::move(tokens)) {
  const auto piece = [&](std::size_t i) -> const std::string& {
    return pieces[static_cast<std::size_t>(tokens_[i])];
  };
  std::sort(tokens_.begin(), tokens_.end(), [&](TokenId a, TokenId b) {
    const int order =
        pieces[static_cast<std::size_t>(a)].compare(pieces[static_cast<std::size_t>(b)]);
    return order != 0 ? order < 0 : a < b;
  });

  std::vector<std::uint32_t> path;  // the nodes that spell the piece before
  const auto close_to = [&](std::size_t depth) {
    while (path.size() > depth) {
      nodes_[path.back()].subtree_end = static_cast<std::uint32_t>(nodes_.size());
      path.pop_back();
    }
  };
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const std::string& bytes = piece(i);
    close_to(i == 0 ? 0 : CommonPrefix(piece(i - 1), bytes));
    while (path.size() < bytes.size()) {
      path.push_back(static_cast<std::uint32_t>(nodes_.size()));
      nodes_.push_back({0, static_cast<std::uint32_t>(i),
                        static_cast<std::uint16_t>(path.size() - 1),
                        static_cast<std::uint8_t>(bytes[path.size() - 1])});
    }
    depth_max_ = std::max(depth_max_, bytes.size());
  }
  close_to(0);
  const auto end = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({end + 1, static_cast<std::uint32_t>(tokens_.size()), 0, 0});
}

StringTokens::StringTokens(std::span<const std::string> pieces, StringState from)
    : from_(from), words_((pieces.size() + 31) / 32), ready_(words_ * kReadyLengths, 0) {
  std::vector<TokenId> closing;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].empty()) continue;
    const TokenId token{static_cast<std::int32_t>(i)};
    const StringPiece piece = ClassifyInString(pieces[i], from);
    if (piece.kind == StringPiece::Kind::kCloses) closing.push_back(token);
    if (piece.kind != StringPiece::Kind::kInside) continue;
    if (piece.code_points < kReadyLengths) {
      SetBit(std::span(ready_).subspan(piece.code_points * words_, words_), token);
    } else {
      long_.emplace_back(piece.code_points, token);
    }
  }
  for (std::size_t i = words_; i < ready_.size(); ++i) ready_[i] |= ready_[i - words_];
  std::sort(long_.begin(), long_.end());
  closing_ = TokenTrie(pieces, std::move(closing));
}

void StringTokens::AddInside(std::uint32_t room, std::span<std::uint32_t> bits) const {
  const std::size_t length = std::min<std::size_t>(room, kReadyLengths - 1);
  const std::uint32_t* ready = ready_.data() + length * words_;
  for (std::size_t i = 0; i < words_; ++i) bits[i] |= ready[i];
  for (const auto& [code_points, token] : long_) {
    if (code_points > room) break;
    SetBit(bits, token);
  }
}

TokenIndex::TokenIndex(std::span<const std::string> pieces) {
  std::vector<TokenId> all;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].empty()) all.push_back(TokenId{static_cast<std::int32_t>(i)});
  }
  all_ = TokenTrie(pieces, std::move(all));
  in_strings_.emplace_back(pieces, StringState::kText);
  in_strings_.emplace_back(pieces, StringState::kEscape);
}

}  // namespace ganglion::grammar
