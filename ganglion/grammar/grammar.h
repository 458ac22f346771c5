#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/grammar/limits.h"

// Constrained decoding. A JSON Schema (schema/json_schema.h), a GBNF grammar or a regular
// expression (gbnf/gbnf.h) is compiled once into a Grammar; the tokens of a model are indexed once
// into a Vocabulary; each answer has a Matcher, which says before each token which tokens keep the
// text inside the grammar. An answer that ends where end tokens are allowed is valid by
// construction.
//
//   GN_ASSIGN_OR_RETURN(auto compiled, grammar::CompileSchema(schema));
//   grammar::Matcher matcher(compiled.grammar, vocabulary);
//   std::vector<std::uint32_t> bits(vocabulary->mask_words());
//   matcher.FillMask(bits);  ... sample a token among them ...  matcher.Accept(token);
//
// docs/formats/json_schema.md says what is enforced, what is refused, and the form of the text.
namespace ganglion::grammar {

class Grammar;     // compiled rules; immutable, shared by matchers of any thread
class TokenIndex;  // tries over the pieces of a vocabulary

// The pieces of a model's tokens, indexed for masks. Immutable, thread-safe.
class Vocabulary {
 public:
  // `pieces[i]` is the bytes that token i adds to the text. An empty piece (control tokens) is
  // never allowed inside a grammar. `end_tokens` end an answer, and are allowed exactly where the
  // text is complete; their pieces are ignored. Ids outside the vocabulary are ignored.
  static std::shared_ptr<const Vocabulary> Create(std::vector<std::string> pieces,
                                                  std::vector<TokenId> end_tokens);
  ~Vocabulary();
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  std::size_t size() const { return pieces_.size(); }
  std::size_t mask_words() const { return (size() + 31) / 32; }
  std::string_view piece(TokenId token) const { return pieces_[static_cast<std::size_t>(token)]; }
  std::span<const TokenId> end_tokens() const { return end_tokens_; }
  bool IsEnd(TokenId token) const;
  // Made at the first call, which takes about 80 ms for 128 k tokens. A Matcher's constructor calls
  // it, so that its other functions do not.
  const TokenIndex& index() const;

 private:
  Vocabulary();

  std::vector<std::string> pieces_;
  std::vector<TokenId> end_tokens_;  // sorted
  mutable std::once_flag indexed_;
  mutable std::unique_ptr<const TokenIndex> index_;
};

// What the masks of one matcher cost.
struct MatcherStats {
  std::uint64_t masks = 0;
  std::uint64_t masks_cut = 0;  // allowed less than they could, because kMaskWork was spent
};

// Follows one answer through a grammar.
//
// Invariants:
//   1. FillMask allows a token if and only if Accept would take it, but for a mask that is cut: it
//      allows only tokens that Accept would take, and is counted in stats().
//   2. A refused Accept or AcceptText changes nothing.
//   3. Rollback(n) after n accepts restores the state before them exactly.
//
// Thread: its owner's. Memory: grows by some ten bytes per accepted token, and by what one mask
// needs; both are kept for reuse, so a warm matcher allocates only to pass its own high-water mark.
// A copy costs the accepted history, some kilobytes for a plan.
class Matcher {
 public:
  Matcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary);
  Matcher(const Matcher& other);
  Matcher& operator=(const Matcher& other);
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  ~Matcher();

  // Bit i % 32 of word i / 32 says whether token i is allowed. `bits` has at least mask_words()
  // words; any beyond are cleared. Returns false if no token is allowed: after an end token, or
  // where the vocabulary lacks the bytes to go on. The answer must then stop as an error; it must
  // never go on unconstrained.
  bool FillMask(std::span<std::uint32_t> bits);

  // Takes a token, or returns false and changes nothing. An end token is taken where the text is
  // complete; after it nothing is.
  bool Accept(TokenId token);

  // Takes bytes as one accept, whatever tokens they would be. Empty bytes are an accept, too.
  bool AcceptText(std::string_view bytes);

  // The longest text that is the only continuation, up to where there is a choice or the text may
  // end. It ends between code points. Not yet accepted: hand it to AcceptText, or accept the
  // tokens that spell it.
  std::string ForcedText() const;

  // Whether the text can go on by any byte; tokens for it may still be missing. Costs less than a
  // mask by far.
  bool CanGoOn() const;

  // Adds the tokens that begin with `before` and go on with text that may come next, as if the text
  // ended before `before`: those that the model could have written across this place. False if they
  // are more than `count_max`, or more work than a mask may be; then some are missing.
  bool TokensAcross(std::string_view before, std::size_t count_max,
                    std::vector<TokenId>& tokens) const;

  // Whether the text so far is a whole answer. It may still be possible to go on ("1" and "12").
  bool IsComplete() const;

  // Takes back the last `accepts` calls of Accept and AcceptText that returned true.
  void Rollback(std::size_t accepts);
  std::size_t accepts() const;

  // Back to the empty text.
  void Reset();

  // Since the matcher was made; a copy goes on from its original's.
  const MatcherStats& stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganglion::grammar
