#pragma once

#include <span>
#include <string_view>

namespace ganglion::grammar {

// A property's names, with spaces between, and its code points as tools/unicode_properties.py
// writes them.
struct UnicodeSet {
  std::string_view names;
  std::string_view code_points;
};

std::span<const UnicodeSet> UnicodeCategories();  // by two letters; "L" is those with "L"
std::span<const UnicodeSet> UnicodeScripts();
// Of the scripts for which they differ from Script.
std::span<const UnicodeSet> UnicodeScriptExtensions();
std::span<const UnicodeSet> UnicodeBinaryProperties();

}  // namespace ganglion::grammar
