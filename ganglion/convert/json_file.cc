#include "ganglion/convert/json_file.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"
#include "ganglion/gguf/mapping.h"

namespace ganglion::convert {
namespace {

// How deep arrays and objects are nested, at most `largest` + 1. Asked before the text is parsed: a
// tree takes many times the memory of the brackets that it comes from.
std::uint32_t NestingDepth(std::string_view text, std::uint32_t largest) {
  std::uint32_t depth = 0;
  std::uint32_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size() && deepest <= largest; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<std::string> ReadText(const std::string& path, std::uint64_t bytes_max) {
  GN_ASSIGN_OR_RETURN(const auto mapping, gguf::Mapping::Open(path));
  const auto bytes = mapping->bytes();
  if (bytes.size() > bytes_max) {
    return Status(Code::kInvalidArgument,
                  Concat(path, ": ", bytes.size(), " bytes; at most ", bytes_max, " are allowed"));
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<Json> ParseObject(std::string_view text, const std::string& where) {
  if (NestingDepth(text, kJsonDepthMax) > kJsonDepthMax) {
    return Status(Code::kInvalidArgument,
                  Concat(where, ": nested deeper than ", kJsonDepthMax, " levels"));
  }
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  return Status(Code::kInvalidArgument, where + ": not a JSON object");
}

Result<Json> ReadObject(const std::string& path, std::uint64_t bytes_max) {
  GN_ASSIGN_OR_RETURN(const std::string text, ReadText(path, bytes_max));
  return ParseObject(text, path);
}

Result<Json> ReadObjectIfThere(const std::string& path, std::uint64_t bytes_max) {
  Result<Json> json = ReadObject(path, bytes_max);
  if (!json.ok() && json.error().code() == Code::kNotFound) return Json();
  return json;
}

const Json* Find(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string_view TextOf(const Json& object, std::string_view name) {
  const Json* const value = Find(object, name);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_ref<const std::string&>();
}

std::optional<bool> FlagOf(const Json& object, std::string_view name) {
  const Json* const value = Find(object, name);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

std::optional<std::uint64_t> CountOf(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.get<std::int64_t>());
}

Status ObjectReader::Bad(std::string_view name, std::string_view what) const {
  return Status(Code::kInvalidArgument, Concat(where_, ": ", name, ": ", what));
}

Result<std::uint64_t> ObjectReader::Count(std::string_view name, std::uint64_t largest) const {
  const Json* const value = Find(name);
  if (value == nullptr) return Bad(name, "is missing");
  const std::optional<std::uint64_t> count = CountOf(*value);
  if (!count) return Bad(name, "is not a positive integer");
  if (*count >= 1 && *count <= largest) return *count;
  return Bad(name, Concat(*count, " is not in 1 to ", largest));
}

Result<std::uint64_t> ObjectReader::CountOr(std::string_view name, std::uint64_t fallback,
                                            std::uint64_t largest) const {
  return Has(name) ? Count(name, largest) : Result<std::uint64_t>(fallback);
}

Result<double> ObjectReader::Number(std::string_view name) const {
  const Json* const value = Find(name);
  if (value == nullptr) return Bad(name, "is missing");
  if (!value->is_number()) return Bad(name, "is not a number");
  const auto number = value->get<double>();
  if (std::isfinite(number)) return number;
  return Bad(name, "is not finite");
}

Result<double> ObjectReader::NumberOr(std::string_view name, double fallback) const {
  return Has(name) ? Number(name) : Result<double>(fallback);
}

Result<bool> ObjectReader::FlagOr(std::string_view name, bool fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) return Bad(name, "is neither true nor false");
  return value->get<bool>();
}

Result<std::string_view> ObjectReader::TextOr(std::string_view name,
                                              std::string_view fallback) const {
  const Json* const value = Find(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) return Bad(name, "is not a string");
  return std::string_view(value->get_ref<const std::string&>());
}

}  // namespace ganglion::convert
