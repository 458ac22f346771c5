#include "ganglion/engine/answer_form.h"

#include <utility>

#include "ganglion/grammar/gbnf/gbnf.h"

namespace ganglion::engine {
namespace {

using grammar::SchemaOptions;
using Compiled = Result<std::shared_ptr<const grammar::Grammar>>;

constexpr const char* kAnyObject = R"({"type":"object"})";

Status NotYet(std::string what) {
  return Status(Code::kUnimplemented, std::move(what) + " cannot be enforced yet");
}

// The one place where the engine compiles a schema.
Compiled CompileSchemaText(const std::string& text, const SchemaOptions& options) {
  if (options.order != SchemaOptions::MemberOrder::kDeclared) {
    return NotYet("members in any order");
  }
  if (options.white_space != SchemaOptions::WhiteSpace::kNone) return NotYet("white space");
  return grammar::CompileJsonSchema(text, options.limits);
}

Compiled Compile(const AnswerForm& form) {
  SchemaOptions options;
  options.order = form.order;
  options.white_space = form.white_space;
  switch (form.kind) {
    case AnswerForm::Kind::kJsonSchema:
      return CompileSchemaText(form.text, options);
    case AnswerForm::Kind::kJsonObject:
      return CompileSchemaText(kAnyObject, options);
    case AnswerForm::Kind::kGrammar:
      return grammar::CompileGbnf(form.text);
    case AnswerForm::Kind::kChoices:
      return grammar::CompileChoices(form.choices);
    case AnswerForm::Kind::kRegex:
      break;
  }
  return grammar::CompileRegexGrammar(form.text);
}

}  // namespace

Compiled CompileForm(const AnswerForm& form) {
  Compiled compiled = Compile(form);
  if (compiled.ok() || compiled.error().code() == Code::kUnimplemented) return compiled;
  return Status(Code::kInvalidArgument, std::string(compiled.error().message()));
}

}  // namespace ganglion::engine
