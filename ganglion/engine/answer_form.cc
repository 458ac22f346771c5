#include "ganglion/engine/answer_form.h"

#include <utility>

#include "ganglion/grammar/gbnf/gbnf.h"

namespace ganglion::engine {
namespace {

using grammar::SchemaOptions;
using Compiled = Result<std::shared_ptr<const grammar::Grammar>>;

constexpr std::string_view kAnyObject = R"({"type":"object"})";

Compiled Compile(const AnswerForm& form) {
  SchemaOptions options;
  options.order = form.order;
  options.white_space = form.white_space;
  // A model goes on with members that nobody asked for; where they are wanted, they are named.
  options.undeclared = SchemaOptions::Undeclared::kLeftOut;
  switch (form.kind) {
    case AnswerForm::Kind::kJsonSchema:
    case AnswerForm::Kind::kJsonObject: {
      const bool any = form.kind == AnswerForm::Kind::kJsonObject;
      GN_ASSIGN_OR_RETURN(auto compiled,
                          grammar::CompileSchema(any ? kAnyObject : form.text, options));
      return std::move(compiled.grammar);
    }
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
