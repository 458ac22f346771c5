#pragma once

#include <cstddef>
#include <cstring>

// Four floats at a time, for the searches of the quantisers: they are compiled for every processor
// of the family and still fill its registers.
namespace ganglion::gguf {

using Lanes [[gnu::vector_size(16)]] = float;
constexpr std::size_t kLanes = 4;

inline Lanes Load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline void Store(Lanes lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }
inline Lanes All(float value) { return Lanes{value, value, value, value}; }
inline float Sum(Lanes lanes) { return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]); }
inline Lanes Clamp(Lanes lanes, Lanes low, Lanes high) {
  lanes = lanes < low ? low : lanes;
  return lanes > high ? high : lanes;
}
// To nearest, ties to even, for magnitudes below 2^22: the sum has no bits left for a fraction.
inline Lanes Round(Lanes lanes) {
  const Lanes shift = All(0x1.8p23f);
  return (lanes + shift) - shift;
}

}  // namespace ganglion::gguf
