#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion::grammar {

// Members of one object of a document. The objects that the parser makes are searched from their
// beginning, at each member it adds.
inline constexpr std::size_t kSchemaMembersMax = 4096;

// Notes of one document; more would drown what matters.
inline constexpr std::size_t kSchemaNotesMax = 100;

// Places of schema and value that the validator may stand in at once. A value that is nested deeper
// is refused, and so is a reference that leads in place to itself.
inline constexpr std::size_t kValidatorDepthMax = 600;

// Bytes of a value that a reason quotes.
inline constexpr std::size_t kQuotedBytesMax = 60;

// Schemas for one value, each applied by the one before ("$ref", "allOf", "not" ...).
inline constexpr std::uint32_t kInPlaceDepthMax = 256;

// Ways to satisfy one goal, made by anyOf, oneOf, not and if. Each is a thread of the machine until
// the text tells it from the others.
inline constexpr std::size_t kAlternativesMax = 1024;

// Goals of one document: sets of subschemas that speak of one value.
inline constexpr std::size_t kGoalsMax = 50'000;

// Sets of names told apart by the patterns that match them, in one object.
inline constexpr std::size_t kNameClassesMax = 64;

// Obligations ("some item is ...") of one array or object. What an item meets is chosen among all
// their subsets.
inline constexpr std::size_t kObligationsMax = 4;

// Places of an array (index and counts) where obligations are counted.
inline constexpr std::size_t kArrayPlacesMax = 20000;

// Texts of a finite set of items that must differ.
inline constexpr std::size_t kUniqueItemsMax = 512;

}  // namespace ganglion::grammar
