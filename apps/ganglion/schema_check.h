#pragma once

#include <string>

#include "apps/ganglion/schema_vocabulary.h"

#include "ganglion/grammar/schema/json_schema.h"

namespace ganglion::app {

// Prints what is enforced of a schema and what it costs. Returns the exit status: 0 where it is
// enforced whole, 1 where it is refused in part, 2 where it is no schema.
int CheckSchema(const std::string& text, const SchemaVocabulary& vocabulary,
                const grammar::SchemaOptions& options, bool as_json);

}  // namespace ganglion::app
