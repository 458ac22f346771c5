#include "ganglion/serve/rest/fields.h"

#include <cmath>
#include <limits>
#include <utility>

#include "ganglion/base/concat.h"

namespace ganglion::serve::rest {
namespace {

bool IsEmpty(const Json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number()) return value.get<double>() == 0;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.empty();
}

}  // namespace

void Problem::Set(std::string param, std::string message) {
  Set(InvalidField(std::move(param), std::move(message)));
}

void Problem::Set(ApiError error) {
  if (ok()) error_ = std::move(error);
}

std::string_view Kind(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

std::optional<std::int64_t> IntegerOf(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return {};
  const auto number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > 0x1.0p53) return {};
  return static_cast<std::int64_t>(number);
}

Fields::Fields(const Json& object, std::string path, Problem& problem)
    : object_(object), path_(std::move(path)), problem_(problem) {}

const Json* Fields::Find(std::string_view name) const {
  if (!object_.is_object()) return nullptr;
  for (const auto& [key, value] : object_.items()) {
    if (key == name) return value.is_null() ? nullptr : &value;
  }
  return nullptr;
}

bool Fields::Flag(std::string_view name, bool fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  Wrong(name, Concat("expected true or false, not ", Kind(*value)));
  return fallback;
}

std::int64_t Fields::Integer(std::string_view name, Range<std::int64_t> range,
                             std::int64_t fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return fallback;
  const std::optional<std::int64_t> number = IntegerOf(*value);
  if (!number) {
    const bool is_number = value->is_number();
    Wrong(name, Concat("expected an integer, not ", is_number ? Dump(*value) : Kind(*value)));
    return fallback;
  }
  if (*number >= range.min && *number <= range.max) return *number;
  Wrong(name, Concat(*number, " is not between ", range.min, " and ", range.max));
  return fallback;
}

double Fields::Number(std::string_view name, Range<double> range, double fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return fallback;
  if (!value->is_number()) {
    Wrong(name, Concat("expected a number, not ", Kind(*value)));
    return fallback;
  }
  const auto number = value->get<double>();
  if (number >= range.min && number <= range.max) return number;
  Wrong(name, Concat(Dump(*value), " is not between ", range.min, " and ", range.max));
  return fallback;
}

std::string Fields::Text(std::string_view name, std::string_view fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return std::string(fallback);
  if (value->is_string()) return value->get_ref<const std::string&>();
  Wrong(name, Concat("expected a string, not ", Kind(*value)));
  return std::string(fallback);
}

std::string Fields::RequiredText(std::string_view name) const {
  if (!Has(name)) Wrong(name, "is missing: expected a string");
  return Text(name);
}

const Json* Fields::Object(std::string_view name) const {
  const Json* const value = Find(name);
  if (value == nullptr || value->is_object()) return value;
  Wrong(name, Concat("expected an object, not ", Kind(*value)));
  return nullptr;
}

const Json* Fields::Array(std::string_view name, std::size_t values_max) const {
  const Json* const value = Find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    Wrong(name, Concat("expected an array, not ", Kind(*value)));
    return nullptr;
  }
  if (value->size() <= values_max) return value;
  Wrong(name, Concat("has ", value->size(), " elements; at most ", values_max, " are allowed"));
  return nullptr;
}

void Fields::Refuse(std::string_view name, std::string_view why) const {
  const Json* const value = Find(name);
  if (value == nullptr || IsEmpty(*value)) return;
  ApiError error = InvalidField(Path(name), Concat(Path(name), " is not supported: ", why));
  error.code = "unsupported_parameter";
  error.refusal = metrics::Refusal::kUnsupported;
  problem_.Set(std::move(error));
}

std::string Fields::Path(std::string_view name) const {
  return path_.empty() ? std::string(name) : Concat(path_, ".", name);
}

std::string Fields::Path(std::string_view name, std::size_t index) const {
  return Concat(Path(name), "[", index, "]");
}

void Fields::Wrong(std::string_view name, std::string message) const {
  problem_.Set(Path(name), Concat(Path(name), ": ", message));
}

}  // namespace ganglion::serve::rest
