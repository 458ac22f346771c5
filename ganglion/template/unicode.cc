#include "ganglion/template/unicode.h"

#include <algorithm>

namespace ganglion::jinja {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kNotPrintable[] = {
    {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
    {0x6dd, 0x6dd},   {0x70f, 0x70f},   {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},
    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff}};

bool Holds(char32_t code, Range range) { return code >= range.first && code <= range.last; }

// Blocks in which upper and lower case alternate, upper case on even or on odd code points.
constexpr Range kUpperIsEven[] = {{0x100, 0x137}, {0x14a, 0x177},   {0x1de, 0x1ef},  {0x1f8, 0x21f},
                                  {0x222, 0x233}, {0x3d8, 0x3ef},   {0x460, 0x481},  {0x48a, 0x4bf},
                                  {0x4d0, 0x52f}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff}};
constexpr Range kUpperIsOdd[] = {{0x139, 0x148}, {0x179, 0x17e}, {0x1cd, 0x1dc}, {0x4c1, 0x4ce}};

// Blocks of capitals whose small letters follow at a fixed distance.
struct Shift {
  Range capitals;
  char32_t distance;
};
constexpr Shift kShifts[] = {{{'A', 'Z'}, 32},      {{0xc0, 0xd6}, 32},   {{0xd8, 0xde}, 32},
                             {{0x391, 0x3a1}, 32},  {{0x3a3, 0x3ab}, 32}, {{0x388, 0x38a}, 37},
                             {{0x386, 0x386}, 38},  {{0x38c, 0x38c}, 64}, {{0x38e, 0x38f}, 63},
                             {{0x410, 0x42f}, 32},  {{0x400, 0x40f}, 80}, {{0x531, 0x556}, 48},
                             {{0xff21, 0xff3a}, 32}};

// The length that `lead` announces, 0 where no character starts so.
std::size_t AnnouncedBytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = AnnouncedBytes(static_cast<unsigned char>(text[at]));
    if (bytes == 0 || at + bytes > text.size()) return false;
    for (std::size_t i = 1; i < bytes; ++i) {
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return false;
    }
    const char32_t code = DecodeChar(text, at);
    if (bytes == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return false;
    if (bytes == 4 && (code < 0x10000 || code > 0x10ffff)) return false;
    at += bytes;
  }
  return true;
}

std::size_t CharBytes(char lead) {
  return std::max<std::size_t>(1, AnnouncedBytes(static_cast<unsigned char>(lead)));
}

char32_t DecodeChar(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
  };
  switch (CharBytes(text[at])) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3:
      return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
             (byte(3) & 0x3f);
  }
}

bool AppendUtf8(char32_t code, std::string& out) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
  return true;
}

std::size_t CountChars(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::size_t ByteOffset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += CharBytes(text[at]);
  return at;
}

bool IsSpace(char32_t code) {
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x20) || code == 0x85 ||
         code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
         code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

bool IsPrintable(char32_t code) {
  return std::none_of(std::begin(kNotPrintable), std::end(kNotPrintable),
                      [code](Range range) { return Holds(code, range); });
}

char32_t ToLower(char32_t code) {
  for (const Shift& shift : kShifts) {
    if (Holds(code, shift.capitals)) return code + shift.distance;
  }
  if (code == 0x130 || code == 0x178) return code == 0x130 ? code : 0xff;
  for (const Range range : kUpperIsEven) {
    if (Holds(code, range)) return code | 1;
  }
  for (const Range range : kUpperIsOdd) {
    if (Holds(code, range)) return code + (code & 1);
  }
  return code;
}

char32_t ToUpper(char32_t code) {
  for (const Shift& shift : kShifts) {
    if (code >= shift.distance && Holds(code - shift.distance, shift.capitals)) {
      return code - shift.distance;
    }
  }
  if (code == 0x131 || code == 0x138 || code == 0xff) return code == 0xff ? 0x178 : code;
  for (const Range range : kUpperIsEven) {
    if (Holds(code, range)) return code & ~char32_t{1};
  }
  for (const Range range : kUpperIsOdd) {
    if (Holds(code, range)) return code - (1 - (code & 1));
  }
  return code;
}

bool IsLetter(char32_t code) {
  if (code < 0x80) return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
  return code == 0xaa || code == 0xb5 || code == 0xba ||
         (code >= 0xc0 && code != 0xd7 && code != 0xf7 && !(code >= 0x2000 && code < 0x2c00) &&
          !(code >= 0x3000 && code < 0x3005) && !IsSpace(code) && code < 0x1f000);
}

std::string_view TrimStart(std::string_view text) {
  while (!text.empty() && IsSpace(DecodeChar(text, 0))) text.remove_prefix(CharBytes(text[0]));
  return text;
}

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    if (!IsSpace(DecodeChar(text, at))) break;
    text = text.substr(0, at);
  }
  return text;
}

}  // namespace ganglion::jinja
