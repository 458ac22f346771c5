#include <string>
#include <utility>

#include "ganglion/grammar/regular/regex_reader.h"
#include "ganglion/grammar/regular/unicode_properties.h"

namespace ganglion::grammar {
namespace {

using Kind = RegexEscape::Kind;

const CodePointRanges kDigits = {{U'0', U'9'}};
// White space and line terminators of the language.
const CodePointRanges kSpaces = {
    {0x9, 0xD},       {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

RegexEscape OfCodePoint(char32_t c) {
  return {.kind = Kind::kCodePoint, .code_point = c, .set = {}, .groups = {}};
}
RegexEscape OfSet(CodePointRanges set) {
  return {.kind = Kind::kSet, .code_point = 0, .set = std::move(set), .groups = {}};
}
RegexEscape OfKind(Kind kind) { return {.kind = kind, .code_point = 0, .set = {}, .groups = {}}; }

bool IsLetter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }

// The escape that begins at `begin`, which is the place behind the backslash.
Status NoEscape(const RegexReader& reader, std::size_t begin) {
  const std::string what = reader.Quote(begin - 1, begin + 1) + " is no escape of ECMA-262,";
  return reader.Error(Code::kInvalidArgument, what, begin - 1);
}

// "u" is taken: four digits, two times four for what is beyond FFFF, or digits in braces.
Result<RegexEscape> ReadUnicodeEscape(RegexReader& reader, std::size_t begin) {
  if (reader.Take(U"{")) {
    const auto number = reader.TakeNumber(16, SIZE_MAX);
    if (number.digits == 0 || number.value > kCodePointLast || !reader.Take(U"}")) {
      return NoEscape(reader, begin);
    }
    return OfCodePoint(number.value);
  }
  const auto lead = reader.TakeNumber(16, 4);
  if (lead.digits != 4) return NoEscape(reader, begin);
  if (lead.value < 0xD800 || lead.value >= 0xDC00) return OfCodePoint(lead.value);
  const std::size_t behind_lead = reader.at;
  if (reader.Take(U"\\u")) {
    const auto trail = reader.TakeNumber(16, 4);
    if (trail.digits == 4 && trail.value >= 0xDC00 && trail.value < 0xE000) {
      return OfCodePoint(0x10000 + ((lead.value - 0xD800) << 10) + (trail.value - 0xDC00));
    }
    reader.at = behind_lead;
  }
  return OfCodePoint(lead.value);
}

// One to three octal digits, at most 255: Annex B.
Result<RegexEscape> ReadOctal(RegexReader& reader) {
  const bool three = reader.Peek() <= U'3';
  return OfCodePoint(reader.TakeNumber(8, three ? 3 : 2).value);
}

bool IsDecimal(char32_t c) { return c >= U'0' && c <= U'9'; }

Result<RegexEscape> ReadZero(RegexReader& reader, std::size_t begin) {
  if (!IsDecimal(reader.Peek(1))) {
    ++reader.at;
    return OfCodePoint(0);
  }
  if (!reader.lenient) return NoEscape(reader, begin);
  return ReadOctal(reader);
}

// "p" or "P" is taken: a property's name in braces.
Result<RegexEscape> ReadProperty(RegexReader& reader, std::size_t begin) {
  const bool negated = reader.text[begin] == U'P';
  const std::size_t end = reader.text.find(U'}', reader.at);
  if (!reader.Take(U"{") || end == std::u32string::npos) return NoEscape(reader, begin);
  auto property = UnicodeProperty(reader.Quote(reader.at, end));
  reader.at = end + 1;
  if (!property) {
    const std::string what = reader.Quote(begin - 1, reader.at) + " is no Unicode property,";
    return reader.Error(Code::kInvalidArgument, what, begin - 1);
  }
  return OfSet(negated ? Complement(*property) : *std::move(property));
}

// What means the same in a class and outside.
Result<RegexEscape> ReadCommonEscape(RegexReader& reader) {
  const std::size_t begin = reader.at;
  if (reader.AtEnd()) return NoEscape(reader, begin);
  const char32_t c = reader.Peek();
  if (c == U'0') return ReadZero(reader, begin);
  ++reader.at;
  switch (c) {
    case U'd':
      return OfSet(kDigits);
    case U'D':
      return OfSet(Complement(kDigits));
    case U's':
      return OfSet(kSpaces);
    case U'S':
      return OfSet(Complement(kSpaces));
    case U'w':
      return OfSet(WordCodePoints());
    case U'W':
      return OfSet(Complement(WordCodePoints()));
    case U't':
      return OfCodePoint(0x9);
    case U'n':
      return OfCodePoint(0xA);
    case U'v':
      return OfCodePoint(0xB);
    case U'f':
      return OfCodePoint(0xC);
    case U'r':
      return OfCodePoint(0xD);
    case U'u':
      return ReadUnicodeEscape(reader, begin);
    case U'x': {
      const auto number = reader.TakeNumber(16, 2);
      if (number.digits != 2) return NoEscape(reader, begin);
      return OfCodePoint(number.value);
    }
    case U'c': {
      const char32_t letter = reader.Peek();
      if (!IsLetter(letter)) return NoEscape(reader, begin);
      ++reader.at;
      return OfCodePoint(letter % 32);
    }
    case U'p':
    case U'P':
      return ReadProperty(reader, begin);
    default:
      break;
  }
  // Other letters stand for themselves by Annex B, but mean something in other dialects (\A, \Z,
  // \h, \Q), and whoever wrote one meant that: refused rather than misread.
  const bool syntax = std::u32string_view(U"^$\\.*+?()[]{}|/").find(c) != std::u32string::npos;
  if (syntax || (reader.lenient && !IsLetter(c))) return OfCodePoint(c);
  return NoEscape(reader, begin);
}

Result<RegexEscape> ReadReference(RegexReader& reader) {
  const std::size_t begin = reader.at;
  const auto number = reader.TakeNumber(10, SIZE_MAX);
  if (number.value <= reader.groups) {
    RegexEscape reference = OfKind(Kind::kReference);
    reference.groups = {number.value};
    return reference;
  }
  if (!reader.lenient) {
    return reader.Error(Code::kInvalidArgument, "a reference to no group", begin - 1);
  }
  reader.at = begin;
  if (reader.Peek() < U'8') return ReadOctal(reader);
  ++reader.at;
  return OfCodePoint(reader.text[begin]);
}

Result<RegexEscape> ReadNamedReference(RegexReader& reader) {
  const std::size_t begin = reader.at++;
  const std::u32string name = reader.TakeName();
  RegexEscape reference = OfKind(Kind::kReference);
  for (const auto& [of_group, group] : reader.names) {
    if (!name.empty() && of_group == name) reference.groups.push_back(group);
  }
  if (!reference.groups.empty()) return reference;
  return reader.Error(Code::kInvalidArgument, "a reference to no group", begin - 1);
}

}  // namespace

const CodePointRanges& WordCodePoints() {
  static const CodePointRanges kWord = {{U'0', U'9'}, {U'A', U'Z'}, {U'_', U'_'}, {U'a', U'z'}};
  return kWord;
}

const CodePointRanges& LineTerminators() {
  static const CodePointRanges kLines = {{0xA, 0xA}, {0xD, 0xD}, {0x2028, 0x2029}};
  return kLines;
}

Result<RegexEscape> ReadEscape(RegexReader& reader) {
  if (reader.Take(U"b")) return OfKind(Kind::kWordBoundary);
  if (reader.Take(U"B")) return OfKind(Kind::kNotWordBoundary);
  if (reader.Peek() >= U'1' && reader.Peek() <= U'9') return ReadReference(reader);
  if (reader.Peek() == U'k') return ReadNamedReference(reader);
  return ReadCommonEscape(reader);
}

Result<RegexEscape> ReadEscapeInClass(RegexReader& reader) {
  if (reader.Take(U"b")) return OfCodePoint(0x8);
  if (reader.Take(U"-")) return OfCodePoint(U'-');
  if (reader.lenient && reader.Peek() >= U'1' && reader.Peek() < U'8') return ReadOctal(reader);
  return ReadCommonEscape(reader);
}

}  // namespace ganglion::grammar
