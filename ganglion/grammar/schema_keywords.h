#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/number_range.h"
#include "ganglion/grammar/schema_document.h"

// Reads the keywords of one schema object. `where` is its place as "#" and a JSON pointer; each
// error names the place and says what to do instead.
namespace ganglion::grammar {

// The form of a schema: what decides which values it allows, and so which keywords are enforced.
enum class SchemaForm : std::uint8_t { kReference, kConst, kEnum, kAnyOf, kOneOf, kTyped, kAny };

struct SchemaHead {
  SchemaForm form = SchemaForm::kTyped;
  std::vector<std::string> types;  // what "type" names; empty if it is absent
};

// Checks that each keyword is one that the form enforces, or an annotation.
Result<SchemaHead> ReadHead(const SchemaDocument::Json& schema, const std::string& where);

// A count such as maxItems, or `otherwise` if it is absent.
struct CountRange {
  std::uint32_t min;
  std::uint32_t max;  // kUnbounded if there is none
};
Result<CountRange> ReadCounts(const SchemaDocument::Json& schema, const char* min_name,
                              const char* max_name, const std::string& where);

enum class NumberKind : std::uint8_t { kNumber, kInteger };
Result<NumberRange> ReadNumberRange(const SchemaDocument::Json& schema, NumberKind kind,
                                    const std::string& where);

// The schema of the members that an object may have whatever their names; null where it may have
// none. They are written only where no property is declared: declared ones could not be told from
// them.
Result<const SchemaDocument::Json*> ReadFreeMembers(const SchemaDocument::Json& schema,
                                                    const std::string& where);

// One property of an object, in the declared order.
struct Property {
  const std::string* name;
  const SchemaDocument::Json* schema;
  bool required;
};
Result<std::vector<Property>> ReadProperties(const SchemaDocument::Json& schema,
                                             const std::string& where);

// An error at a place: "#/properties/x: why".
Status SchemaError(const std::string& where, const std::string& why);

}  // namespace ganglion::grammar
