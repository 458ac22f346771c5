#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/template/ast.h"
#include "ganglion/template/lexer.h"

namespace ganglion::jinja {

// Recursive descent over the tokens, with Jinja2's grammar and precedences.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<std::vector<Statement>> ParseTemplate();

 private:
  using Node = Result<ExpressionPtr>;
  using Level = Node (Parser::*)();

  // parse_statement.cc
  Status ParseBody(std::initializer_list<std::string_view> ends, std::vector<Statement>& body);
  Status ParseBlockBody(std::string_view end, std::vector<Statement>& body);
  Result<Statement> ParseStatement();
  Status ParseIf(Statement& statement);
  Status ParseFor(Statement& statement);
  Status ParseSet(Statement& statement);
  Status ParseMacro(Statement& statement);
  Status ParseCallBlock(Statement& statement);
  Status ParseFilterBlock(Statement& statement);
  Status ParseWith(Statement& statement);
  Result<Target> ParseTarget(bool takes_attribute);
  Status ParseParameters(std::vector<Parameter>& parameters);

  // parse_expression.cc
  Node ParseExpression();
  Node ParseTuple();  // a, b, c or just a
  Node ParseOr();
  Node ParseAnd();
  Node ParseNot();
  Node ParseCompare();
  Node ParseSum();
  Node ParseConcat();
  Node ParseProduct();
  Node ParsePower();
  Node ParseUnary(bool with_filters);
  Node ParsePrimary();
  Node ParseList();
  Node ParseDict();
  Node ParsePostfix(ExpressionPtr node);
  Node ParseSubscript(ExpressionPtr object);
  Node ParseFilters(ExpressionPtr node);
  Node ParseFilter(ExpressionPtr node);
  Node ParseTest(ExpressionPtr node);
  Node ParseCall(ExpressionPtr callee);
  Status ParseArguments(Expression& call);
  struct BinaryOperator {
    std::string_view text;
    Operator op;
  };
  Node ParseBinary(std::initializer_list<BinaryOperator> operators, Level operand);
  Node ParseLogical(std::string_view name, Expression::Kind kind, Level operand);
  // Refuses a tree that is too deep to be walked.
  Node Finish(Expression node);

  const Token& current() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token Take() { return at_ + 1 < tokens_.size() ? std::move(tokens_[at_++]) : tokens_[at_]; }
  bool IsOperator(std::string_view text) const;
  bool IsName(std::string_view text) const;
  bool SkipOperator(std::string_view text);
  bool SkipName(std::string_view text);
  Status Expect(Token::Kind kind, std::string_view what);
  Status ExpectOperator(std::string_view text);
  Result<std::string> ExpectName(std::string_view what);
  Status Unexpected(std::string_view wanted) const;
  Expression NewNode(Expression::Kind kind) const;

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int expression_depth_ = 0;
  int statement_depth_ = 0;
  int loop_depth_ = 0;
};

}  // namespace ganglion::jinja
