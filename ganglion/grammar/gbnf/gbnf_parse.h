#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/limits.h"

// The text of a GBNF grammar as a tree of expressions, for gbnf.cc.
namespace ganglion::grammar {

struct GbnfRange {
  char32_t low;
  char32_t high;
};

struct GbnfExpression {
  enum class Kind : std::uint8_t {
    kLiteral,    // `text`, in UTF-8; it may be empty
    kClass,      // one code point of `ranges`, sorted and apart
    kReference,  // to rule `target`
    kSequence,
    kChoice,
    kRepeat,  // the one child, min..max times
  };
  Kind kind = Kind::kSequence;
  std::string text = {};
  std::vector<GbnfRange> ranges = {};
  std::uint32_t target = 0;
  std::vector<std::uint32_t> children = {};  // indices of expressions, all below the parent's own
  std::uint32_t min = 0;
  std::uint32_t max = 0;  // kUnbounded for no end
};

struct GbnfRule {
  std::string name;
  std::size_t line = 0;  // of its definition, or of the first reference until it is defined
  std::size_t column = 0;
  bool defined = false;
  std::uint32_t body = 0;
};

struct GbnfGrammar {
  std::vector<GbnfExpression> expressions;
  std::vector<GbnfRule> rules;
};

// Each reference names a rule that is defined. Errors have line and column, both from one; columns
// count bytes.
Result<GbnfGrammar> ParseGbnf(std::string_view text, const CompileLimits& limits);

}  // namespace ganglion::grammar
