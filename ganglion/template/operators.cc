#include "ganglion/template/operators.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ganglion/template/call.h"
#include "ganglion/template/format.h"
#include "ganglion/template/objects.h"
#include "ganglion/template/unicode.h"

namespace ganglion::jinja {
namespace {

std::string_view Symbol(Operator op) {
  constexpr std::string_view kSymbols[] = {"+",  "-", "*",  "/", "//", "%",  "** or pow()", "==",
                                           "!=", "<", "<=", ">", ">=", "in", "not in"};
  return kSymbols[static_cast<std::size_t>(op)];
}

Status BadOperands(Operator op, const Value& a, const Value& b) {
  if (op == Operator::kAdd && a.is_string()) {
    return BadArgument("can only concatenate str (not \"" + std::string(b.TypeName()) +
                       "\") to str");
  }
  return BadArgument("unsupported operand type(s) for " + std::string(Symbol(op)) + ": '" +
                     std::string(a.TypeName()) + "' and '" + std::string(b.TypeName()) + "'");
}

Status Overflow() { return BadArgument("an integer is too large"); }

Result<Value> IntegerPower(Integer base, Integer exponent) {
  if (exponent < 0) {
    if (base == 0) return BadArgument("0 cannot be raised to a negative power");
    return Value(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  if (base == 0 || base == 1) return Value(exponent == 0 ? Integer{1} : base);
  if (base == -1) return Value(exponent % 2 == 0 ? Integer{1} : base);
  Integer result = 1;
  for (; exponent > 0; --exponent) {  // at most 127 turns: the rest overflows
    if (__builtin_mul_overflow(result, base, &result)) return Overflow();
  }
  return Value(result);
}

Result<Value> IntegerArithmetic(Operator op, Integer a, Integer b) {
  Integer result = 0;
  const bool divides =
      op == Operator::kDivide || op == Operator::kFloorDivide || op == Operator::kModulo;
  if (divides && b == 0) return BadArgument("division by zero");
  if (divides && b == -1 && op != Operator::kDivide) {  // the one quotient that can overflow
    if (op == Operator::kModulo) return Value(Integer{0});
    if (__builtin_sub_overflow(Integer{0}, a, &result)) return Overflow();
    return Value(result);
  }
  switch (op) {
    case Operator::kAdd:
      if (__builtin_add_overflow(a, b, &result)) return Overflow();
      return Value(result);
    case Operator::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) return Overflow();
      return Value(result);
    case Operator::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) return Overflow();
      return Value(result);
    case Operator::kDivide:
      return Value(static_cast<double>(a) / static_cast<double>(b));
    case Operator::kFloorDivide:  // toward minus infinity
      return Value(a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0));
    case Operator::kModulo:  // with the sign of b
      result = a % b;
      return Value(result != 0 && (result < 0) != (b < 0) ? result + b : result);
    default:
      return IntegerPower(a, b);
  }
}

Result<Value> RealArithmetic(Operator op, double a, double b) {
  const bool divides =
      op == Operator::kDivide || op == Operator::kFloorDivide || op == Operator::kModulo;
  if (divides && b == 0) return BadArgument("division by zero");
  switch (op) {
    case Operator::kAdd:
      return Value(a + b);
    case Operator::kSubtract:
      return Value(a - b);
    case Operator::kMultiply:
      return Value(a * b);
    case Operator::kDivide:
      return Value(a / b);
    case Operator::kFloorDivide:
      return Value(std::floor(a / b));
    case Operator::kModulo: {
      const double rest = std::fmod(a, b);
      return Value(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    }
    default:
      return Value(std::pow(a, b));
  }
}

Result<Value> Repeat(const Value& value, Integer count, Budget& budget) {
  count = std::max<Integer>(count, 0);
  const Integer items = value.is_string() ? static_cast<Integer>(value.string()->size())
                                          : static_cast<Integer>(value.list()->items.size());
  if (items == 0) count = 0;
  count = std::min(count, static_cast<Integer>(kBytesMadeMax) + 1);  // one more than Make() grants
  const auto total = static_cast<std::uint64_t>(items * count);
  GN_RETURN_IF_ERROR(budget.Make(value.is_string() ? total : total * sizeof(Value)));
  if (const std::string* text = value.string()) {
    std::string out;
    out.reserve(total);
    for (; count > 0; --count) out += *text;
    return Value(std::move(out));
  }
  std::vector<Value> out;
  for (; count > 0; --count) {
    out.insert(out.end(), value.list()->items.begin(), value.list()->items.end());
  }
  return budget.List(std::move(out), value.list()->is_tuple);
}

Result<Value> Add(const Value& a, const Value& b, Budget& budget) {
  if (a.is_string() && b.is_string()) {
    GN_RETURN_IF_ERROR(budget.Make(a.string()->size() + b.string()->size()));
    return Value(*a.string() + *b.string());
  }
  const List *x = a.list(), *y = b.list();
  if (x == nullptr || y == nullptr || x->is_tuple != y->is_tuple) {
    return BadOperands(Operator::kAdd, a, b);
  }
  GN_RETURN_IF_ERROR(budget.Spend(x->items.size() + y->items.size()));
  std::vector<Value> items = x->items;
  items.insert(items.end(), y->items.begin(), y->items.end());
  return budget.List(std::move(items), x->is_tuple);
}

Result<bool> Contains(const Value& container, const Value& item, Budget& budget) {
  if (container.is_undefined()) return false;
  GN_RETURN_IF_ERROR(budget.Walk(container));
  if (const std::string* text = container.string()) {
    if (item.is_undefined()) return UndefinedError(item);
    if (!item.is_string()) {
      return BadArgument("'in <string>' requires string as left operand, not " +
                         std::string(item.TypeName()));
    }
    return text->find(*item.string()) != std::string::npos;
  }
  if (const Dict* dict = container.dict()) return dict->Find(item) != nullptr;
  if (const List* list = container.list()) {
    return std::any_of(list->items.begin(), list->items.end(),
                       [&item](const Value& element) { return Equal(element, item); });
  }
  return BadArgument("argument of type '" + std::string(container.TypeName()) +
                     "' is not iterable");
}

Value MissingAttribute(const Value& object, std::string_view name) {
  const std::string owner = object.is_none() ? "None" : std::string(object.TypeName()) + " object";
  return Value::Missing("'" + owner + "' has no attribute '" + std::string(name) + "'");
}

Result<Value> LoopAttribute(const Loop& loop, const Value& self, std::string_view name) {
  if (loop.items == nullptr) return BadArgument("'loop' is used after its loop has ended");
  const std::size_t length = loop.items->size();
  const std::size_t index = loop.index;
  if (name == "index") return Value(index + 1);
  if (name == "index0") return Value(index);
  if (name == "revindex") return Value(length - index);
  if (name == "revindex0") return Value(length - index - 1);
  if (name == "first") return Value(index == 0);
  if (name == "last") return Value(index + 1 == length);
  if (name == "length") return Value(length);
  if (name == "depth") return Value(std::int64_t{loop.depth});
  if (name == "depth0") return Value(std::int64_t{loop.depth - 1});
  if (name == "previtem") {
    return index > 0 ? (*loop.items)[index - 1] : Value::Missing("there is no previous item");
  }
  if (name == "nextitem") {
    return index + 1 < length ? (*loop.items)[index + 1] : Value::Missing("there is no next item");
  }
  return MissingAttribute(self, name);
}

Value BoundMethod(const Value& self, std::string_view name) {
  return Value(std::make_shared<const Method>(Method{self, std::string(name)}));
}

// Python's rule for slices: negative numbers count from the end, all are clamped.
Result<Integer> SliceIndex(const std::optional<Value>& bound, Integer fallback, Integer size,
                           bool backwards) {
  if (!bound || bound->is_none()) return fallback;
  if (bound->is_undefined()) return UndefinedError(*bound);
  Integer index = 0;
  if (!bound->AsInteger(index)) return BadArgument("slice indices must be integers or None");
  if (index < 0) index += size;
  return std::clamp<Integer>(index, backwards ? -1 : 0, backwards ? size - 1 : size);
}

}  // namespace

Result<Value> Arithmetic(Operator op, const Value& a, const Value& b, Budget& budget) {
  if (a.is_undefined()) return UndefinedError(a);
  if (op == Operator::kModulo && a.is_string()) {
    const bool many = b.list() != nullptr && b.list()->is_tuple;
    return FormatPercent(*a.string(), many ? b.list()->items : std::vector<Value>{b}, budget);
  }
  if (b.is_undefined()) return UndefinedError(b);
  if (a.IsNumber() && b.IsNumber()) {
    Integer x = 0, y = 0;
    if (a.AsInteger(x) && b.AsInteger(y)) return IntegerArithmetic(op, x, y);
    return RealArithmetic(op, a.AsDouble(), b.AsDouble());
  }
  if (op == Operator::kAdd) return Add(a, b, budget);
  if (op == Operator::kMultiply) {
    Integer count = 0;
    if ((a.is_string() || a.list() != nullptr) && b.AsInteger(count)) {
      return Repeat(a, count, budget);
    }
    if ((b.is_string() || b.list() != nullptr) && a.AsInteger(count)) {
      return Repeat(b, count, budget);
    }
  }
  return BadOperands(op, a, b);
}

Result<bool> Relation(Operator op, const Value& a, const Value& b, Budget& budget) {
  if (op == Operator::kIn || op == Operator::kNotIn) {
    GN_ASSIGN_OR_RETURN(const bool contains, Contains(b, a, budget));
    return contains == (op == Operator::kIn);
  }
  GN_RETURN_IF_ERROR(budget.Spend(std::min(Weight(a), Weight(b))));
  if (op == Operator::kEqual) return Equal(a, b);
  if (op == Operator::kNotEqual) return !Equal(a, b);
  if (a.IsNumber() && b.IsNumber() && (std::isnan(a.AsDouble()) || std::isnan(b.AsDouble()))) {
    return false;
  }
  GN_ASSIGN_OR_RETURN(const int order, Compare(a, b));
  if (op == Operator::kLess) return order < 0;
  if (op == Operator::kLessEqual) return order <= 0;
  if (op == Operator::kGreater) return order > 0;
  return order >= 0;
}

Result<Value> Negate(const Value& value) {
  if (value.is_undefined()) return UndefinedError(value);
  Integer whole = 0;
  if (value.AsInteger(whole)) return IntegerArithmetic(Operator::kSubtract, 0, whole);
  if (value.is_float()) return Value(-value.AsDouble());
  return BadArgument("bad operand type for unary -: '" + std::string(value.TypeName()) + "'");
}

Result<Value> GetAttribute(const Value& object, std::string_view name) {
  if (object.is_undefined()) return UndefinedError(object);
  if (HasMethod(object, name)) return BoundMethod(object, name);
  if (const Dict* dict = object.dict()) {
    if (const Value* found = dict->Find(name)) return *found;
  }
  if (const Object* data = object.object()) {
    if (const Namespace* names = std::get_if<Namespace>(&data->data)) {
      for (const auto& [key, value] : names->items) {
        if (key == name) return value;
      }
    }
    if (const Loop* loop = std::get_if<Loop>(&data->data))
      return LoopAttribute(*loop, object, name);
    const Macro* macro = std::get_if<Macro>(&data->data);
    if (macro != nullptr && name == "name") return Value(macro->definition->text);
  }
  return MissingAttribute(object, name);
}

Result<Value> GetItem(const Value& object, const Value& key, Budget& budget) {
  if (object.is_undefined()) return UndefinedError(object);
  Integer index = 0;
  const bool is_index = key.AsInteger(index);
  if (const List* list = object.list(); list != nullptr && is_index) {
    const auto size = static_cast<Integer>(list->items.size());
    if (index < 0) index += size;
    if (index >= 0 && index < size) return list->items[static_cast<std::size_t>(index)];
  }
  if (const std::string* text = object.string(); text != nullptr && is_index) {
    GN_RETURN_IF_ERROR(budget.Walk(object));
    const auto size = static_cast<Integer>(CountChars(*text));
    if (index < 0) index += size;
    if (index >= 0 && index < size) {
      const std::size_t at = ByteOffset(*text, static_cast<std::size_t>(index));
      return Value(text->substr(at, CharBytes((*text)[at])));
    }
  }
  if (const Dict* dict = object.dict()) {
    if (!key.is_string()) GN_RETURN_IF_ERROR(budget.Spend(dict->items.size()));
    if (const Value* found = dict->Find(key)) return *found;
  }
  if (const std::string* name = key.string()) {
    if (object.object() != nullptr || HasMethod(object, *name)) return GetAttribute(object, *name);
    return MissingAttribute(object, *name);
  }
  return Value::Missing(std::string(object.TypeName()) + " object has no such element");
}

Result<Value> Slice(const Value& object, const SliceBounds& bounds, Budget& budget) {
  if (object.is_undefined()) return UndefinedError(object);
  if (!object.is_string() && object.list() == nullptr) {
    return Value::Missing("a " + std::string(object.TypeName()) + " cannot be sliced");
  }
  const std::string* text = object.string();
  GN_RETURN_IF_ERROR(budget.Walk(object));
  const std::size_t count = text != nullptr ? CountChars(*text) : object.list()->items.size();
  Integer step = 1;
  if (bounds.step && !bounds.step->is_none() && !bounds.step->AsInteger(step)) {
    return BadArgument("slice indices must be integers or None");
  }
  if (step == 0) return BadArgument("slice step cannot be zero");
  const auto size = static_cast<Integer>(count);
  const bool backwards = step < 0;
  GN_ASSIGN_OR_RETURN(Integer at,
                      SliceIndex(bounds.start, backwards ? size - 1 : 0, size, backwards));
  GN_ASSIGN_OR_RETURN(const Integer stop,
                      SliceIndex(bounds.stop, backwards ? -1 : size, size, backwards));
  if (text != nullptr && step == 1) {
    const std::size_t begin = ByteOffset(*text, static_cast<std::size_t>(at));
    const auto chars = static_cast<std::size_t>(std::max<Integer>(stop - at, 0));
    const std::string_view rest = std::string_view(*text).substr(begin);
    return budget.Text(std::string(rest.substr(0, ByteOffset(rest, chars))));
  }
  GN_RETURN_IF_ERROR(budget.Spend(count));
  GN_ASSIGN_OR_RETURN(const std::vector<Value> items, Elements(object));
  step = std::clamp<Integer>(step, -size - 1, size + 1);
  std::vector<Value> picked;
  for (; backwards ? at > stop : at < stop; at += step) {
    picked.push_back(items[static_cast<std::size_t>(at)]);
  }
  if (object.list() != nullptr) return budget.List(std::move(picked), object.list()->is_tuple);
  std::string out;
  for (const Value& character : picked) out += *character.string();
  return budget.Text(std::move(out));
}

}  // namespace ganglion::jinja
