#include "ganglion/engine/answer_form.h"

#include <utility>

#include "ganglion/grammar/gbnf/gbnf.h"

namespace ganglion::engine {
namespace {

using grammar::SchemaOptions;
using Compiled = Result<CompiledForm>;

constexpr std::string_view kAnyObject = R"({"type":"object"})";

Compiled WithoutValidator(Result<std::shared_ptr<const grammar::Grammar>> grammar) {
  if (!grammar.ok()) return std::move(grammar).error();
  return CompiledForm{*std::move(grammar)};
}

Compiled Compile(const AnswerForm& form) {
  SchemaOptions options;
  options.order = form.order;
  options.white_space = form.white_space;
  // A model goes on with members that nobody asked for; where they are wanted, they are named.
  options.undeclared = SchemaOptions::Undeclared::kLeftOut;
  if (form.validates) options.unenforced = SchemaOptions::Unenforced::kValidateAfter;
  switch (form.kind) {
    case AnswerForm::Kind::kJsonSchema:
    case AnswerForm::Kind::kJsonObject: {
      const bool any = form.kind == AnswerForm::Kind::kJsonObject;
      GN_ASSIGN_OR_RETURN(auto compiled,
                          grammar::CompileSchema(any ? kAnyObject : form.text, options));
      if (!compiled.unjudged.empty()) {
        return Status(Code::kUnimplemented,
                      compiled.unjudged.front() + "; nor can a whole answer be validated for it");
      }
      return CompiledForm{std::move(compiled.grammar), std::move(compiled.validator)};
    }
    case AnswerForm::Kind::kGrammar:
      return WithoutValidator(grammar::CompileGbnf(form.text));
    case AnswerForm::Kind::kChoices:
      return WithoutValidator(grammar::CompileChoices(form.choices));
    case AnswerForm::Kind::kRegex:
      break;
  }
  return WithoutValidator(grammar::CompileRegexGrammar(form.text));
}

}  // namespace

Compiled CompileForm(const AnswerForm& form) {
  Compiled compiled = Compile(form);
  if (compiled.ok() || compiled.error().code() == Code::kUnimplemented) return compiled;
  return Status(Code::kInvalidArgument, std::string(compiled.error().message()));
}

}  // namespace ganglion::engine
