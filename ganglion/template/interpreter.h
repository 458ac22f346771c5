#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/template/ast.h"
#include "ganglion/template/budget.h"
#include "ganglion/template/call.h"
#include "ganglion/template/date_time.h"
#include "ganglion/template/objects.h"
#include "ganglion/template/value.h"

namespace ganglion::jinja {

// One rendering: walks the tree, holds the variables and the output. Used once.
//
// Invariants:
//   1. Scopes and objects live as long as the interpreter, so values may point at them.
//   2. depth_ counts the frames of Evaluate(), Execute() and macro calls on the stack.
class Interpreter {
 public:
  explicit Interpreter(std::optional<DateTime> now);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  // A variable of the template. The name is copied.
  void Define(std::string_view name, Value value);
  Result<std::string> Run(const std::vector<Statement>& body);

 private:
  enum class Flow { kNormal, kBreak, kContinue };

  // execute.cc
  Result<Flow> ExecuteAll(const std::vector<Statement>& body);
  Result<Flow> Execute(const Statement& statement);
  Result<Flow> ExecuteIf(const Statement& statement);
  Status ExecuteFor(const Statement& statement);
  Status RunLoop(const Statement& statement, const Value& iterable, int depth);
  Result<std::vector<Value>> LoopItems(const Statement& statement, const Value& iterable);
  Result<Flow> ExecuteWith(const Statement& statement);
  Status ExecuteSetBlock(const Statement& statement);
  Status ExecuteFilterBlock(const Statement& statement);
  Status ExecuteCallBlock(const Statement& statement);
  Status DefineMacro(const Statement& statement);
  Status Assign(const Target& target, Value value);
  Status Print(std::string_view text);
  Status PrintValue(const Value& value);
  // Runs the body with an output of its own.
  Result<Value> Capture(const std::vector<Statement>& body);

  // evaluate.cc
  Result<Value> Evaluate(const Expression& expression);
  Result<Value> EvaluateKind(const Expression& expression);
  Value Lookup(const Expression& expression) const;
  Result<Value> EvaluateList(const Expression& expression);
  Result<Value> EvaluateDict(const Expression& expression);
  Result<Value> EvaluateItem(const Expression& expression);
  Result<Value> EvaluateSlice(const Expression& expression);
  Result<Value> EvaluateFilter(const Expression& expression);
  Result<Value> EvaluateTest(const Expression& expression);
  Result<Value> EvaluateUnary(const Expression& expression);
  Result<Value> EvaluateBinary(const Expression& expression);
  Result<Value> EvaluateConcat(const Expression& expression);
  Result<Value> EvaluateCompare(const Expression& expression);
  Result<Value> EvaluateLogical(const Expression& expression);
  Result<Value> EvaluateConditional(const Expression& expression);

  // call_object.cc
  Result<Value> EvaluateCall(const Expression& expression, const Value* caller);
  Result<Arguments> EvaluateArguments(const Expression& expression);
  Result<Value> CallValue(const Value& callee, const Arguments& arguments);
  Result<Value> CallMacro(const Macro& macro, const Arguments& arguments);
  Result<Value> CallLoop(const Loop& loop, const Arguments& arguments);
  Result<Value> CallLoopMethod(Loop& loop, std::string_view name, const Arguments& arguments);
  Result<Value> CallFunction(Function function, const Arguments& arguments);
  Result<Value> MakeNamespace(const Arguments& arguments);
  Result<Value> MakeRange(const Arguments& arguments);

  Result<Object*> NewObject();
  Scope* NewScope(Scope* outer);
  void Leave(Scope* scope);
  Status LocateError(Status error, int line);

  Budget budget_;
  const std::optional<DateTime> now_;
  std::deque<Scope> scopes_;
  std::vector<Scope*> scopes_free_;
  std::deque<Object> objects_;
  std::deque<std::string> names_;  // of the variables given by Define()
  Scope* scope_;
  std::string output_;
  std::string* out_ = &output_;
  Value block_input_;  // of the filter block that is just being evaluated
  int depth_ = 0;
  bool located_ = false;  // whether the error on its way up has its line
};

}  // namespace ganglion::jinja
