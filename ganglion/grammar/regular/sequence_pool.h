#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ganglion::grammar {

// Gives equal sequences of numbers one id, counted from 0.
class SequencePool {
 public:
  SequencePool();
  // `sequence` must not lie in the pool.
  std::uint32_t Intern(std::span<const std::uint64_t> sequence);
  std::span<const std::uint64_t> Get(std::uint32_t id) const {
    return std::span(values_).subspan(begins_[id], begins_[id + 1] - begins_[id]);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(begins_.size() - 1); }
  std::size_t values() const { return values_.size(); }

 private:
  void Grow();

  std::vector<std::uint64_t> values_;
  std::vector<std::size_t> begins_;    // and one end
  std::vector<std::uint32_t> hashes_;  // by id
  std::vector<std::uint32_t> slots_;   // id + 1, or 0; a power of two of them, at most half full
};

}  // namespace ganglion::grammar
