#include "ganglion/grammar/schema/json_schema.h"

#include <utility>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/schema/lowering.h"

namespace ganglion::grammar {

Result<CompiledSchema> CompileSchema(std::string_view schema, const SchemaOptions& options) {
  GN_ASSIGN_OR_RETURN(SchemaModel model, SchemaModel::Read(schema, options.read));
  Work work(options.work);
  CompiledSchema compiled;
  const bool leaves_out = options.unenforced == SchemaOptions::Unenforced::kValidateAfter;
  Lowering lowering(model, options, work, leaves_out ? &compiled.unenforced : nullptr);
  GN_ASSIGN_OR_RETURN(Rules rules, lowering.Run());
  compiled.grammar = std::make_shared<const Grammar>(std::move(rules));
  compiled.notes = model.notes();
  return compiled;
}

}  // namespace ganglion::grammar
