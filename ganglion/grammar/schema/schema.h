#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/number_set.h"

// What a JSON Schema says, in one form for all drafts.
//
// A schema document is read once into a SchemaModel: each subschema becomes a Schema, keywords of
// older drafts are rewritten in terms of 2020-12 ("dependencies", "items" as a list,
// "exclusiveMinimum": true ...), references are resolved to ids. Whoever works on schemas, the
// validator and the compiler, reads the model and never the text.
namespace ganglion::grammar {

using Json = nlohmann::ordered_json;  // members keep their order: it becomes the answer's order

enum class SchemaId : std::uint32_t {};
constexpr std::size_t Index(SchemaId id) { return static_cast<std::size_t>(id); }

// JSON types as bits. kIntegerType is a part of kNumberType: "integer" sets the first alone,
// "number" both.
using TypeSet = std::uint8_t;
inline constexpr TypeSet kNullType = 1;
inline constexpr TypeSet kBooleanType = 2;
inline constexpr TypeSet kIntegerType = 4;
inline constexpr TypeSet kFractionType = 8;  // numbers that are no integers
inline constexpr TypeSet kNumberType = kIntegerType | kFractionType;
inline constexpr TypeSet kStringType = 16;
inline constexpr TypeSet kArrayType = 32;
inline constexpr TypeSet kObjectType = 64;
inline constexpr TypeSet kAllTypes = 127;

inline constexpr std::uint64_t kNoMaximum = 0xFFFFFFFFFFFFFFFFu;

// One schema. An absent keyword is an empty optional or vector, or the default that means the same.
struct Schema {
  std::string where = {};  // its place in the document: "#/properties/x"

  std::optional<bool> boolean = {};  // the schema true or false; all else is then empty
  std::optional<TypeSet> types = {};
  std::optional<std::vector<Json>> values = {};  // of enum; const is an enum of one value
  // Both "enum" and "const" of one schema: the values of the other.
  std::optional<std::vector<Json>> more_values = {};

  std::optional<NumberBound> low = {}, low_exclusive = {}, high = {}, high_exclusive = {};
  std::optional<ExactDecimal> multiple_of = {};

  std::uint64_t length_min = 0, length_max = kNoMaximum;  // code points
  std::optional<std::string> pattern = {};
  std::optional<std::string> format = {};  // absent, too, where formats are annotations

  std::vector<SchemaId> prefix_items = {};
  std::optional<SchemaId> items = {};  // of those behind the prefix
  std::optional<SchemaId> contains = {};
  std::uint64_t contains_min = 1, contains_max = kNoMaximum;
  bool contains_evaluates = true;  // not in draft 2019-09: see unevaluated_items
  std::uint64_t items_min = 0, items_max = kNoMaximum;
  bool unique_items = false;
  std::optional<SchemaId> unevaluated_items = {};

  std::vector<std::pair<std::string, SchemaId>> properties = {};  // in declared order
  std::vector<std::pair<std::string, SchemaId>> pattern_properties = {};
  std::optional<SchemaId> additional_properties = {};
  std::optional<SchemaId> property_names = {};
  std::vector<std::string> required = {};
  std::uint64_t members_min = 0, members_max = kNoMaximum;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required = {};
  std::vector<std::pair<std::string, SchemaId>> dependent_schemas = {};
  std::optional<SchemaId> unevaluated_properties = {};

  std::vector<SchemaId> references =
      {};  // targets of $ref, and of $dynamicRef where there is one target
  std::vector<SchemaId> all_of = {}, any_of = {}, one_of = {};
  std::optional<SchemaId> not_schema = {}, if_schema = {}, then_schema = {}, else_schema = {};

  // Keywords of the standard that this schema uses and the model cannot hold (a $dynamicRef with
  // several targets, a reference to another document ...): the keyword, and why. Whoever compiles
  // or validates this schema fails with them; a schema that nobody reaches does no harm.
  std::vector<std::pair<std::string, std::string>> unsupported = {};
};

struct ReadOptions {
  enum class Draft : std::uint8_t { k4, k6, k7, k2019, k2020 };
  // For documents without "$schema". Without it, 2020-12 with the older spellings understood.
  std::optional<Draft> draft;
  // Whether "format" makes values invalid, or is an annotation.
  bool formats_assert = true;

  std::size_t bytes_max = std::size_t{2} * 1024 * 1024;
  std::size_t nesting_max = 128;  // of the document's own JSON
  std::size_t schemas_max = 100'000;
};

// A document, read. Immutable, thread-safe.
class SchemaModel {
 public:
  // Errors name the place: "#/properties/x/minimum: is no number". kInvalidArgument for what is no
  // schema: keywords of the wrong type, references to nothing, a member named twice, no JSON.
  static Result<SchemaModel> Read(std::string_view text, const ReadOptions& options = {});

  SchemaId root() const { return root_; }
  const Schema& at(SchemaId id) const { return schemas_[Index(id)]; }
  std::size_t size() const { return schemas_.size(); }

  // Adds a schema of the compiler's own making ("everything but what was evaluated").
  SchemaId Add(Schema schema);

  // What the reader met and did not enforce, to be shown to people: keywords that the standard does
  // not know and formats that it does not define, with their places. At most 100.
  struct Note {
    std::string where;
    std::string what;
  };
  const std::vector<Note>& notes() const { return notes_; }

 private:
  SchemaId root_{};
  std::deque<Schema> schemas_;  // grows while others hold references into it
  std::vector<Note> notes_;
};

}  // namespace ganglion::grammar
