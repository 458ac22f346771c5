#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"

// The values that a template computes with. They behave as Python's do, because that is what the
// templates were written for.
namespace ganglion::jinja {

// Holds every integer of a JSON document that fits 64 bits, signed or not. Python's are unbounded;
// arithmetic beyond this is an error.
__extension__ using Integer = __int128;

class Value;
struct List;
struct Dict;
struct Method;
struct Object;  // namespaces, macros, loops and functions: see objects.h

struct None {};
// What a missing variable or key gives. Prints as nothing, is false, and is an error in most
// operations; the error is `hint`.
struct Undefined {
  std::shared_ptr<const std::string> hint;
};

// Immutable, except for the objects behind an Object*, which the interpreter owns and which live as
// long as it. So values cannot form cycles of shared ownership.
class Value {
 public:
  using Text = std::shared_ptr<const std::string>;

  Value() : data_(Undefined{}) {}
  explicit Value(None) : data_(None{}) {}
  explicit Value(bool value) : data_(value) {}
  explicit Value(Integer value) : data_(value) {}
  explicit Value(std::int64_t value) : data_(Integer{value}) {}
  explicit Value(std::size_t value) : data_(static_cast<Integer>(value)) {}
  explicit Value(double value) : data_(value) {}
  explicit Value(std::string value)
      : data_(std::make_shared<const std::string>(std::move(value))) {}
  explicit Value(std::shared_ptr<const List> value) : data_(std::move(value)) {}
  explicit Value(std::shared_ptr<const Dict> value) : data_(std::move(value)) {}
  explicit Value(std::shared_ptr<const Method> value) : data_(std::move(value)) {}
  explicit Value(Object* object) : data_(object) {}
  static Value Missing(std::string hint);

  bool is_undefined() const { return std::holds_alternative<Undefined>(data_); }
  bool is_none() const { return std::holds_alternative<None>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<Integer>(data_); }
  bool is_float() const { return std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<Text>(data_); }

  // Null where the value is of another kind. The pointer lives as long as the value.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Integer* integer() const { return std::get_if<Integer>(&data_); }
  const double* real() const { return std::get_if<double>(&data_); }
  const std::string* string() const;
  const List* list() const;
  const Dict* dict() const;
  const Method* method() const;
  Object* object() const;

  // bool counts as 0 or 1 where Python lets it.
  bool IsNumber() const { return is_bool() || is_integer() || is_float(); }
  bool AsInteger(Integer& out) const;  // bool and integer
  double AsDouble() const;             // any number

  // "'x' is undefined" and the like.
  std::string_view hint() const;
  // As Python calls the type: "str", "NoneType", "dict".
  std::string_view TypeName() const;
  bool Truthy() const;
  // How deep lists and dicts are nested; 0 for a plain value.
  int depth() const;

 private:
  std::variant<Undefined, None, bool, Integer, double, Text, std::shared_ptr<const List>,
               std::shared_ptr<const Dict>, std::shared_ptr<const Method>, Object*>
      data_;
};

struct List {
  std::vector<Value> items;
  bool is_tuple = false;
  int depth = 1;
  std::size_t weight = 1;
};

// A method that was named but not called: {% set f = text.strip %}.
struct Method {
  Value self;
  std::string name;
};

// Keys in the order in which they came.
struct Dict {
  std::vector<std::pair<Value, Value>> items;
  std::unordered_map<std::string_view, std::size_t> index;  // string keys, of large dicts only
  int depth = 1;
  std::size_t weight = 1;

  const Value* Find(std::string_view key) const;
  const Value* Find(const Value& key) const;
};

// Sets what follows from the items: depth, weight and index. Later equal keys replace earlier ones.
// Quadratic in the number of keys that are not strings: the caller bounds those.
Value MakeList(std::vector<Value> items, bool is_tuple = false);
Value MakeDict(std::vector<std::pair<Value, Value>> items);

// Refuses what is nested too deeply or is not UTF-8.
Result<Value> FromJson(const nlohmann::ordered_json& json);

bool Equal(const Value& a, const Value& b);
// Negative, zero or positive, or why the two have no order.
Result<int> Compare(const Value& a, const Value& b);

// What an iteration over the value gives: items of lists, keys of dicts, characters of strings,
// none of an undefined value. The cost of Elements() and Equal(), in steps:
Result<std::vector<Value>> Elements(const Value& value);
std::size_t Weight(const Value& value);

}  // namespace ganglion::jinja
