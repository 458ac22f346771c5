#pragma once

#include <vector>

#include "ganglion/learn/data/chinese_clauses.h"

namespace ganglion::learn::chinese {

// The clauses one after the other, joined by marks, by words (然后, 再) or by nothing.
Clause Join(Rng& rng, std::vector<Clause> clauses, Writing writing);

// `count` clauses that can follow each other: no two looks in a row, which might be taken for one.
std::vector<Clause> DrawClauses(Rng& rng, std::size_t count, Writing writing);

// A clause without marks inside and with a clear end, to stand in a larger pattern.
Clause DrawCompact(Rng& rng);

// Unrelated clauses, 2 to 8.
Clause Sequence(Rng& rng, Writing writing);
// Clauses about the same things: fetch, bring, search and follow, signals, rounds.
Clause Scenario(Rng& rng, Writing writing);
// The order of speaking is not the order of doing: X之前先Y.
Clause Reordered(Rng& rng);

}  // namespace ganglion::learn::chinese
