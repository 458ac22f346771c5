#pragma once

#include <optional>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/template/ast.h"
#include "ganglion/template/budget.h"
#include "ganglion/template/value.h"

namespace ganglion::jinja {

// a + b and the other arithmetic operators.
Result<Value> Arithmetic(Operator op, const Value& a, const Value& b, Budget& budget);
// a == b, a in b and the other operators that give true or false.
Result<bool> Relation(Operator op, const Value& a, const Value& b, Budget& budget);
Result<Value> Negate(const Value& value);

// object.name: methods come before keys. What is missing is undefined, not an error.
Result<Value> GetAttribute(const Value& object, std::string_view name);
// object[key]: keys come before methods.
Result<Value> GetItem(const Value& object, const Value& key, Budget& budget);
// object[start:stop:step]; null where absent.
struct SliceBounds {
  std::optional<Value> start, stop, step;
};
Result<Value> Slice(const Value& object, const SliceBounds& bounds, Budget& budget);

// The old way to format: "%s has %d" % (name, count).
Result<Value> FormatPercent(std::string_view format, const std::vector<Value>& values,
                            Budget& budget);

}  // namespace ganglion::jinja
