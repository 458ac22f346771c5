#include "ganglion/grammar/regular/regex_reader.h"

#include <algorithm>

#include "ganglion/grammar/regular/utf8_text.h"

namespace ganglion::grammar {
namespace {

std::uint32_t DigitOf(char32_t c) {
  if (c >= U'0' && c <= U'9') return c - U'0';
  if (c >= U'a' && c <= U'f') return c - U'a' + 10;
  if (c >= U'A' && c <= U'F') return c - U'A' + 10;
  return 16;
}

// Beyond ASCII all are taken: which of them a name may have is no matter of the set of texts.
bool IsNamePart(char32_t c, bool first) {
  const bool letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  return letter || c == U'_' || c == U'$' || c >= 0x80 || (!first && c >= U'0' && c <= U'9');
}

}  // namespace

bool RegexReader::Take(std::u32string_view token) {
  if (std::u32string_view(text).substr(std::min(at, text.size()), token.size()) != token) {
    return false;
  }
  at += token.size();
  return true;
}

void RegexReader::CountGroups() {
  bool in_class = false;
  for (at = 0; at < text.size(); ++at) {
    const char32_t c = Peek();
    if (c == U'\\') {
      ++at;
    } else if (c == U'[') {
      in_class = true;
    } else if (c == U']') {
      in_class = false;
    } else if (c == U'(' && !in_class) {
      if (Peek(1) != U'?') {
        ++groups;
      } else if (Peek(2) == U'<' && Peek(3) != U'=' && Peek(3) != U'!') {
        ++groups;
        const std::size_t open = at;
        at += 2;
        names.emplace_back(TakeName(), groups);
        at = open;
      }
    }
  }
  at = 0;
}

RegexReader::Number RegexReader::TakeNumber(std::uint32_t base, std::size_t digits_max) {
  constexpr std::uint32_t kMost = 0xFFFFFFFEu;
  Number number;
  while (!AtEnd() && number.digits < digits_max && DigitOf(Peek()) < base) {
    const std::uint64_t value = std::uint64_t{number.value} * base + DigitOf(Peek());
    number.value = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kMost));
    ++number.digits;
    ++at;
  }
  return number;
}

std::u32string RegexReader::TakeName() {
  const std::size_t begin = at;
  if (!Take(U"<")) return {};
  while (!AtEnd() && IsNamePart(Peek(), at == begin + 1)) ++at;
  const std::size_t end = at;
  if (end == begin + 1 || !Take(U">")) {
    at = begin;
    return {};
  }
  return text.substr(begin + 1, end - begin - 1);
}

std::string RegexReader::Quote(std::size_t begin, std::size_t end) const {
  std::string quoted;
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i) AppendCodePoint(quoted, text[i]);
  return quoted;
}

Status RegexReader::Error(Code code, std::string_view what, std::size_t index) const {
  return {code, std::string(what) + " at " + std::to_string(Quote(0, index).size())};
}

}  // namespace ganglion::grammar
