#include <algorithm>
#include <utility>

#include "ganglion/template/limits.h"
#include "ganglion/template/parser.h"

namespace ganglion::jinja {

bool Parser::IsOperator(std::string_view text) const {
  return current().kind == Token::Kind::kOperator && current().text == text;
}

bool Parser::IsName(std::string_view text) const {
  return current().kind == Token::Kind::kName && current().text == text;
}

bool Parser::SkipOperator(std::string_view text) {
  if (!IsOperator(text)) return false;
  Take();
  return true;
}

bool Parser::SkipName(std::string_view text) {
  if (!IsName(text)) return false;
  Take();
  return true;
}

Status Parser::Unexpected(std::string_view wanted) const {
  std::string found = "'" + current().text + "'";
  if (current().kind == Token::Kind::kString) found = "a string";
  if (current().kind == Token::Kind::kBlockEnd) found = "'%}'";
  if (current().kind == Token::Kind::kOutputEnd) found = "'}}'";
  if (current().kind == Token::Kind::kEnd) found = "the end of the template";
  return ErrorAt(current().line, "expected " + std::string(wanted) + " but found " + found);
}

Status Parser::Expect(Token::Kind kind, std::string_view what) {
  if (current().kind != kind) return Unexpected(what);
  Take();
  return {};
}

Status Parser::ExpectOperator(std::string_view text) {
  if (SkipOperator(text)) return {};
  return Unexpected("'" + std::string(text) + "'");
}

Result<std::string> Parser::ExpectName(std::string_view what) {
  if (current().kind != Token::Kind::kName) return Unexpected(what);
  return Take().text;
}

Result<std::vector<Statement>> Parser::ParseTemplate() {
  std::vector<Statement> body;
  GN_RETURN_IF_ERROR(ParseBody({}, body));
  return body;
}

// Up to a block that starts with one of `ends`, whose name is then the current token; to the end of
// the template where there are none.
Status Parser::ParseBody(std::initializer_list<std::string_view> ends,
                         std::vector<Statement>& body) {
  if (++statement_depth_ > kStatementDepthMax) {
    return ErrorAt(current().line, "blocks are nested too deeply");
  }
  while (current().kind != Token::Kind::kEnd) {
    Statement statement{};
    statement.line = current().line;
    if (current().kind == Token::Kind::kText) {
      statement.kind = Statement::Kind::kText;
      statement.text = Take().text;
    } else if (current().kind == Token::Kind::kOutputBegin) {
      Take();
      statement.kind = Statement::Kind::kOutput;
      GN_ASSIGN_OR_RETURN(statement.expression, ParseTuple());
      GN_RETURN_IF_ERROR(Expect(Token::Kind::kOutputEnd, "'}}'"));
    } else {
      GN_RETURN_IF_ERROR(Expect(Token::Kind::kBlockBegin, "a block"));
      if (std::any_of(ends.begin(), ends.end(), [this](auto end) { return IsName(end); })) {
        --statement_depth_;
        return {};
      }
      GN_ASSIGN_OR_RETURN(statement, ParseStatement());
    }
    body.push_back(std::move(statement));
  }
  if (ends.size() > 0) return Unexpected("{% " + std::string(*(ends.end() - 1)) + " %}");
  --statement_depth_;
  return {};
}

// A body that ends with one certain block, which is consumed.
Status Parser::ParseBlockBody(std::string_view end, std::vector<Statement>& body) {
  GN_RETURN_IF_ERROR(Expect(Token::Kind::kBlockEnd, "'%}'"));
  GN_RETURN_IF_ERROR(ParseBody({end}, body));
  Take();
  return {};
}

Result<Statement> Parser::ParseStatement() {
  using Kind = Statement::Kind;
  struct Entry {
    std::string_view name;
    Kind kind;
    Status (Parser::*parse)(Statement&);
  };
  constexpr Entry kEntries[] = {
      {"if", Kind::kIf, &Parser::ParseIf},
      {"for", Kind::kFor, &Parser::ParseFor},
      {"set", Kind::kSet, &Parser::ParseSet},
      {"macro", Kind::kMacro, &Parser::ParseMacro},
      {"call", Kind::kCallBlock, &Parser::ParseCallBlock},
      {"filter", Kind::kFilterBlock, &Parser::ParseFilterBlock},
      {"with", Kind::kWith, &Parser::ParseWith},
  };
  Statement statement{};
  statement.line = current().line;
  GN_ASSIGN_OR_RETURN(const std::string name, ExpectName("the name of a block"));
  const auto* entry = std::find_if(std::begin(kEntries), std::end(kEntries),
                                   [&](const Entry& e) { return e.name == name; });
  if (entry != std::end(kEntries)) {
    statement.kind = entry->kind;
    GN_RETURN_IF_ERROR((this->*entry->parse)(statement));
  } else if (name == "break" || name == "continue") {
    if (loop_depth_ == 0) return ErrorAt(statement.line, "'" + name + "' stands outside of a loop");
    statement.kind = name == "break" ? Kind::kBreak : Kind::kContinue;
  } else if (name == "generation") {
    statement.kind = Kind::kGroup;
    GN_RETURN_IF_ERROR(ParseBlockBody("endgeneration", statement.body));
  } else {
    return ErrorAt(statement.line, "the block '" + name + "' is not known or has no beginning");
  }
  GN_RETURN_IF_ERROR(Expect(Token::Kind::kBlockEnd, "'%}'"));
  return statement;
}

Status Parser::ParseIf(Statement& statement) {
  do {
    Statement::Branch branch;
    GN_ASSIGN_OR_RETURN(branch.condition, ParseTuple());
    GN_RETURN_IF_ERROR(Expect(Token::Kind::kBlockEnd, "'%}'"));
    GN_RETURN_IF_ERROR(ParseBody({"elif", "else", "endif"}, branch.body));
    statement.branches.push_back(std::move(branch));
  } while (SkipName("elif"));
  if (SkipName("else")) return ParseBlockBody("endif", statement.otherwise);
  Take();
  return {};
}

Status Parser::ParseFor(Statement& statement) {
  GN_ASSIGN_OR_RETURN(statement.target, ParseTarget(false));
  if (!SkipName("in")) return Unexpected("'in'");
  GN_ASSIGN_OR_RETURN(statement.expression, ParseOr());
  if (SkipName("if")) {
    GN_ASSIGN_OR_RETURN(statement.condition, ParseExpression());
  }
  statement.recursive = SkipName("recursive");
  GN_RETURN_IF_ERROR(Expect(Token::Kind::kBlockEnd, "'%}'"));
  ++loop_depth_;
  GN_RETURN_IF_ERROR(ParseBody({"else", "endfor"}, statement.body));
  --loop_depth_;
  if (SkipName("else")) return ParseBlockBody("endfor", statement.otherwise);
  Take();
  return {};
}

Status Parser::ParseSet(Statement& statement) {
  GN_ASSIGN_OR_RETURN(statement.target, ParseTarget(true));
  if (SkipOperator("=")) {
    GN_ASSIGN_OR_RETURN(statement.expression, ParseTuple());
    return {};
  }
  statement.kind = Statement::Kind::kSetBlock;
  while (SkipOperator("|")) {
    GN_ASSIGN_OR_RETURN(statement.expression, ParseFilter(std::move(statement.expression)));
  }
  return ParseBlockBody("endset", statement.body);
}

Status Parser::ParseMacro(Statement& statement) {
  GN_ASSIGN_OR_RETURN(statement.text, ExpectName("the name of the macro"));
  GN_RETURN_IF_ERROR(ExpectOperator("("));
  GN_RETURN_IF_ERROR(ParseParameters(statement.parameters));
  const int loops = std::exchange(loop_depth_, 0);
  GN_RETURN_IF_ERROR(ParseBlockBody("endmacro", statement.body));
  loop_depth_ = loops;
  if (current().kind == Token::Kind::kName) Take();  // {% endmacro name %}
  return {};
}

Status Parser::ParseCallBlock(Statement& statement) {
  statement.text = "caller";
  if (SkipOperator("(")) GN_RETURN_IF_ERROR(ParseParameters(statement.parameters));
  GN_ASSIGN_OR_RETURN(statement.expression, ParseExpression());
  if (statement.expression->kind != Expression::Kind::kCall) {
    return ErrorAt(statement.line, "{% call %} needs a call, as in {% call name() %}");
  }
  const int loops = std::exchange(loop_depth_, 0);
  GN_RETURN_IF_ERROR(ParseBlockBody("endcall", statement.body));
  loop_depth_ = loops;
  return {};
}

Status Parser::ParseFilterBlock(Statement& statement) {
  do {
    GN_ASSIGN_OR_RETURN(statement.expression, ParseFilter(std::move(statement.expression)));
  } while (SkipOperator("|"));
  return ParseBlockBody("endfilter", statement.body);
}

Status Parser::ParseWith(Statement& statement) {
  while (current().kind != Token::Kind::kBlockEnd) {
    if (!statement.assignments.empty()) GN_RETURN_IF_ERROR(ExpectOperator(","));
    GN_ASSIGN_OR_RETURN(Target target, ParseTarget(false));
    GN_RETURN_IF_ERROR(ExpectOperator("="));
    GN_ASSIGN_OR_RETURN(ExpressionPtr value, ParseExpression());
    statement.assignments.emplace_back(std::move(target), std::move(value));
  }
  return ParseBlockBody("endwith", statement.body);
}

Result<Target> Parser::ParseTarget(bool takes_attribute) {
  Target target;
  const bool in_parentheses = SkipOperator("(");
  GN_ASSIGN_OR_RETURN(std::string first, ExpectName("the name of a variable"));
  target.names.push_back(std::move(first));
  if (takes_attribute && !in_parentheses && SkipOperator(".")) {
    GN_ASSIGN_OR_RETURN(target.attribute, ExpectName("a name after '.'"));
    return target;
  }
  while (SkipOperator(",")) {
    target.unpacks = true;
    if (current().kind != Token::Kind::kName || IsName("in")) break;
    target.names.push_back(Take().text);
  }
  if (in_parentheses) GN_RETURN_IF_ERROR(ExpectOperator(")"));
  for (const std::string& name : target.names) {
    if (name == "true" || name == "false" || name == "none" || name == "True" || name == "False" ||
        name == "None") {
      return ErrorAt(current().line, "'" + name + "' cannot be assigned to");
    }
  }
  return target;
}

// After the opening parenthesis, to after the closing one.
Status Parser::ParseParameters(std::vector<Parameter>& parameters) {
  while (!SkipOperator(")")) {
    if (!parameters.empty()) {
      GN_RETURN_IF_ERROR(ExpectOperator(","));
      if (SkipOperator(")")) break;
    }
    Parameter parameter;
    GN_ASSIGN_OR_RETURN(parameter.name, ExpectName("the name of a parameter"));
    if (SkipOperator("=")) {
      GN_ASSIGN_OR_RETURN(parameter.fallback, ParseExpression());
    } else if (!parameters.empty() && parameters.back().fallback != nullptr) {
      return ErrorAt(current().line,
                     "the parameter '" + parameter.name + "' needs a default, as the one before");
    }
    parameters.push_back(std::move(parameter));
  }
  return {};
}

}  // namespace ganglion::jinja
