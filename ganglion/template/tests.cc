#include <algorithm>
#include <cmath>

#include "ganglion/template/call.h"
#include "ganglion/template/objects.h"
#include "ganglion/template/operators.h"
#include "ganglion/template/text_operations.h"

// What may stand after `is`.

namespace ganglion::jinja {
namespace {

// Of one argument, which asks for the type or the state of the value.
using Predicate = bool (*)(const Value&);
struct NamedPredicate {
  std::string_view name;
  Predicate holds;
};

bool IsCallable(const Value& value) {
  if (value.method() != nullptr) return true;
  const Object* object = value.object();
  return object != nullptr && (std::holds_alternative<Macro>(object->data) ||
                               std::holds_alternative<Function>(object->data));
}

constexpr NamedPredicate kPredicates[] = {
    {"defined", [](const Value& v) { return !v.is_undefined(); }},
    {"undefined", [](const Value& v) { return v.is_undefined(); }},
    {"none", [](const Value& v) { return v.is_none(); }},
    {"boolean", [](const Value& v) { return v.is_bool(); }},
    {"true", [](const Value& v) { return v.is_bool() && v.Truthy(); }},
    {"false", [](const Value& v) { return v.is_bool() && !v.Truthy(); }},
    {"integer", [](const Value& v) { return v.is_integer(); }},
    {"float", [](const Value& v) { return v.is_float(); }},
    {"number", [](const Value& v) { return v.IsNumber(); }},
    {"string", [](const Value& v) { return v.is_string(); }},
    {"mapping", [](const Value& v) { return v.dict() != nullptr; }},
    {"sequence",
     [](const Value& v) {
       return v.is_string() || v.list() != nullptr || v.dict() != nullptr || v.is_undefined();
     }},
    {"iterable",
     [](const Value& v) {
       return v.is_string() || v.list() != nullptr || v.dict() != nullptr || v.is_undefined();
     }},
    {"callable", IsCallable},
    {"escaped", [](const Value&) { return false; }},
    {"lower", [](const Value& v) { return v.is_string() && HasOnlyCase(*v.string(), false); }},
    {"upper", [](const Value& v) { return v.is_string() && HasOnlyCase(*v.string(), true); }},
};

struct NamedRelation {
  std::string_view name;
  Operator op;
};
constexpr NamedRelation kRelations[] = {
    {"==", Operator::kEqual},
    {"eq", Operator::kEqual},
    {"equalto", Operator::kEqual},
    {"!=", Operator::kNotEqual},
    {"ne", Operator::kNotEqual},
    {"<", Operator::kLess},
    {"lt", Operator::kLess},
    {"lessthan", Operator::kLess},
    {"<=", Operator::kLessEqual},
    {"le", Operator::kLessEqual},
    {">", Operator::kGreater},
    {"gt", Operator::kGreater},
    {"greaterthan", Operator::kGreater},
    {">=", Operator::kGreaterEqual},
    {"ge", Operator::kGreaterEqual},
    {"in", Operator::kIn},
};

// As Python's `is`: numbers and true are different things, lists are the same only as objects,
// which immutable values cannot tell apart.
bool IsSame(const Value& a, const Value& b) { return a.TypeName() == b.TypeName() && Equal(a, b); }

Result<bool> NumberTest(std::string_view name, const Value& value, const Arguments& arguments,
                        Budget& budget) {
  const bool takes_divisor = name == "divisibleby";
  Value divisor(std::int64_t{2});
  if (takes_divisor) {
    GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"num"}));
    divisor = bound[0];
  }
  GN_ASSIGN_OR_RETURN(const Value rest, Arithmetic(Operator::kModulo, value, divisor, budget));
  if (!rest.IsNumber()) return BadArgument("needs a number");
  return name == "odd" ? rest.AsDouble() == 1 : rest.AsDouble() == 0;
}

}  // namespace

Result<bool> ApplyTest(std::string_view name, const Value& value, const Arguments& arguments,
                       Budget& budget) {
  GN_RETURN_IF_ERROR(budget.Spend(1));
  const auto* predicate = std::find_if(std::begin(kPredicates), std::end(kPredicates),
                                       [name](const auto& entry) { return entry.name == name; });
  if (predicate != std::end(kPredicates)) {
    if (value.is_string()) GN_RETURN_IF_ERROR(budget.Walk(value));
    return predicate->holds(value);
  }
  if (name == "odd" || name == "even" || name == "divisibleby") {
    return NumberTest(name, value, arguments, budget);
  }
  if (name == "filter" && value.is_string()) {
    return FindTextFilter(*value.string()) != nullptr || FindListFilter(*value.string()) != nullptr;
  }
  const auto* relation = std::find_if(std::begin(kRelations), std::end(kRelations),
                                      [name](const auto& entry) { return entry.name == name; });
  if (relation == std::end(kRelations) && name != "sameas") {
    return BadArgument("no test is named '" + std::string(name) + "'");
  }
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"other"}));
  if (name == "sameas") {
    GN_RETURN_IF_ERROR(budget.Spend(std::min(Weight(value), Weight(bound[0]))));
    return IsSame(value, bound[0]);
  }
  return Relation(relation->op, value, bound[0], budget);
}

}  // namespace ganglion::jinja
