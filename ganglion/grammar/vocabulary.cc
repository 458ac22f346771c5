#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/token_index.h"

namespace ganglion::grammar {

Vocabulary::Vocabulary() = default;
Vocabulary::~Vocabulary() = default;

std::shared_ptr<const Vocabulary> Vocabulary::Create(std::vector<std::string> pieces,
                                                     std::vector<TokenId> end_tokens) {
  GN_CHECK(pieces.size() <= kVocabularyTokensMax);
  std::erase_if(end_tokens, [&](TokenId token) {
    return Value(token) < 0 || static_cast<std::size_t>(token) >= pieces.size();
  });
  std::sort(end_tokens.begin(), end_tokens.end());
  for (const TokenId token : end_tokens) pieces[static_cast<std::size_t>(token)].clear();
  for (std::string& piece : pieces) {
    if (piece.size() > kPieceBytesMax) piece.clear();
  }
  std::shared_ptr<Vocabulary> result(new Vocabulary());
  result->pieces_ = std::move(pieces);
  result->end_tokens_ = std::move(end_tokens);
  return result;
}

const TokenIndex& Vocabulary::index() const {
  std::call_once(indexed_, [this] { index_ = std::make_unique<const TokenIndex>(pieces_); });
  return *index_;
}

bool Vocabulary::IsEnd(TokenId token) const {
  return std::binary_search(end_tokens_.begin(), end_tokens_.end(), token);
}

}  // namespace ganglion::grammar
