#include <algorithm>
#include <utility>

#include "ganglion/template/interpreter.h"
#include "ganglion/template/operators.h"

// Calls of methods, macros, loops and functions.

namespace ganglion::jinja {

Result<Arguments> Interpreter::EvaluateArguments(const Expression& expression) {
  Arguments arguments;
  arguments.positional.reserve(expression.children.size() - 1);
  for (std::size_t i = 1; i < expression.children.size(); ++i) {
    GN_ASSIGN_OR_RETURN(Value value, Evaluate(*expression.children[i]));
    arguments.positional.push_back(std::move(value));
  }
  for (const auto& [name, child] : expression.named) {
    GN_ASSIGN_OR_RETURN(Value value, Evaluate(*child));
    arguments.named.emplace_back(name, std::move(value));
  }
  return arguments;
}

// `caller` is what a {% call %} block hands to the macro.
Result<Value> Interpreter::EvaluateCall(const Expression& expression, const Value* caller) {
  const Expression& callee = *expression.children[0];
  if (callee.kind != Expression::Kind::kAttribute) {
    GN_ASSIGN_OR_RETURN(const Value value, Evaluate(callee));
    GN_ASSIGN_OR_RETURN(Arguments arguments, EvaluateArguments(expression));
    if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
    return CallValue(value, arguments);
  }
  GN_ASSIGN_OR_RETURN(const Value self, Evaluate(*callee.children[0]));
  GN_ASSIGN_OR_RETURN(Arguments arguments, EvaluateArguments(expression));
  if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
  auto located = [&](Result<Value> result) -> Result<Value> {
    if (result.ok()) return result;
    return LocateError(std::move(result).error(), callee.line);
  };
  if (HasMethod(self, callee.text)) {
    return located(CallMethod(self, callee.text, arguments, budget_));
  }
  Object* object = self.object();
  Loop* loop = object == nullptr ? nullptr : std::get_if<Loop>(&object->data);
  if (loop != nullptr) return located(CallLoopMethod(*loop, callee.text, arguments));
  GN_ASSIGN_OR_RETURN(const Value value, located(GetAttribute(self, callee.text)));
  return located(CallValue(value, arguments));
}

Result<Value> Interpreter::CallValue(const Value& callee, const Arguments& arguments) {
  if (callee.is_undefined()) return UndefinedError(callee);
  if (const Method* method = callee.method()) {
    return CallMethod(method->self, method->name, arguments, budget_);
  }
  if (Object* object = callee.object()) {
    if (const Macro* macro = std::get_if<Macro>(&object->data)) return CallMacro(*macro, arguments);
    if (const Loop* loop = std::get_if<Loop>(&object->data)) return CallLoop(*loop, arguments);
    if (const Function* function = std::get_if<Function>(&object->data)) {
      return CallFunction(*function, arguments);
    }
  }
  return BadArgument("'" + std::string(callee.TypeName()) + "' object is not callable");
}

Result<Value> Interpreter::CallMacro(const Macro& macro, const Arguments& arguments) {
  const std::vector<Parameter>& parameters = macro.definition->parameters;
  const std::string name = "macro '" + macro.definition->text + "'";
  if (arguments.positional.size() > parameters.size()) {
    return BadArgument(name + " takes not more than " + std::to_string(parameters.size()) +
                       " argument(s)");
  }
  Scope* outer = std::exchange(scope_, NewScope(macro.scope));
  for (const auto& [key, value] : arguments.named) {
    const bool known =
        key == "caller" || std::any_of(parameters.begin(), parameters.end(),
                                       [&key = key](const Parameter& p) { return p.name == key; });
    if (!known) return BadArgument(name + " takes no keyword argument '" + std::string(key) + "'");
    scope_->Set(key, value);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (i < arguments.positional.size()) {
      scope_->Set(parameter.name, arguments.positional[i]);
    } else if (scope_->FindHere(parameter.name) == nullptr) {
      Value value = Value::Missing("parameter '" + parameter.name + "' was not provided");
      if (parameter.fallback != nullptr) {
        GN_ASSIGN_OR_RETURN(value, Evaluate(*parameter.fallback));
      }
      scope_->Set(parameter.name, std::move(value));
    }
  }
  auto text = Capture(macro.definition->body);
  Leave(std::exchange(scope_, outer));
  return text;
}

// loop(children), in a recursive loop: the same loop over other items, as text.
Result<Value> Interpreter::CallLoop(const Loop& loop, const Arguments& arguments) {
  if (loop.items == nullptr || !loop.statement->recursive) {
    return BadArgument("the loop is not recursive: {% for ... recursive %} makes it so");
  }
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"iterable"}));
  std::string text;
  std::string* out = std::exchange(out_, &text);
  Scope* outer = std::exchange(scope_, loop.scope);
  Status status = RunLoop(*loop.statement, bound[0], loop.depth + 1);
  scope_ = outer;
  out_ = out;
  GN_RETURN_IF_ERROR(std::move(status));
  return budget_.Text(std::move(text));
}

Result<Value> Interpreter::CallLoopMethod(Loop& loop, std::string_view name,
                                          const Arguments& arguments) {
  if (loop.items == nullptr) return BadArgument("'loop' is used after its loop has ended");
  if (name == "cycle") {
    if (arguments.positional.empty()) return BadArgument("no items for cycling given");
    return arguments.positional[loop.index % arguments.positional.size()];
  }
  if (name == "changed") {
    GN_ASSIGN_OR_RETURN(Value now, budget_.List(arguments.positional));
    GN_RETURN_IF_ERROR(budget_.Walk(now));
    const bool changed = !Equal(now, loop.last_changed);
    loop.last_changed = std::move(now);
    return Value(changed);
  }
  return BadArgument("'loop' has no method '" + std::string(name) + "'");
}

Result<Value> Interpreter::CallFunction(Function function, const Arguments& arguments) {
  switch (function) {
    case Function::kRange:
      return MakeRange(arguments);
    case Function::kNamespace:
      return MakeNamespace(arguments);
    case Function::kDict: {
      std::vector<std::pair<Value, Value>> items;
      for (const Value& given : arguments.positional) {
        if (given.dict() == nullptr) return BadArgument("dict() needs a dict or named arguments");
        GN_RETURN_IF_ERROR(budget_.Spend(given.dict()->items.size() * 64));
        items.insert(items.end(), given.dict()->items.begin(), given.dict()->items.end());
      }
      for (const auto& [name, value] : arguments.named) {
        items.emplace_back(Value(std::string(name)), value);
      }
      GN_RETURN_IF_ERROR(budget_.Make(items.size() * 2 * sizeof(Value)));
      Value dict = MakeDict(std::move(items));
      if (dict.depth() > kValueDepthMax) return BadArgument("dicts are nested too deeply");
      return dict;
    }
    case Function::kRaiseException: {
      GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"message"}));
      return BadArgument(bound[0].is_string() ? *bound[0].string() : "the template gave up");
    }
    case Function::kStrftimeNow:
      break;
  }
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"format"}));
  if (!bound[0].is_string()) return BadArgument("strftime_now() needs a string");
  if (!now_) return BadArgument("strftime_now() is called, but no time was given");
  GN_ASSIGN_OR_RETURN(std::string text, FormatTime(*now_, *bound[0].string()));
  return budget_.Text(std::move(text));
}

Result<Value> Interpreter::MakeNamespace(const Arguments& arguments) {
  Namespace names;
  for (const Value& given : arguments.positional) {
    if (given.dict() == nullptr) return BadArgument("namespace() needs named arguments");
    for (const auto& [key, value] : given.dict()->items) {
      if (key.is_string()) names.items.emplace_back(*key.string(), value);
    }
  }
  for (const auto& [name, value] : arguments.named) names.items.emplace_back(name, value);
  GN_RETURN_IF_ERROR(budget_.Make(names.items.size() * (sizeof(Value) + sizeof(std::string))));
  GN_ASSIGN_OR_RETURN(Object * object, NewObject());
  object->data = std::move(names);
  return Value(object);
}

Result<Value> Interpreter::MakeRange(const Arguments& arguments) {
  Integer parts[3] = {0, 0, 1};
  const std::size_t count = arguments.positional.size();
  if (count < 1 || count > 3 || !arguments.named.empty()) {
    return BadArgument("range() takes one to three numbers");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (arguments.positional[i].is_undefined()) return UndefinedError(arguments.positional[i]);
    if (!arguments.positional[i].AsInteger(parts[count == 1 ? 1 : i])) {
      return BadArgument("range() needs integers");
    }
  }
  const auto [start, stop, step] = parts;
  if (step == 0) return BadArgument("range() arg 3 must not be zero");
  std::vector<Value> items;
  for (Integer at = start; step > 0 ? at < stop : at > stop; at += step) {
    if (items.size() >= static_cast<std::size_t>(kRangeMax)) {
      return Status(Code::kResourceExhausted,
                    "range() is longer than " + std::to_string(kRangeMax));
    }
    items.emplace_back(at);
    if (step > (Integer{1} << 64) || step < -(Integer{1} << 64)) break;  // the next is beyond stop
  }
  return budget_.List(std::move(items));
}

}  // namespace ganglion::jinja
