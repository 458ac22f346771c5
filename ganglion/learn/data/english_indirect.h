#pragma once

#include <optional>

#include "ganglion/learn/data/english_clauses.h"

namespace ganglion::learn::english {

// A wish or statement that asks for one step without an imperative ("can the lamp be red"), or the
// grammar of someone who learnt English late ("make the arm until the half"). Not every skill has
// one of its own: then nothing is drawn.
std::optional<Clause> IndirectClause(Rng& rng, const Style& style, Skill skill);
std::optional<Clause> NonnativeClause(Rng& rng, const Style& style, Skill skill);

}  // namespace ganglion::learn::english
