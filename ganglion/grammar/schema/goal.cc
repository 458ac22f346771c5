#include "ganglion/grammar/schema/goal.h"

#include <algorithm>

namespace ganglion::grammar {

void AddLiteral(Goal& goal, Literal literal) {
  const auto place = std::lower_bound(goal.begin(), goal.end(), literal);
  if (place == goal.end() || *place != literal) goal.insert(place, literal);
}

}  // namespace ganglion::grammar
