#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/code_point_ranges.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// Puts the Unicode scalar values into blocks: two are in one block if the same of the given sets
// hold them. What an automaton does with one of a block it does with all.
class RegexAlphabet {
 public:
  using Segment = Dfa::Segment;

  static Result<RegexAlphabet> Of(const std::vector<CodePointRanges>& sets, Work& work);

  std::uint32_t blocks() const { return blocks_; }
  const std::vector<Segment>& segments() const { return segments_; }  // sorted; all values
  bool Holds(std::uint32_t set, std::uint32_t block) const {
    return holds_[std::size_t{set} * blocks_ + block];
  }

 private:
  std::vector<Segment> segments_;
  std::uint32_t blocks_ = 0;
  std::vector<bool> holds_;
};

}  // namespace ganglion::grammar
