#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ganglion::grammar {

// A format whose texts one regular expression says, which the whole text has to match.
struct FormatPattern {
  std::string_view name;
  std::string (*pattern)();
};

// Each translates the grammar of the RFC that JSON Schema 2020-12 (validation, section 7.3) cites.
inline constexpr std::size_t kFormatPatterns = 16;
std::span<const FormatPattern, kFormatPatterns> FormatPatterns();

}  // namespace ganglion::grammar
