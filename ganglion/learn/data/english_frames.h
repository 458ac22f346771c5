#pragma once

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {

// Draws who speaks, with the habits of that voice.
Style DrawStyle(Rng& rng);

// Wraps an imperative into what the voice would say around it: "could you ... please", "you must
// ...". Fragments and sentences pass nearly unchanged. `one_verb`: the text has a single verb, so
// that "would you mind turning left" can be made.
enum class Shape { kOneVerb, kManyVerbs };
std::string Framed(Rng& rng, const Style& style, const Clause& clause, Shape shape);

// Adds, now and then, a name, a reason before or after, thanks or small talk; none of it asks for a
// step. A skill's own reasons fit better than the general ones.
std::string Embedded(Rng& rng, const Style& style, std::string text, const Step* first);

}  // namespace ganglion::learn::english
