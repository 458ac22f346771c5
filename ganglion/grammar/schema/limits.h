#pragma once

#include <cstddef>

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

}  // namespace ganglion::grammar
