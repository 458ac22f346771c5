#pragma once

#include <cstddef>

namespace ganglion::grammar {

// What one compilation may still spend, in steps of some ten nanoseconds: a state or an edge made,
// a pair of places compared. Whoever builds something from outside input asks before each step, so
// that no input costs more than the budget, however its parts multiply. One thread.
class Work {
 public:
  explicit Work(std::size_t steps) : left_(steps) {}

  // False, from then on, once the budget is spent.
  bool Spend(std::size_t steps = 1) {
    if (steps > left_)
      left_ = 0;
    else
      left_ -= steps;
    return left_ > 0;
  }
  bool exhausted() const { return left_ == 0; }
  std::size_t left() const { return left_; }

 private:
  std::size_t left_;
};

}  // namespace ganglion::grammar
