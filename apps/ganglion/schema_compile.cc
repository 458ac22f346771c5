#include "apps/ganglion/schema_compile.h"

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::app {

Result<grammar::CompiledSchema> CompileForTrial(std::string_view schema,
                                                const grammar::SchemaOptions& options) {
  return grammar::CompileSchema(schema, options);
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
