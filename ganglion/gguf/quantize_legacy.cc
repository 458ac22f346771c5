#include "ganglion/gguf/codec.h"
#include "ganglion/gguf/fit_affine.h"
#include "ganglion/gguf/fit_scale.h"

namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 32;

void PackNibbles(const std::uint8_t* codes, std::byte* to) {
  for (std::size_t i = 0; i < kBlock / 2; ++i) {
    to[i] = static_cast<std::byte>((codes[i] & 15) | (codes[i + kBlock / 2] & 15) << 4);
  }
}

void PackFifthBits(const std::uint8_t* codes, std::byte* to) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < kBlock; ++i) bits |= static_cast<std::uint32_t>(codes[i] >> 4) << i;
  std::memcpy(to, &bits, sizeof bits);
}

// Writes d and makes the codes for it, as it was rounded.
template <class Grid>
void EncodeScaled(const float* values, const float* weights, std::byte* d, std::uint8_t* codes) {
  CodesAt<Grid>(values, kBlock, StoreHalf(FitScale<Grid>(values, weights, kBlock), d), codes);
}

// Writes d and m = -minimum.
template <int kMax>
void EncodeAffine(const float* values, const float* weights, std::byte* d, std::uint8_t* codes) {
  Affine fit = FitAffine<kMax>(values, weights, kBlock, MinimumSign::kAny);
  fit.scale = StoreHalf(fit.scale, d);
  fit.minimum = -StoreHalf(-fit.minimum, d + 2);
  AffineCodes<kMax>(values, kBlock, fit, codes);
}

}  // namespace

void EncodeF32(const float* values, const float* /*weights*/, std::byte* block) {
  std::memcpy(block, values, sizeof *values);
}

void EncodeF16(const float* values, const float* /*weights*/, std::byte* block) {
  StoreU16(FloatToHalf(*values), block);
}

void EncodeBF16(const float* values, const float* /*weights*/, std::byte* block) {
  StoreU16(FloatToBfloat16(*values), block);
}

// -128 stays unused: kernels may take the absolute value of a code.
void EncodeQ8_0(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kBlock];
  EncodeScaled<Integers<-127, 127>>(values, weights, block, codes);
  for (std::size_t i = 0; i < kBlock; ++i) {
    block[2 + i] = static_cast<std::byte>(static_cast<int>(codes[i]) - 127);
  }
}

void EncodeQ4_0(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kBlock];
  EncodeScaled<Integers<-8, 7>>(values, weights, block, codes);
  PackNibbles(codes, block + 2);
}

void EncodeQ4_1(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kBlock];
  EncodeAffine<15>(values, weights, block, codes);
  PackNibbles(codes, block + 4);
}

void EncodeQ5_0(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kBlock];
  EncodeScaled<Integers<-16, 15>>(values, weights, block, codes);
  PackFifthBits(codes, block + 2);
  PackNibbles(codes, block + 6);
}

void EncodeQ5_1(const float* values, const float* weights, std::byte* block) {
  std::uint8_t codes[kBlock];
  EncodeAffine<31>(values, weights, block, codes);
  PackFifthBits(codes, block + 4);
  PackNibbles(codes, block + 8);
}

}  // namespace ganglion::gguf
