#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/model/config.h"

namespace ganglion {

// The angles by which positions turn the heads of a model, and their tables as the rope kernels
// read them. Immutable; any thread.
class Rope {
 public:
  // `factors` divide the frequencies: dims / 2 of them, or none.
  Rope(const RopeConfig& config, std::span<const float> factors);

  std::uint32_t dims() const { return static_cast<std::uint32_t>(2 * frequencies_.size()); }

  // Fills the two tables of one position, dims() elements each. The angle is computed in double
  // precision: at position 100,000 a float would be off by a hundredth of a radian.
  void FillTables(std::uint32_t position, float* cosine, float* sine) const;

 private:
  RopePairing pairing_;
  double magnitude_;                 // of the turned vectors
  std::vector<double> frequencies_;  // radians per position, of each pair
};

}  // namespace ganglion
