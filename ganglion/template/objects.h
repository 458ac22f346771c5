#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ganglion/template/value.h"

namespace ganglion::jinja {

struct Statement;

// The variables of one block. Lookups go outwards. Owned by the interpreter, as are all objects.
struct Scope {
  Scope* outer = nullptr;
  std::vector<std::pair<std::string_view, Value>> variables;  // names lie in the syntax tree
  bool captured = false;  // a macro defined in it may outlive the block

  const Value* FindHere(std::string_view name) const;
  const Value* Find(std::string_view name) const;
  void Set(std::string_view name, Value value);
};

struct Namespace {
  std::vector<std::pair<std::string, Value>> items;
};

struct Macro {
  const Statement* definition = nullptr;  // its arguments and body
  Scope* scope = nullptr;                 // where it was defined
};

// {% for %}'s variable `loop`.
struct Loop {
  const std::vector<Value>* items = nullptr;  // null once the loop has ended
  std::size_t index = 0;
  int depth = 1;
  const Statement* statement = nullptr;  // for recursive loops
  Scope* scope = nullptr;
  Value last_changed;
};

enum class Function { kRange, kNamespace, kDict, kRaiseException, kStrftimeNow };

struct Object {
  std::variant<Namespace, Macro, Loop, Function> data;
};

}  // namespace ganglion::jinja
