#include <utility>

#include "ganglion/template/format.h"
#include "ganglion/template/interpreter.h"

// The statements.

namespace ganglion::jinja {

Interpreter::Interpreter(std::optional<DateTime> now)
    : now_(now), scopes_(1), scope_(&scopes_.front()) {
  constexpr std::pair<std::string_view, Function> kFunctions[] = {
      {"range", Function::kRange},
      {"namespace", Function::kNamespace},
      {"dict", Function::kDict},
      {"raise_exception", Function::kRaiseException},
      {"strftime_now", Function::kStrftimeNow}};
  for (const auto& [name, function] : kFunctions) {
    Object& object = objects_.emplace_back();
    object.data = function;
    scope_->Set(name, Value(&object));
  }
}

void Interpreter::Define(std::string_view name, Value value) {
  scope_->Set(names_.emplace_back(name), std::move(value));
}

Result<std::string> Interpreter::Run(const std::vector<Statement>& body) {
  GN_ASSIGN_OR_RETURN([[maybe_unused]] const Flow flow, ExecuteAll(body));
  return std::move(output_);
}

Result<Object*> Interpreter::NewObject() {
  GN_RETURN_IF_ERROR(budget_.Make(sizeof(Object)));
  return &objects_.emplace_back();
}

Scope* Interpreter::NewScope(Scope* outer) {
  if (scopes_free_.empty()) scopes_free_.push_back(&scopes_.emplace_back());
  Scope* scope = scopes_free_.back();
  scopes_free_.pop_back();
  scope->outer = outer;
  return scope;
}

void Interpreter::Leave(Scope* scope) {
  if (scope->captured) return;
  scope->variables.clear();
  scopes_free_.push_back(scope);
}

Status Interpreter::Print(std::string_view text) {
  if (out_->size() + text.size() > kOutputBytesMax) {
    return Status(Code::kResourceExhausted,
                  "the template prints more than " + std::to_string(kOutputBytesMax) + " bytes");
  }
  return budget_.Append(text, *out_);
}

Status Interpreter::PrintValue(const Value& value) {
  if (const std::string* text = value.string()) return Print(*text);
  GN_RETURN_IF_ERROR(budget_.Walk(value));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  return Print(text);
}

Result<Value> Interpreter::Capture(const std::vector<Statement>& body) {
  std::string text;
  std::string* outer = std::exchange(out_, &text);
  auto flow = ExecuteAll(body);
  out_ = outer;
  if (!flow.ok()) return std::move(flow).error();
  return budget_.Text(std::move(text));
}

Result<Interpreter::Flow> Interpreter::ExecuteAll(const std::vector<Statement>& body) {
  for (const Statement& statement : body) {
    GN_RETURN_IF_ERROR(budget_.Spend(1));
    if (depth_ >= kEvaluationDepthMax) {
      return LocateError(Status(Code::kResourceExhausted,
                                "blocks and calls are nested deeper than the engine allows"),
                         statement.line);
    }
    ++depth_;
    auto flow = Execute(statement);
    --depth_;
    if (!flow.ok()) return LocateError(std::move(flow).error(), statement.line);
    if (*flow != Flow::kNormal) return *flow;
  }
  return Flow::kNormal;
}

Result<Interpreter::Flow> Interpreter::Execute(const Statement& statement) {
  using Kind = Statement::Kind;
  switch (statement.kind) {
    case Kind::kIf:
      return ExecuteIf(statement);
    case Kind::kWith:
      return ExecuteWith(statement);
    case Kind::kGroup:
      return ExecuteAll(statement.body);
    case Kind::kBreak:
      return Flow::kBreak;
    case Kind::kContinue:
      return Flow::kContinue;
    case Kind::kText:
      GN_RETURN_IF_ERROR(Print(statement.text));
      break;
    case Kind::kOutput: {
      GN_ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.expression));
      GN_RETURN_IF_ERROR(PrintValue(value));
      break;
    }
    case Kind::kSet: {
      GN_ASSIGN_OR_RETURN(Value value, Evaluate(*statement.expression));
      GN_RETURN_IF_ERROR(Assign(statement.target, std::move(value)));
      break;
    }
    case Kind::kFor:
      GN_RETURN_IF_ERROR(ExecuteFor(statement));
      break;
    case Kind::kSetBlock:
      GN_RETURN_IF_ERROR(ExecuteSetBlock(statement));
      break;
    case Kind::kMacro:
      GN_RETURN_IF_ERROR(DefineMacro(statement));
      break;
    case Kind::kCallBlock:
      GN_RETURN_IF_ERROR(ExecuteCallBlock(statement));
      break;
    case Kind::kFilterBlock:
      GN_RETURN_IF_ERROR(ExecuteFilterBlock(statement));
      break;
  }
  return Flow::kNormal;
}

Result<Interpreter::Flow> Interpreter::ExecuteIf(const Statement& statement) {
  for (const Statement::Branch& branch : statement.branches) {
    GN_ASSIGN_OR_RETURN(const Value condition, Evaluate(*branch.condition));
    if (condition.Truthy()) return ExecuteAll(branch.body);
  }
  return ExecuteAll(statement.otherwise);
}

Status Interpreter::ExecuteFor(const Statement& statement) {
  GN_ASSIGN_OR_RETURN(const Value iterable, Evaluate(*statement.expression));
  return RunLoop(statement, iterable, 1);
}

// What the loop walks over, after its `if`.
Result<std::vector<Value>> Interpreter::LoopItems(const Statement& statement,
                                                  const Value& iterable) {
  GN_RETURN_IF_ERROR(budget_.Walk(iterable));
  GN_ASSIGN_OR_RETURN(std::vector<Value> items, Elements(iterable));
  GN_RETURN_IF_ERROR(budget_.Spend(items.size()));
  if (statement.condition == nullptr) return items;
  std::vector<Value> kept;
  for (Value& item : items) {
    GN_RETURN_IF_ERROR(budget_.Iterate());
    Scope* outer = std::exchange(scope_, NewScope(scope_));
    GN_RETURN_IF_ERROR(Assign(statement.target, item));
    GN_ASSIGN_OR_RETURN(const Value condition, Evaluate(*statement.condition));
    Leave(std::exchange(scope_, outer));
    if (condition.Truthy()) kept.push_back(std::move(item));
  }
  return kept;
}

Status Interpreter::RunLoop(const Statement& statement, const Value& iterable, int depth) {
  auto items = LoopItems(statement, iterable);
  if (!items.ok()) return std::move(items).error();
  GN_ASSIGN_OR_RETURN(Object * object, NewObject());
  object->data = Loop{&*items, 0, depth, &statement, scope_, Value()};
  Loop& loop = std::get<Loop>(object->data);
  for (; loop.index < items->size(); ++loop.index) {
    GN_RETURN_IF_ERROR(budget_.Iterate());
    Scope* outer = std::exchange(scope_, NewScope(scope_));
    scope_->Set("loop", Value(object));
    GN_RETURN_IF_ERROR(Assign(statement.target, (*items)[loop.index]));
    auto flow = ExecuteAll(statement.body);
    Leave(std::exchange(scope_, outer));
    if (!flow.ok()) return std::move(flow).error();
    if (*flow == Flow::kBreak) break;
  }
  loop.items = nullptr;
  if (!items->empty()) return {};
  auto flow = ExecuteAll(statement.otherwise);
  return flow.ok() ? Status() : std::move(flow).error();
}

Result<Interpreter::Flow> Interpreter::ExecuteWith(const Statement& statement) {
  Scope* inner = NewScope(scope_);
  for (const auto& [target, expression] : statement.assignments) {
    GN_ASSIGN_OR_RETURN(Value value, Evaluate(*expression));
    Scope* outer = std::exchange(scope_, inner);
    GN_RETURN_IF_ERROR(Assign(target, std::move(value)));
    scope_ = outer;
  }
  Scope* outer = std::exchange(scope_, inner);
  auto flow = ExecuteAll(statement.body);
  Leave(std::exchange(scope_, outer));
  return flow;
}

Status Interpreter::ExecuteSetBlock(const Statement& statement) {
  auto captured = Capture(statement.body);
  if (!captured.ok()) return std::move(captured).error();
  if (statement.expression == nullptr) return Assign(statement.target, *std::move(captured));
  block_input_ = *std::move(captured);
  GN_ASSIGN_OR_RETURN(Value filtered, Evaluate(*statement.expression));
  return Assign(statement.target, std::move(filtered));
}

Status Interpreter::ExecuteFilterBlock(const Statement& statement) {
  auto captured = Capture(statement.body);
  if (!captured.ok()) return std::move(captured).error();
  block_input_ = *std::move(captured);
  GN_ASSIGN_OR_RETURN(const Value filtered, Evaluate(*statement.expression));
  return PrintValue(filtered);
}

Status Interpreter::DefineMacro(const Statement& statement) {
  GN_ASSIGN_OR_RETURN(Object * object, NewObject());
  object->data = Macro{&statement, scope_};
  // The macro may be called when this block is long over.
  for (Scope* scope = scope_; scope != nullptr; scope = scope->outer) scope->captured = true;
  scope_->Set(statement.text, Value(object));
  return {};
}

Status Interpreter::ExecuteCallBlock(const Statement& statement) {
  GN_ASSIGN_OR_RETURN(Object * object, NewObject());
  object->data = Macro{&statement, scope_};
  for (Scope* scope = scope_; scope != nullptr; scope = scope->outer) scope->captured = true;
  const Value caller(object);
  GN_ASSIGN_OR_RETURN(const Value result, EvaluateCall(*statement.expression, &caller));
  return PrintValue(result);
}

Status Interpreter::Assign(const Target& target, Value value) {
  if (!target.attribute.empty()) {
    const Value* owner = scope_->Find(target.names[0]);
    Object* object = owner == nullptr ? nullptr : owner->object();
    Namespace* names = object == nullptr ? nullptr : std::get_if<Namespace>(&object->data);
    if (names == nullptr) return BadArgument("cannot assign attribute on non-namespace object");
    for (auto& [name, old] : names->items) {
      if (name != target.attribute) continue;
      old = std::move(value);
      return {};
    }
    names->items.emplace_back(target.attribute, std::move(value));
    return {};
  }
  if (!target.unpacks) {
    scope_->Set(target.names[0], std::move(value));
    return {};
  }
  GN_ASSIGN_OR_RETURN(std::vector<Value> parts, Elements(value));
  if (parts.size() != target.names.size()) {
    return BadArgument("expected " + std::to_string(target.names.size()) +
                       " values to unpack, got " + std::to_string(parts.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) scope_->Set(target.names[i], parts[i]);
  return {};
}

}  // namespace ganglion::jinja
