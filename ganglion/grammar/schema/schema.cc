#include "ganglion/grammar/schema/schema.h"

#include <utility>

#include "ganglion/grammar/schema/schema_reader.h"
#include "ganglion/grammar/schema/schema_reader_document.h"

namespace ganglion::grammar {

Result<SchemaModel> SchemaModel::Read(std::string_view text, const ReadOptions& options) {
  GN_ASSIGN_OR_RETURN(const Json document, ParseSchemaText(text, options));
  if (!document.is_object() && !document.is_boolean()) {
    return Status(Code::kInvalidArgument, "#: is no schema: neither an object nor a boolean");
  }
  SchemaReader reader(document, options);
  SchemaModel model;
  GN_ASSIGN_OR_RETURN(model.schemas_, reader.Read());
  model.notes_ = reader.TakeNotes();
  return model;
}

SchemaId SchemaModel::Add(Schema schema) {
  const SchemaId id{static_cast<std::uint32_t>(schemas_.size())};
  schemas_.push_back(std::move(schema));
  return id;
}

}  // namespace ganglion::grammar
