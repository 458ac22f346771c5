#include "ganglion/serve/http/target.h"

#include <algorithm>

namespace ganglion::serve::http {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Status Bad(std::string_view what) {
  return Status(Code::kInvalidArgument, "the request's path " + std::string(what));
}

}  // namespace

Result<Target> ParseTarget(std::string_view text) {
  Target target;
  if (text == "*") {
    target.path = "*";
    return target;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    target.authority = text.substr(0, end);
    text.remove_prefix(end);
    if (target.authority.empty()) return Bad("names no host");
    if (text.empty()) text = "/";
    break;
  }
  if (!text.starts_with('/')) return Bad("does not begin with '/'");
  const std::size_t question = std::min(text.find('?'), text.size());
  target.query = text.substr(std::min(question + 1, text.size()));
  text = text.substr(0, question);
  target.path.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      target.path += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = high >= 0 ? HexValue(text[i + 2]) : -1;
    if (low < 0) return Bad("has a '%' without two hexadecimal digits");
    const int byte = high * 16 + low;
    // Nothing that we serve has control characters in its name; logs and headers may repeat it.
    if (byte < 0x20 || byte == 0x7f) return Bad("has a control character");
    target.path += static_cast<char>(byte);
    i += 2;
  }
  return target;
}

}  // namespace ganglion::serve::http
