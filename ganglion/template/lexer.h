#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::jinja {

struct Token {
  enum class Kind {
    kText,         // to be printed as it is
    kOutputBegin,  // {{
    kOutputEnd,
    kBlockBegin,  // {%
    kBlockEnd,
    kName,
    kString,  // text without quotes, escapes resolved
    kInteger,
    kFloat,
    kOperator,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  int line = 1;
};

// Splits a template as Jinja2 does with trim_blocks and lstrip_blocks: the newline after a block
// goes, and so does white space between the start of a line and a block; `-` strips more, `+`
// less. One newline at the end of the template is dropped. Ends with a kEnd token.
Result<std::vector<Token>> Tokenize(std::string_view source);

// "line 12: what": every error of this room begins so.
Status ErrorAt(int line, std::string_view what);

}  // namespace ganglion::jinja
