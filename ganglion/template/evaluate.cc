#include <utility>

#include "ganglion/template/format.h"
#include "ganglion/template/interpreter.h"
#include "ganglion/template/lexer.h"
#include "ganglion/template/operators.h"

// The expressions. Each kind has a function of its own, so that a level of recursion costs little
// stack.

namespace ganglion::jinja {

// Keeps the innermost line: it is where things went wrong.
Status Interpreter::LocateError(Status error, int line) {
  if (std::exchange(located_, true)) return error;
  return std::move(error).WithContext("chat template, line " + std::to_string(line));
}

Result<Value> Interpreter::Evaluate(const Expression& expression) {
  if (depth_ >= kEvaluationDepthMax) {
    return LocateError(Status(Code::kResourceExhausted,
                              "calls and expressions are nested deeper "
                              "than the template engine allows"),
                       expression.line);
  }
  ++depth_;
  auto result = EvaluateKind(expression);
  --depth_;
  if (result.ok()) return result;
  return LocateError(std::move(result).error(), expression.line);
}

Result<Value> Interpreter::EvaluateKind(const Expression& expression) {
  GN_RETURN_IF_ERROR(budget_.Spend(1));
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::kConstant:
      return expression.constant;
    case Kind::kName:
      return Lookup(expression);
    case Kind::kList:
    case Kind::kTuple:
      return EvaluateList(expression);
    case Kind::kDict:
      return EvaluateDict(expression);
    case Kind::kAttribute:
    case Kind::kItem:
      return EvaluateItem(expression);
    case Kind::kSlice:
      return EvaluateSlice(expression);
    case Kind::kCall:
      return EvaluateCall(expression, nullptr);
    case Kind::kFilter:
      return EvaluateFilter(expression);
    case Kind::kTest:
      return EvaluateTest(expression);
    case Kind::kNot:
    case Kind::kNegate:
    case Kind::kPlus:
      return EvaluateUnary(expression);
    case Kind::kBinary:
      return EvaluateBinary(expression);
    case Kind::kConcat:
      return EvaluateConcat(expression);
    case Kind::kCompare:
      return EvaluateCompare(expression);
    case Kind::kAnd:
    case Kind::kOr:
      return EvaluateLogical(expression);
    case Kind::kConditional:
      break;
  }
  return EvaluateConditional(expression);
}

Value Interpreter::Lookup(const Expression& expression) const {
  if (const Value* found = scope_->Find(expression.text)) return *found;
  return Value::Missing("'" + expression.text + "' is undefined");
}

Result<Value> Interpreter::EvaluateList(const Expression& expression) {
  std::vector<Value> items;
  items.reserve(expression.children.size());
  for (const ExpressionPtr& child : expression.children) {
    GN_ASSIGN_OR_RETURN(Value item, Evaluate(*child));
    items.push_back(std::move(item));
  }
  return budget_.List(std::move(items), expression.kind == Expression::Kind::kTuple);
}

Result<Value> Interpreter::EvaluateDict(const Expression& expression) {
  constexpr std::size_t kOtherKeysMax = 64;  // their look-up is linear
  std::vector<std::pair<Value, Value>> items;
  std::size_t other_keys = 0;
  for (std::size_t i = 0; i < expression.children.size(); i += 2) {
    GN_ASSIGN_OR_RETURN(Value key, Evaluate(*expression.children[i]));
    GN_ASSIGN_OR_RETURN(Value value, Evaluate(*expression.children[i + 1]));
    if (key.list() != nullptr || key.dict() != nullptr) {
      return BadArgument("unhashable type: '" + std::string(key.TypeName()) + "'");
    }
    if (!key.is_string() && ++other_keys > kOtherKeysMax) {
      return BadArgument("a dict has too many keys that are not strings");
    }
    items.emplace_back(std::move(key), std::move(value));
  }
  GN_RETURN_IF_ERROR(budget_.Spend(items.size() * (1 + other_keys)));
  GN_RETURN_IF_ERROR(budget_.Make(items.size() * 2 * sizeof(Value)));
  Value dict = MakeDict(std::move(items));
  if (dict.depth() > kValueDepthMax) return BadArgument("dicts are nested too deeply");
  return dict;
}

Result<Value> Interpreter::EvaluateItem(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value object, Evaluate(*expression.children[0]));
  if (expression.kind == Expression::Kind::kAttribute) {
    return GetAttribute(object, expression.text);
  }
  GN_ASSIGN_OR_RETURN(const Value key, Evaluate(*expression.children[1]));
  return GetItem(object, key, budget_);
}

Result<Value> Interpreter::EvaluateSlice(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value object, Evaluate(*expression.children[0]));
  SliceBounds bounds;
  std::optional<Value>* const parts[] = {&bounds.start, &bounds.stop, &bounds.step};
  for (std::size_t i = 0; i < 3; ++i) {
    if (expression.children[i + 1] == nullptr) continue;
    GN_ASSIGN_OR_RETURN(*parts[i], Evaluate(*expression.children[i + 1]));
  }
  return Slice(object, bounds, budget_);
}

Result<Value> Interpreter::EvaluateFilter(const Expression& expression) {
  Value input;
  if (expression.children[0] != nullptr) {
    GN_ASSIGN_OR_RETURN(input, Evaluate(*expression.children[0]));
  } else {
    input = std::move(block_input_);
  }
  GN_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expression));
  return ApplyFilter(expression.text, input, arguments, budget_);
}

Result<Value> Interpreter::EvaluateTest(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value value, Evaluate(*expression.children[0]));
  GN_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expression));
  GN_ASSIGN_OR_RETURN(const bool holds, ApplyTest(expression.text, value, arguments, budget_));
  return Value(holds);
}

Result<Value> Interpreter::EvaluateUnary(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value value, Evaluate(*expression.children[0]));
  if (expression.kind == Expression::Kind::kNot) return Value(!value.Truthy());
  if (expression.kind == Expression::Kind::kNegate) return Negate(value);
  return Arithmetic(Operator::kAdd, Value(std::int64_t{0}), value, budget_);
}

Result<Value> Interpreter::EvaluateBinary(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value a, Evaluate(*expression.children[0]));
  GN_ASSIGN_OR_RETURN(const Value b, Evaluate(*expression.children[1]));
  return Arithmetic(expression.operators[0], a, b, budget_);
}

Result<Value> Interpreter::EvaluateConcat(const Expression& expression) {
  std::string out;
  for (const ExpressionPtr& child : expression.children) {
    GN_ASSIGN_OR_RETURN(const Value value, Evaluate(*child));
    GN_RETURN_IF_ERROR(budget_.Walk(value));
    GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
    GN_RETURN_IF_ERROR(budget_.Append(text, out));
  }
  return Value(std::move(out));
}

Result<Value> Interpreter::EvaluateCompare(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(Value left, Evaluate(*expression.children[0]));
  for (std::size_t i = 0; i < expression.operators.size(); ++i) {
    GN_ASSIGN_OR_RETURN(Value right, Evaluate(*expression.children[i + 1]));
    GN_ASSIGN_OR_RETURN(const bool holds, Relation(expression.operators[i], left, right, budget_));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Interpreter::EvaluateLogical(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(Value left, Evaluate(*expression.children[0]));
  if (left.Truthy() == (expression.kind == Expression::Kind::kOr)) return left;
  return Evaluate(*expression.children[1]);
}

Result<Value> Interpreter::EvaluateConditional(const Expression& expression) {
  GN_ASSIGN_OR_RETURN(const Value condition, Evaluate(*expression.children[1]));
  if (condition.Truthy()) return Evaluate(*expression.children[0]);
  if (expression.children[2] != nullptr) return Evaluate(*expression.children[2]);
  return Value::Missing(
      "the inline if-expression evaluated to false and no else section was "
      "defined");
}

}  // namespace ganglion::jinja
