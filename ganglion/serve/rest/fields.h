#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/serve/rest/api_error.h"
#include "ganglion/serve/rest/json.h"

namespace ganglion::serve::rest {

// The first thing that is wrong with a body. Readers go on after it with harmless values, so that
// each reads like a list of its fields; whoever began looks here at the end.
class Problem {
 public:
  bool ok() const { return !error_.has_value(); }
  const ApiError& error() const { return *error_; }
  void Set(std::string param, std::string message);
  void Set(ApiError error);

 private:
  std::optional<ApiError> error_;
};

template <class T>
struct Range {
  T min;
  T max;
};

// Typed reads of one object of a body. A field that is null counts as absent, as OpenAI has it; one
// of another type or out of range is a Problem that names it. Both are lent.
class Fields {
 public:
  Fields(const Json& object, std::string path, Problem& problem);

  // Null where the field is absent or null.
  const Json* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  bool Flag(std::string_view name, bool fallback) const;
  // Integers are also taken as floating-point numbers without a fraction.
  std::int64_t Integer(std::string_view name, Range<std::int64_t> range,
                       std::int64_t fallback) const;
  double Number(std::string_view name, Range<double> range, double fallback) const;
  std::string Text(std::string_view name, std::string_view fallback = {}) const;
  std::string RequiredText(std::string_view name) const;
  // Null where it is absent, or a Problem where it is something else.
  const Json* Object(std::string_view name) const;
  const Json* Array(std::string_view name, std::size_t values_max) const;

  // For what matters and is not done here: a Problem where the field says anything but null, false,
  // 0, "" or an empty list.
  void Refuse(std::string_view name, std::string_view why) const;

  std::string Path(std::string_view name) const;
  std::string Path(std::string_view name, std::size_t index) const;
  Problem& problem() const { return problem_; }
  void Wrong(std::string_view name, std::string message) const;

 private:
  const Json& object_;
  const std::string path_;  // "messages[0]", empty for the body itself
  Problem& problem_;
};

// "a number", "an array": what a value is, for messages.
std::string_view Kind(const Json& value);
std::optional<std::int64_t> IntegerOf(const Json& value);

}  // namespace ganglion::serve::rest
