#include "ganglion/grammar/schema/json_schema.h"

#include <utility>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/schema/lowering.h"

namespace ganglion::grammar {

Result<CompiledSchema> CompileSchema(std::string_view schema, const SchemaOptions& options) {
  GN_ASSIGN_OR_RETURN(SchemaModel model, SchemaModel::Read(schema, options.read));
  Work work(options.work);
  CompiledSchema compiled;
  LeftOut left_out;
  const bool leaves_out = options.unenforced == SchemaOptions::Unenforced::kValidateAfter;
  Lowering lowering(model, options, work, leaves_out ? &left_out : nullptr);
  GN_ASSIGN_OR_RETURN(Rules rules, lowering.Run());
  compiled.grammar = std::make_shared<const Grammar>(std::move(rules));
  compiled.notes = model.notes();
  if (!left_out.all.empty()) {
    compiled.validator = std::make_shared<const TextValidator>(std::move(model), options.work);
  }
  compiled.unenforced = std::move(left_out.all);
  compiled.unjudged = std::move(left_out.unjudged);
  return compiled;
}

}  // namespace ganglion::grammar
