#include "apps/ganglion/schema_compile.h"

#include <utility>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::app {

// Until the compiler of whole schemas is there, the one of the plan's schemas stands in; it knows
// neither other orders nor white space, and refuses what it does not enforce.
Result<grammar::CompiledSchema> CompileForTrial(std::string_view schema,
                                                const grammar::SchemaOptions& options) {
  if (options.order != grammar::SchemaOptions::MemberOrder::kDeclared ||
      options.white_space != grammar::SchemaOptions::WhiteSpace::kNone ||
      options.unenforced != grammar::SchemaOptions::Unenforced::kRefuse) {
    return Status(Code::kUnimplemented, "#: other orders, white space and validation afterwards");
  }
  grammar::CompiledSchema compiled;
  auto grammar = grammar::CompileJsonSchema(schema, options.limits);
  if (!grammar.ok()) {
    // It has one code for what is no schema and for what it does not enforce.
    const std::string message(grammar.error().message());
    const bool unenforced = message.find("is not enforced here") != std::string::npos;
    return Status(unenforced ? Code::kUnimplemented : grammar.error().code(), message);
  }
  compiled.grammar = *std::move(grammar);
  return compiled;
}

std::string InstanceText(const grammar::Json& value) { return grammar::WriteCanonical(value); }

std::size_t RuleCount(const grammar::Grammar& grammar) { return grammar.rules().node_count(); }

Result<grammar::ReadOptions::Draft> DraftNamed(std::string_view name) {
  using Draft = grammar::ReadOptions::Draft;
  std::string_view number = name;
  if (number.starts_with("draft")) number.remove_prefix(5);
  if (number == "4") return Draft::k4;
  if (number == "6") return Draft::k6;
  if (number == "7") return Draft::k7;
  if (number == "2019-09") return Draft::k2019;
  if (number == "2020-12") return Draft::k2020;
  return Status(Code::kInvalidArgument,
                "no draft is called \"" + std::string(name) +
                    "\"; these are: draft4, draft6, draft7, draft2019-09, draft2020-12");
}

}  // namespace ganglion::app
