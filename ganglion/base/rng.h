#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion {

// A small deterministic generator (xoshiro256++, Blackman and Vigna 2019, seeded by splitmix64).
// The same seed gives the same numbers on every compiler and machine. Handed in wherever chance is
// needed; nothing but sys/ may make one from a random device. Thread: its owner's.
class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  std::uint64_t Next();
  // A number in [0, bound); bound > 0 and below 2^32.
  std::size_t Below(std::size_t bound) { return ((Next() >> 32) * bound) >> 32; }
  // A number in [0, 1) with 53 random bits.
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  bool Chance(double probability) { return Uniform() < probability; }

 private:
  std::uint64_t state_[4];
};

}  // namespace ganglion
