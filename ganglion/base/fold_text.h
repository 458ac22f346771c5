#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ganglion {

// An instruction in the one spelling that planners are trained on and asked in: ASCII letters in
// lower case, full-width forms as ASCII, quotation marks and Chinese punctuation as their ASCII
// kin, each run of white space as one space, none at the ends. Other characters stay.
struct FoldedText {
  std::string text;
  // For each byte of `text`, and one past its end: the byte of the source where it came from.
  std::vector<std::size_t> source_at;
};
FoldedText FoldText(std::string_view source);

// The part of the source from which the first occurrence of `part` in the folded text came, as it
// was written there; `part` itself where it does not occur. So a text copied from a folded
// instruction gets its capitals back.
std::string Unfold(const FoldedText& folded, std::string_view source, std::string_view part);

}  // namespace ganglion
