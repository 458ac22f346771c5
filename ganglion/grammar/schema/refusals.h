#pragma once

#include <cstdint>
#include <string_view>

#include "ganglion/base/concat.h"
#include "ganglion/base/status.h"
#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {

// Refuses a keyword by name, with the place of its schema, whatever else may be left out.
inline Status Refuse(std::string_view where, std::string_view keyword, std::string_view why) {
  return {Code::kUnimplemented,
          Concat(where, ": the keyword \"", keyword, "\" is not enforced: ", why)};
}

// Of a keyword that asks for more things than an answer can have.
inline Status TooLarge(std::string_view where, std::string_view keyword, std::uint64_t count) {
  return Refuse(where, keyword, Concat(count, " is above ", kCountMax));
}

}  // namespace ganglion::grammar
