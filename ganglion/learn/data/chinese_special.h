#pragma once

#include "ganglion/learn/data/chinese_clauses.h"

namespace ganglion::learn::chinese {

// One clause and the name of the rule that made it.
struct Ruled {
  Clause clause;
  std::string rule;
};

// 三次, 再来一遍, 每次三十度: unrolled. More than 16 steps is left to the caller to judge.
Ruled Repetition(Rng& rng);
// Squares, rectangles, triangles, there and back.
Ruled Shape(Rng& rng);
// 左转，不对，右转: what is said last counts.
Ruled Correction(Rng& rng);
// 别拍照，只低头: what is negated adds nothing.
Ruled Negation(Rng& rng);
// Nothing that can be done: other topics, harm, nonsense, plans of which only a part can be done,
// values out of range. Always without steps.
Ruled Empty(Rng& rng);

}  // namespace ganglion::learn::chinese
