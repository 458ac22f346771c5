#pragma once

#include <optional>
#include <string>
#include <string_view>

// References as RFC 3986 has them, as far as identifiers of schemas need them.
namespace ganglion::grammar {

struct Uri {
  std::string scheme;                    // in lower case; empty where there is none
  std::optional<std::string> authority;  // in lower case
  std::string path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;  // as written, %-escapes included

  static Uri Parse(std::string_view text);
  std::string WithoutFragment() const;
};

// The target of `reference` in a document whose URI is `base` (section 5.2).
Uri ResolveUri(const Uri& base, const Uri& reference);

// Undoes the %XX of a fragment; nothing if one is malformed.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace ganglion::grammar
