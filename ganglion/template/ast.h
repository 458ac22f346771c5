#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/template/value.h"

// The syntax tree of a template. Immutable once parsed.
namespace ganglion::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

enum class Operator {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
};

struct Expression {
  enum class Kind {
    kConstant,
    kName,         // text
    kList,         // children
    kTuple,        // children
    kDict,         // children: key, value, key, value...
    kAttribute,    // children[0].text
    kItem,         // children[0][children[1]]
    kSlice,        // children[0][children[1]:children[2]:children[3]], null where absent
    kCall,         // children[0](children[1...], named...)
    kFilter,       // children[0] | text(children[1...], named...); no children[0] in filter blocks
    kTest,         // children[0] is text(children[1...])
    kNot,          // children[0]
    kNegate,       // children[0]
    kPlus,         // children[0]
    kBinary,       // children[0] operators[0] children[1]
    kConcat,       // children, joined as text
    kCompare,      // children[0] operators[0] children[1] operators[1] ...
    kAnd,          // children[0] and children[1]
    kOr,           // children[0] or children[1]
    kConditional,  // children[0] if children[1] else children[2] (null where absent)
  };
  Kind kind;
  int line = 1;
  int depth = 1;
  std::string text;
  Value constant;
  std::vector<ExpressionPtr> children;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  std::vector<Operator> operators;
};

// What a for or set assigns to: one name, several (each gets one element), or namespace.attribute.
struct Target {
  std::vector<std::string> names;
  bool unpacks = false;
  std::string attribute;
};

struct Parameter {
  std::string name;
  ExpressionPtr fallback;  // null where there is none
};

struct Statement {
  enum class Kind {
    kText,         // text
    kOutput,       // expression
    kIf,           // branches, otherwise
    kFor,          // target, expression, condition (may be null), recursive, body, otherwise
    kSet,          // target, expression
    kSetBlock,     // target, body, expression (filters; may be null)
    kMacro,        // text, parameters, body
    kCallBlock,    // expression (a call), parameters, body
    kFilterBlock,  // expression (filters), body
    kWith,         // assignments, body
    kGroup,        // body, in the scope around it
    kBreak,
    kContinue,
  };
  struct Branch {
    ExpressionPtr condition;
    std::vector<Statement> body;
  };
  Kind kind;
  int line = 1;
  std::string text;
  Target target;
  ExpressionPtr expression;
  ExpressionPtr condition;
  bool recursive = false;
  std::vector<Parameter> parameters;
  std::vector<std::pair<Target, ExpressionPtr>> assignments;
  std::vector<Branch> branches;
  std::vector<Statement> body;
  std::vector<Statement> otherwise;
};

}  // namespace ganglion::jinja
