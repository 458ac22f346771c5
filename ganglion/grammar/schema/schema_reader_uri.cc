#include "ganglion/grammar/schema/schema_reader_uri.h"

#include <algorithm>

namespace ganglion::grammar {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string LowerCase(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// The length of a scheme in front of a colon; 0 where there is none.
std::size_t SchemeLength(std::string_view text) {
  if (text.empty() || !IsLetter(text.front())) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!IsLetter(c) && !IsDigit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

// Cuts off what begins with `mark`, and gives what stands behind it.
std::optional<std::string> CutBehind(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string result(text.substr(at + 1));
  text = text.substr(0, at);
  return result;
}

// Takes "." and ".." out of a path: section 5.2.4, by segments.
std::string RemoveDotSegments(std::string_view path) {
  std::string result;
  const bool absolute = !path.empty() && path.front() == '/';
  std::size_t at = absolute ? 1 : 0;
  if (absolute) result = "/";
  const std::size_t root = result.size();
  for (bool more = at <= path.size() && !path.empty(); more;) {
    const std::size_t slash = path.find('/', at);
    more = slash != std::string_view::npos;
    const std::string_view segment = path.substr(at, more ? slash - at : slash);
    at = slash + 1;
    if (segment == "..") {
      // Back to behind the slash before the last whole segment.
      if (result.size() > root) result.pop_back();
      const std::size_t before = result.rfind('/');
      result.resize(std::max(root, before == std::string::npos ? 0 : before + 1));
    } else if (segment != ".") {
      result += segment;
      if (more) result += '/';
    }
  }
  return result;
}

std::string MergePaths(const Uri& base, const std::string& path) {
  if (base.authority && base.path.empty()) return "/" + path;
  const std::size_t slash = base.path.rfind('/');
  return slash == std::string::npos ? path : base.path.substr(0, slash + 1) + path;
}

}  // namespace

Uri Uri::Parse(std::string_view text) {
  Uri uri;
  uri.fragment = CutBehind(text, '#');
  if (const std::size_t length = SchemeLength(text); length > 0) {
    uri.scheme = LowerCase(text.substr(0, length));
    text.remove_prefix(length + 1);
  }
  uri.query = CutBehind(text, '?');
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t end = std::min(text.find('/'), text.size());
    uri.authority = LowerCase(text.substr(0, end));
    text.remove_prefix(end);
  }
  uri.path = std::string(text);
  return uri;
}

std::string Uri::WithoutFragment() const {
  std::string result;
  if (!scheme.empty()) result += scheme + ":";
  if (authority) result += "//" + *authority;
  result += path;
  if (query) result += "?" + *query;
  return result;
}

Uri ResolveUri(const Uri& base, const Uri& reference) {
  Uri target = reference;
  if (!reference.scheme.empty()) {
    target.path = reference.authority || reference.path.starts_with('/')
                      ? RemoveDotSegments(reference.path)
                      : reference.path;
    return target;
  }
  target.scheme = base.scheme;
  if (reference.authority) {
    target.path = RemoveDotSegments(reference.path);
    return target;
  }
  target.authority = base.authority;
  if (reference.path.empty()) {
    target.path = base.path;
    if (!reference.query) target.query = base.query;
  } else if (reference.path.starts_with('/')) {
    target.path = RemoveDotSegments(reference.path);
  } else {
    target.path = RemoveDotSegments(MergePaths(base, reference.path));
  }
  return target;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (IsDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]);
    const int low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

}  // namespace ganglion::grammar
