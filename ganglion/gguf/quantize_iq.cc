#include <algorithm>
#include <cmath>

#include "ganglion/gguf/codebooks.h"
#include "ganglion/gguf/codec.h"
#include "ganglion/gguf/fit_scale.h"

namespace ganglion::gguf {
namespace {

constexpr std::size_t kGroup = 32;

void PackNibbles(const std::uint8_t* codes, std::byte* to) {
  for (std::size_t i = 0; i < kGroup / 2; ++i) {
    to[i] = static_cast<std::byte>(codes[i] | codes[i + kGroup / 2] << 4);
  }
}

// The nearest of the eight magnitudes; its sign is the fourth bit. Zero has none.
std::uint8_t CodeMXFP4(double scaled) {
  const double magnitude = std::fabs(scaled);
  std::uint8_t code = 0;
  while (code < 7 && magnitude * 2.0 > kTableMXFP4[code] + kTableMXFP4[code + 1]) ++code;
  return scaled < 0.0 && code > 0 ? code + 8 : code;
}

// Returns the weighted squared error. In doubles: the exponents of this type reach further than
// the squares of floats.
double CodesMXFP4(const float* values, const float* weights, int exponent, std::uint8_t* codes) {
  double error = 0.0;
  for (std::size_t i = 0; i < kGroup; ++i) {
    const double value = values[i];
    codes[i] = CodeMXFP4(std::ldexp(value, 128 - exponent));
    const double difference = value - std::ldexp(kTableMXFP4[codes[i]], exponent - 128);
    error += static_cast<double>(weights[i]) * difference * difference;
  }
  return error;
}

}  // namespace

void EncodeIQ4_NL(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kGroup];
  const float d = StoreHalf(FitScale<CurveIQ4>(values, weights, kGroup), block);
  CodesAt<CurveIQ4>(values, kGroup, d, codes);
  PackNibbles(codes, block + 2);
}

void EncodeIQ4_XS(const float* values, const float* weights, std::byte* block) {
  const ScaledGroups<CurveIQ4, 8, -32, 31> groups(values, weights);
  std::fill_n(block, 136, std::byte{0});
  StoreHalf(groups.d(), block);
  unsigned high = 0;
  for (std::size_t g = 0; g < 8; ++g) {
    const auto scale = static_cast<unsigned>(groups.scale(g) + 32);
    block[4 + g / 2] |= static_cast<std::byte>((scale & 15) << 4 * (g % 2));
    high |= scale >> 4 << 2 * g;
  }
  StoreU16(static_cast<std::uint16_t>(high), block + 2);
  const auto codes = groups.Codes();
  for (std::size_t g = 0; g < 8; ++g) PackNibbles(codes.data() + kGroup * g, block + 8 + 16 * g);
}

// The exponent at which the largest value is near the largest of the format (4 to 6 times 2^0), or
// one of its neighbours: the step below the largest is wide, and clipping it may cost less.
void EncodeMXFP4(const float* values, const float* weights, std::byte* block) {
  const float largest = LargestOf(values, kGroup);
  std::fill_n(block, 17, std::byte{0});
  if (largest == 0.0f) return;
  const int middle = std::ilogb(largest) - 2 + 127;
  double least = HUGE_VAL;
  for (int exponent = std::max(middle - 1, 0); exponent <= std::clamp(middle + 1, 0, 254);
       ++exponent) {
    std::uint8_t codes[kGroup];
    const double error = CodesMXFP4(values, weights, exponent, codes);
    if (error >= least) continue;
    least = error;
    block[0] = static_cast<std::byte>(exponent);
    PackNibbles(codes, block + 1);
  }
}

}  // namespace ganglion::gguf
