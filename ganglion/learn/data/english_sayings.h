#pragma once

#include <string>

#include "ganglion/base/rng.h"

namespace ganglion::learn::english {

// Words for the loudspeaker, without end punctuation. Any text will do, so any text may come.
std::string DrawSaying(Rng& rng);
// A well-known short call ("hello", "thank you"): its end is plain even without quotation marks.
std::string DrawShortSaying(Rng& rng);
// What follows "tell them that": a whole sentence in lower case.
std::string DrawNews(Rng& rng);

}  // namespace ganglion::learn::english
