#include "ganglion/template/text_operations.h"

#include <algorithm>

#include "ganglion/template/unicode.h"

namespace ganglion::jinja {
namespace {

template <class Map>
std::string MapChars(std::string_view text, Map map) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); at += CharBytes(text[at])) {
    AppendUtf8(map(DecodeChar(text, at)), out);
  }
  return out;
}

std::vector<std::string_view> SplitAtSpace(std::string_view text, std::size_t splits_max,
                                           bool from_end) {
  std::vector<std::string_view> words;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size(); at += CharBytes(text[at])) {
    const bool is_space = IsSpace(DecodeChar(text, at));
    if (!is_space && !in_word) words.push_back(text.substr(at));
    if (is_space && in_word) {
      words.back() = words.back().substr(0, words.back().size() - (text.size() - at));
    }
    in_word = !is_space;
  }
  if (words.size() <= splits_max) return words;
  // What is left over stays in one piece, its outer white space included.
  if (from_end) {
    const std::size_t rest = words.size() - splits_max;
    const std::string_view last = words[rest - 1];
    const auto end = static_cast<std::size_t>(last.data() - text.data()) + last.size();
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(rest));
    words.insert(words.begin(), text.substr(0, end));
  } else {
    const auto begin = static_cast<std::size_t>(words[splits_max].data() - text.data());
    words.resize(splits_max);
    words.push_back(text.substr(begin));
  }
  return words;
}

}  // namespace

std::string Lower(std::string_view text) { return MapChars(text, ToLower); }
std::string Upper(std::string_view text) { return MapChars(text, ToUpper); }

std::string Capitalize(std::string_view text) {
  bool is_first = true;
  return MapChars(text, [&is_first](char32_t code) {
    return std::exchange(is_first, false) ? ToUpper(code) : ToLower(code);
  });
}

std::string Title(std::string_view text) {
  bool in_word = false;
  return MapChars(text, [&in_word](char32_t code) {
    return std::exchange(in_word, IsLetter(code)) ? ToLower(code) : ToUpper(code);
  });
}

bool HasOnlyCase(std::string_view text, bool upper) {
  bool found = false;
  for (std::size_t at = 0; at < text.size(); at += CharBytes(text[at])) {
    const char32_t code = DecodeChar(text, at);
    if ((upper ? ToUpper(code) : ToLower(code)) != code) return false;
    found = found || (upper ? ToLower(code) : ToUpper(code)) != code;
  }
  return found;
}

std::string_view StripChars(std::string_view text, const std::optional<std::string>& chars,
                            bool at_start, bool at_end) {
  if (!chars) {
    if (at_start) text = TrimStart(text);
    return at_end ? TrimEnd(text) : text;
  }
  const auto taken = [&chars](std::string_view character) {
    return chars->find(character) != std::string::npos;
  };
  while (at_start && !text.empty() && taken(text.substr(0, CharBytes(text[0])))) {
    text.remove_prefix(CharBytes(text[0]));
  }
  while (at_end && !text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    if (!taken(text.substr(at))) break;
    text = text.substr(0, at);
  }
  return text;
}

std::vector<std::string_view> SplitText(std::string_view text,
                                        const std::optional<std::string>& separator,
                                        std::size_t splits_max, bool from_end) {
  if (!separator) return SplitAtSpace(text, splits_max, from_end);
  std::vector<std::string_view> parts;
  while (parts.size() < splits_max) {
    const std::size_t at = from_end ? text.rfind(*separator) : text.find(*separator);
    if (at == std::string_view::npos) break;
    const std::size_t after = at + separator->size();
    parts.push_back(from_end ? text.substr(after) : text.substr(0, at));
    text = from_end ? text.substr(0, at) : text.substr(after);
  }
  parts.push_back(text);
  if (from_end) std::reverse(parts.begin(), parts.end());
  return parts;
}

Result<std::string> ReplaceText(std::string_view text, std::string_view from, std::string_view to,
                                Integer count, Budget& budget) {
  std::string out;
  std::size_t at = 0;
  for (; count != 0; --count) {
    // An empty string stands before every character and at the end.
    const std::size_t found =
        from.empty() ? (at <= text.size() ? at : text.npos) : text.find(from, at);
    if (found == std::string_view::npos) break;
    GN_RETURN_IF_ERROR(budget.Append(text.substr(at, found - at), out));
    GN_RETURN_IF_ERROR(budget.Append(to, out));
    at = found + from.size();
    if (!from.empty()) continue;
    if (at == text.size()) return out;
    const std::size_t bytes = CharBytes(text[at]);
    GN_RETURN_IF_ERROR(budget.Append(text.substr(at, bytes), out));
    at += bytes;
  }
  GN_RETURN_IF_ERROR(budget.Append(text.substr(at), out));
  return out;
}

Result<std::string> PadText(std::string_view text, Integer width, std::string_view fill,
                            Alignment alignment, Budget& budget) {
  const auto size = static_cast<Integer>(CountChars(text));
  if (CountChars(fill) != 1) {
    return Status(Code::kInvalidArgument, "the fill character must be exactly one character long");
  }
  if (width <= size) return std::string(text);
  const Integer missing = width - size;
  if (missing > static_cast<Integer>(kOutputBytesMax)) {
    return Status(Code::kResourceExhausted, "a text is padded to too many characters");
  }
  Integer left = 0;
  if (alignment == Alignment::kRight) left = missing;
  if (alignment == Alignment::kCenter) left = missing / 2 + (missing & width & 1);
  std::string out;
  for (Integer i = 0; i < left; ++i) GN_RETURN_IF_ERROR(budget.Append(fill, out));
  GN_RETURN_IF_ERROR(budget.Append(text, out));
  for (Integer i = left; i < missing; ++i) GN_RETURN_IF_ERROR(budget.Append(fill, out));
  return out;
}

}  // namespace ganglion::jinja
