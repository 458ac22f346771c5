#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "ganglion/base/status.h"

// The JSON files of a model folder. This is where the JSON library enters the room: everything else
// sees its values, and none of its exceptions.
namespace ganglion::convert {

using Json = nlohmann::json;

// The whole file as text. kNotFound where there is none.
Result<std::string> ReadText(const std::string& path, std::uint64_t bytes_max);

// An object, nested no deeper than limits.h allows. Errors name `where`.
Result<Json> ParseObject(std::string_view text, const std::string& where);
Result<Json> ReadObject(const std::string& path, std::uint64_t bytes_max);
// Null where the file is not there; an error where it is and cannot be read.
Result<Json> ReadObjectIfThere(const std::string& path, std::uint64_t bytes_max);

// Null where `object` is no object, or the value is absent or null.
const Json* Find(const Json& object, std::string_view name);
// The text of `name`; empty where there is none.
std::string_view TextOf(const Json& object, std::string_view name);
std::optional<bool> FlagOf(const Json& object, std::string_view name);
// Of an integer that is not negative.
std::optional<std::uint64_t> CountOf(const Json& value);

// Typed reads of one object: a value of another type, or out of range, is an error that names the
// file and the key.
class ObjectReader {
 public:
  // `object` is lent.
  ObjectReader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  const Json& json() const { return object_; }
  const Json* Find(std::string_view name) const { return convert::Find(object_, name); }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  // From 1 to `largest`; the fallback may be 0.
  Result<std::uint64_t> Count(std::string_view name, std::uint64_t largest) const;
  Result<std::uint64_t> CountOr(std::string_view name, std::uint64_t fallback,
                                std::uint64_t largest) const;
  // Finite.
  Result<double> Number(std::string_view name) const;
  Result<double> NumberOr(std::string_view name, double fallback) const;
  Result<bool> FlagOr(std::string_view name, bool fallback) const;
  Result<std::string_view> TextOr(std::string_view name, std::string_view fallback) const;

  Status Bad(std::string_view name, std::string_view what) const;

 private:
  const Json& object_;
  const std::string where_;
};

}  // namespace ganglion::convert
