#pragma once

#include <optional>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// The texts of a format of JSON Schema 2020-12 (validation, section 7.3), by the RFC that it cites;
// nothing for a name that the standard does not define, which is an annotation. kUnimplemented for
// a standard format whose set is not regular ("regex", "idn-hostname" ...); the message says why.
Result<std::optional<Dfa>> CompileFormat(std::string_view name, Work& work);

}  // namespace ganglion::grammar
