#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/template/value.h"

// Values as text, in Python's notation and in JSON. The caller has asked for Weight().
namespace ganglion::jinja {

std::string IntegerText(Integer value);
// Shortest text that reads back as the same number, as repr() writes it: 1e-07, 1e+16, 1000000.0.
std::string FloatText(double value);

// str(): what {{ value }} prints.
Result<std::string> Str(const Value& value);
Result<std::string> Repr(const Value& value);

// The arguments of json.dumps().
struct JsonOptions {
  bool ensure_ascii = false;
  bool sort_keys = false;
  std::optional<std::string> indent;  // text of one level
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};
Result<std::string> Json(const Value& value, const JsonOptions& options);

}  // namespace ganglion::jinja
