#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/json_schema.h"

namespace ganglion::app {

// What the commands ask of the grammar rooms, in one place.

Result<grammar::CompiledSchema> CompileForTrial(std::string_view schema,
                                                const grammar::SchemaOptions& options);

// An instance as the grammar writes it.
std::string InstanceText(const grammar::Json& value);

std::size_t RuleCount(const grammar::Grammar& grammar);

// "2020-12", "2019-09", "7", "6", "4", also behind "draft" as folders of tests are named.
Result<grammar::ReadOptions::Draft> DraftNamed(std::string_view name);

}  // namespace ganglion::app
