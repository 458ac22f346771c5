#include <algorithm>
#include <charconv>
#include <utility>

#include "ganglion/template/limits.h"
#include "ganglion/template/parser.h"

namespace ganglion::jinja {
namespace {

// Counts how deep the parser is, for as long as it lives.
class DepthGuard {
 public:
  explicit DepthGuard(int& depth) : depth_(++depth) {}
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

Status TooDeep(int line) { return ErrorAt(line, "an expression is nested too deeply"); }

}  // namespace

Expression Parser::NewNode(Expression::Kind kind) const {
  Expression node{};
  node.kind = kind;
  node.line = current().line;
  return node;
}

Parser::Node Parser::Finish(Expression node) {
  int deepest = 0;
  for (const ExpressionPtr& child : node.children) {
    if (child != nullptr) deepest = std::max(deepest, child->depth);
  }
  for (const auto& [name, child] : node.named) deepest = std::max(deepest, child->depth);
  node.depth = deepest + 1;
  if (node.depth > kExpressionDepthMax) return TooDeep(node.line);
  return std::make_unique<const Expression>(std::move(node));
}

Parser::Node Parser::ParseExpression() {
  const DepthGuard guard(expression_depth_);
  if (expression_depth_ > kExpressionDepthMax) return TooDeep(current().line);
  GN_ASSIGN_OR_RETURN(ExpressionPtr value, ParseOr());
  while (IsName("if")) {
    Expression node = NewNode(Expression::Kind::kConditional);
    Take();
    GN_ASSIGN_OR_RETURN(ExpressionPtr condition, ParseOr());
    ExpressionPtr otherwise;
    if (SkipName("else")) {
      GN_ASSIGN_OR_RETURN(otherwise, ParseExpression());
    }
    node.children.push_back(std::move(value));
    node.children.push_back(std::move(condition));
    node.children.push_back(std::move(otherwise));
    GN_ASSIGN_OR_RETURN(value, Finish(std::move(node)));
  }
  return value;
}

Parser::Node Parser::ParseTuple() {
  Expression node = NewNode(Expression::Kind::kTuple);
  GN_ASSIGN_OR_RETURN(ExpressionPtr first, ParseExpression());
  if (!IsOperator(",")) return first;
  node.children.push_back(std::move(first));
  while (SkipOperator(",")) {
    if (current().kind == Token::Kind::kOutputEnd || current().kind == Token::Kind::kBlockEnd ||
        IsOperator(")")) {
      break;
    }
    GN_ASSIGN_OR_RETURN(ExpressionPtr item, ParseExpression());
    node.children.push_back(std::move(item));
  }
  return Finish(std::move(node));
}

Parser::Node Parser::ParseLogical(std::string_view name, Expression::Kind kind, Level operand) {
  GN_ASSIGN_OR_RETURN(ExpressionPtr left, (this->*operand)());
  while (IsName(name)) {
    Expression node = NewNode(kind);
    Take();
    GN_ASSIGN_OR_RETURN(ExpressionPtr right, (this->*operand)());
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    GN_ASSIGN_OR_RETURN(left, Finish(std::move(node)));
  }
  return left;
}

Parser::Node Parser::ParseOr() {
  return ParseLogical("or", Expression::Kind::kOr, &Parser::ParseAnd);
}

Parser::Node Parser::ParseAnd() {
  return ParseLogical("and", Expression::Kind::kAnd, &Parser::ParseNot);
}

Parser::Node Parser::ParseNot() {
  if (!IsName("not")) return ParseCompare();
  const DepthGuard guard(expression_depth_);
  if (expression_depth_ > kExpressionDepthMax) return TooDeep(current().line);
  Expression node = NewNode(Expression::Kind::kNot);
  Take();
  GN_ASSIGN_OR_RETURN(ExpressionPtr operand, ParseNot());
  node.children.push_back(std::move(operand));
  return Finish(std::move(node));
}

Parser::Node Parser::ParseCompare() {
  constexpr BinaryOperator kOperators[] = {
      {"==", Operator::kEqual},  {"!=", Operator::kNotEqual},  {"<", Operator::kLess},
      {">", Operator::kGreater}, {"<=", Operator::kLessEqual}, {">=", Operator::kGreaterEqual}};
  Expression node = NewNode(Expression::Kind::kCompare);
  GN_ASSIGN_OR_RETURN(ExpressionPtr first, ParseSum());
  node.children.push_back(std::move(first));
  while (true) {
    const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [this](const auto& op) { return IsOperator(op.text); });
    if (found != std::end(kOperators)) {
      Take();
      node.operators.push_back(found->op);
    } else if (SkipName("in")) {
      node.operators.push_back(Operator::kIn);
    } else if (IsName("not") && next().kind == Token::Kind::kName && next().text == "in") {
      Take();
      Take();
      node.operators.push_back(Operator::kNotIn);
    } else {
      break;
    }
    GN_ASSIGN_OR_RETURN(ExpressionPtr operand, ParseSum());
    node.children.push_back(std::move(operand));
  }
  if (node.operators.empty()) return std::move(node.children[0]);
  return Finish(std::move(node));
}

Parser::Node Parser::ParseBinary(std::initializer_list<BinaryOperator> operators, Level operand) {
  GN_ASSIGN_OR_RETURN(ExpressionPtr left, (this->*operand)());
  while (true) {
    const auto* found = std::find_if(operators.begin(), operators.end(),
                                     [this](const auto& op) { return IsOperator(op.text); });
    if (found == operators.end()) return left;
    Expression node = NewNode(Expression::Kind::kBinary);
    Take();
    node.operators.push_back(found->op);
    GN_ASSIGN_OR_RETURN(ExpressionPtr right, (this->*operand)());
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    GN_ASSIGN_OR_RETURN(left, Finish(std::move(node)));
  }
}

Parser::Node Parser::ParseSum() {
  return ParseBinary({{"+", Operator::kAdd}, {"-", Operator::kSubtract}}, &Parser::ParseConcat);
}

Parser::Node Parser::ParseConcat() {
  Expression node = NewNode(Expression::Kind::kConcat);
  do {
    GN_ASSIGN_OR_RETURN(ExpressionPtr operand, ParseProduct());
    node.children.push_back(std::move(operand));
  } while (SkipOperator("~"));
  if (node.children.size() == 1) return std::move(node.children[0]);
  return Finish(std::move(node));
}

Parser::Node Parser::ParseProduct() {
  return ParseBinary({{"*", Operator::kMultiply},
                      {"//", Operator::kFloorDivide},
                      {"/", Operator::kDivide},
                      {"%", Operator::kModulo}},
                     &Parser::ParsePower);
}

Parser::Node Parser::ParsePower() {
  GN_ASSIGN_OR_RETURN(ExpressionPtr left, ParseUnary(true));
  while (IsOperator("**")) {
    Expression node = NewNode(Expression::Kind::kBinary);
    Take();
    node.operators.push_back(Operator::kPower);
    GN_ASSIGN_OR_RETURN(ExpressionPtr right, ParseUnary(true));
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    GN_ASSIGN_OR_RETURN(left, Finish(std::move(node)));
  }
  return left;
}

Parser::Node Parser::ParseUnary(bool with_filters) {
  const DepthGuard guard(expression_depth_);
  if (expression_depth_ > kExpressionDepthMax) return TooDeep(current().line);
  ExpressionPtr value;
  if (IsOperator("-") || IsOperator("+")) {
    Expression node =
        NewNode(IsOperator("-") ? Expression::Kind::kNegate : Expression::Kind::kPlus);
    Take();
    GN_ASSIGN_OR_RETURN(ExpressionPtr operand, ParseUnary(false));
    node.children.push_back(std::move(operand));
    GN_ASSIGN_OR_RETURN(value, Finish(std::move(node)));
  } else {
    GN_ASSIGN_OR_RETURN(value, ParsePrimary());
  }
  GN_ASSIGN_OR_RETURN(value, ParsePostfix(std::move(value)));
  if (!with_filters) return value;
  return ParseFilters(std::move(value));
}

Parser::Node Parser::ParsePrimary() {
  Expression node = NewNode(Expression::Kind::kConstant);
  const Token::Kind kind = current().kind;
  if (kind == Token::Kind::kName) {
    const std::string name = Take().text;
    if (name == "true" || name == "True") {
      node.constant = Value(true);
    } else if (name == "false" || name == "False") {
      node.constant = Value(false);
    } else if (name == "none" || name == "None") {
      node.constant = Value(None{});
    } else {
      node.kind = Expression::Kind::kName;
      node.text = name;
    }
    return Finish(std::move(node));
  }
  if (kind == Token::Kind::kString) {
    std::string text;
    while (current().kind == Token::Kind::kString) text += Take().text;
    node.constant = Value(std::move(text));
    return Finish(std::move(node));
  }
  if (kind == Token::Kind::kInteger || kind == Token::Kind::kFloat) {
    const std::string text = Take().text;
    std::int64_t whole = 0;
    double real = 0;
    const char* end = text.data() + text.size();
    const bool is_integer = kind == Token::Kind::kInteger;
    const auto error = is_integer ? std::from_chars(text.data(), end, whole).ec
                                  : std::from_chars(text.data(), end, real).ec;
    if (error != std::errc()) return ErrorAt(node.line, "the number " + text + " is out of range");
    node.constant = is_integer ? Value(whole) : Value(real);
    return Finish(std::move(node));
  }
  if (IsOperator("[")) return ParseList();
  if (IsOperator("{")) return ParseDict();
  if (!SkipOperator("(")) return Unexpected("an expression");
  if (SkipOperator(")")) {
    node.kind = Expression::Kind::kTuple;
    return Finish(std::move(node));
  }
  GN_ASSIGN_OR_RETURN(ExpressionPtr inner, ParseTuple());
  GN_RETURN_IF_ERROR(ExpectOperator(")"));
  return inner;
}

Parser::Node Parser::ParseList() {
  Expression node = NewNode(Expression::Kind::kList);
  Take();
  while (!SkipOperator("]")) {
    if (!node.children.empty()) {
      GN_RETURN_IF_ERROR(ExpectOperator(","));
      if (SkipOperator("]")) break;
    }
    GN_ASSIGN_OR_RETURN(ExpressionPtr item, ParseExpression());
    node.children.push_back(std::move(item));
  }
  return Finish(std::move(node));
}

Parser::Node Parser::ParseDict() {
  Expression node = NewNode(Expression::Kind::kDict);
  Take();
  while (!SkipOperator("}")) {
    if (!node.children.empty()) {
      GN_RETURN_IF_ERROR(ExpectOperator(","));
      if (SkipOperator("}")) break;
    }
    GN_ASSIGN_OR_RETURN(ExpressionPtr key, ParseExpression());
    GN_RETURN_IF_ERROR(ExpectOperator(":"));
    GN_ASSIGN_OR_RETURN(ExpressionPtr value, ParseExpression());
    node.children.push_back(std::move(key));
    node.children.push_back(std::move(value));
  }
  return Finish(std::move(node));
}

Parser::Node Parser::ParsePostfix(ExpressionPtr node) {
  while (true) {
    if (IsOperator(".")) {
      Expression attribute = NewNode(Expression::Kind::kAttribute);
      Take();
      if (current().kind == Token::Kind::kInteger) {  // foo.0 is foo[0]
        attribute.kind = Expression::Kind::kItem;
        GN_ASSIGN_OR_RETURN(ExpressionPtr index, ParsePrimary());
        attribute.children.push_back(std::move(node));
        attribute.children.push_back(std::move(index));
      } else {
        GN_ASSIGN_OR_RETURN(attribute.text, ExpectName("a name after '.'"));
        attribute.children.push_back(std::move(node));
      }
      GN_ASSIGN_OR_RETURN(node, Finish(std::move(attribute)));
    } else if (IsOperator("[")) {
      GN_ASSIGN_OR_RETURN(node, ParseSubscript(std::move(node)));
    } else if (IsOperator("(")) {
      GN_ASSIGN_OR_RETURN(node, ParseCall(std::move(node)));
    } else {
      return node;
    }
  }
}

Parser::Node Parser::ParseSubscript(ExpressionPtr object) {
  Expression node = NewNode(Expression::Kind::kItem);
  Take();
  node.children.push_back(std::move(object));
  bool is_slice = false;
  ExpressionPtr part;
  while (!IsOperator("]")) {
    if (SkipOperator(":")) {
      is_slice = true;
      node.children.push_back(std::move(part));
      part = nullptr;
    } else if (part == nullptr) {
      GN_ASSIGN_OR_RETURN(part, ParseExpression());
    } else {
      return Unexpected("']'");
    }
  }
  if (!is_slice && part == nullptr) return Unexpected("an index");
  Take();
  node.children.push_back(std::move(part));
  if (is_slice) {
    node.kind = Expression::Kind::kSlice;
    if (node.children.size() > 4) return ErrorAt(node.line, "a slice has more than three parts");
    node.children.resize(4);
  }
  return Finish(std::move(node));
}

Parser::Node Parser::ParseFilters(ExpressionPtr node) {
  while (true) {
    if (SkipOperator("|")) {
      GN_ASSIGN_OR_RETURN(node, ParseFilter(std::move(node)));
    } else if (SkipName("is")) {
      GN_ASSIGN_OR_RETURN(node, ParseTest(std::move(node)));
    } else if (IsOperator("(")) {
      GN_ASSIGN_OR_RETURN(node, ParseCall(std::move(node)));
    } else {
      return node;
    }
  }
}

Parser::Node Parser::ParseFilter(ExpressionPtr node) {
  Expression filter = NewNode(Expression::Kind::kFilter);
  GN_ASSIGN_OR_RETURN(filter.text, ExpectName("the name of a filter"));
  filter.children.push_back(std::move(node));
  if (SkipOperator("(")) GN_RETURN_IF_ERROR(ParseArguments(filter));
  return Finish(std::move(filter));
}

Parser::Node Parser::ParseTest(ExpressionPtr node) {
  Expression test = NewNode(Expression::Kind::kTest);
  const bool negated = SkipName("not");
  GN_ASSIGN_OR_RETURN(test.text, ExpectName("the name of a test"));
  test.children.push_back(std::move(node));
  const Token::Kind kind = current().kind;
  const bool is_word = IsName("else") || IsName("or") || IsName("and") || IsName("if") ||
                       IsName("not") || IsName("in") || IsName("recursive");
  if (SkipOperator("(")) {
    GN_RETURN_IF_ERROR(ParseArguments(test));
  } else if (IsName("is")) {
    return ErrorAt(test.line, "tests cannot be chained with 'is'");
  } else if ((kind == Token::Kind::kName && !is_word) || kind == Token::Kind::kString ||
             kind == Token::Kind::kInteger || kind == Token::Kind::kFloat || IsOperator("[") ||
             IsOperator("{")) {
    GN_ASSIGN_OR_RETURN(ExpressionPtr argument, ParsePrimary());
    GN_ASSIGN_OR_RETURN(argument, ParsePostfix(std::move(argument)));
    test.children.push_back(std::move(argument));
  }
  const int line = test.line;
  GN_ASSIGN_OR_RETURN(ExpressionPtr result, Finish(std::move(test)));
  if (!negated) return result;
  Expression negation = NewNode(Expression::Kind::kNot);
  negation.line = line;
  negation.children.push_back(std::move(result));
  return Finish(std::move(negation));
}

Parser::Node Parser::ParseCall(ExpressionPtr callee) {
  Expression call = NewNode(Expression::Kind::kCall);
  Take();
  call.children.push_back(std::move(callee));
  GN_RETURN_IF_ERROR(ParseArguments(call));
  return Finish(std::move(call));
}

// After the opening parenthesis, to after the closing one.
Status Parser::ParseArguments(Expression& call) {
  bool is_first = true;
  while (!SkipOperator(")")) {
    if (!is_first) {
      GN_RETURN_IF_ERROR(ExpectOperator(","));
      if (SkipOperator(")")) break;
    }
    is_first = false;
    if (current().kind == Token::Kind::kName && next().kind == Token::Kind::kOperator &&
        next().text == "=") {
      std::string name = Take().text;
      Take();
      GN_ASSIGN_OR_RETURN(ExpressionPtr value, ParseExpression());
      call.named.emplace_back(std::move(name), std::move(value));
    } else if (!call.named.empty()) {
      return Unexpected("a named argument after a named argument");
    } else {
      GN_ASSIGN_OR_RETURN(ExpressionPtr value, ParseExpression());
      call.children.push_back(std::move(value));
    }
  }
  return {};
}

}  // namespace ganglion::jinja
