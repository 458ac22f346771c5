#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/template/budget.h"

// What methods and filters of strings have in common.
namespace ganglion::jinja {

std::string Lower(std::string_view text);
std::string Upper(std::string_view text);
std::string Capitalize(std::string_view text);
std::string Title(std::string_view text);
// Whether there is a letter with case, and none of the other case.
bool HasOnlyCase(std::string_view text, bool upper);

// Takes off white space, or any of the characters in `chars`.
std::string_view StripChars(std::string_view text, const std::optional<std::string>& chars,
                            bool at_start, bool at_end);
// At each separator; at runs of white space, without empty parts, where there is none.
std::vector<std::string_view> SplitText(std::string_view text,
                                        const std::optional<std::string>& separator,
                                        std::size_t splits_max, bool from_end);
// All occurrences where count is negative.
Result<std::string> ReplaceText(std::string_view text, std::string_view from, std::string_view to,
                                Integer count, Budget& budget);

enum class Alignment { kLeft, kCenter, kRight };
Result<std::string> PadText(std::string_view text, Integer width, std::string_view fill,
                            Alignment alignment, Budget& budget);

}  // namespace ganglion::jinja
