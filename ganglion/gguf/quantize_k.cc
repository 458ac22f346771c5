#include <algorithm>

#include "ganglion/gguf/codec.h"
#include "ganglion/gguf/fit_affine.h"
#include "ganglion/gguf/fit_scale.h"
#include "ganglion/gguf/k_scales.h"

// The places of the bits: docs/formats/gguf.md, and dequantize_k.cc, which reads them.
namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 256;

// Both with the low bits of code i at bit `shift` of a byte that is zero before.
void Put(unsigned bits, std::size_t shift, std::byte& to) {
  to |= static_cast<std::byte>(bits << shift);
}

template <class Groups>
void PutScalesAndMinimums(const Groups& groups, std::byte* block) {
  StoreHalf(groups.d(), block);
  StoreHalf(groups.dmin(), block + 2);
  for (std::size_t g = 0; g < 8; ++g) {
    PackScaleMinimumQ4({groups.group(g).scale, groups.group(g).minimum}, g, block + 4);
  }
}

}  // namespace

void EncodeQ2_K(const float* values, const float* weights, std::byte* block) {
  const AffineGroups<3, 16, 15> groups(values, weights);
  std::fill_n(block, 84, std::byte{0});
  for (std::size_t g = 0; g < 16; ++g) {
    Put(static_cast<unsigned>(groups.group(g).scale), 0, block[g]);
    Put(static_cast<unsigned>(groups.group(g).minimum), 4, block[g]);
  }
  const auto codes = groups.Codes();
  for (std::size_t i = 0; i < kBlock; ++i) {
    Put(codes[i], i % 128 / 32 * 2, block[16 + 32 * (i / 128) + i % 32]);
  }
  StoreHalf(groups.d(), block + 80);
  StoreHalf(groups.dmin(), block + 82);
}

void EncodeQ3_K(const float* values, const float* weights, std::byte* block) {
  const ScaledGroups<Integers<-4, 3>, 16, -32, 31> groups(values, weights);
  std::fill_n(block, 110, std::byte{0});
  const auto codes = groups.Codes();
  for (std::size_t i = 0; i < kBlock; ++i) {
    Put(codes[i] >> 2, i / 32, block[i % 32]);
    Put(codes[i] & 3, i % 128 / 32 * 2, block[32 + 32 * (i / 128) + i % 32]);
  }
  for (std::size_t g = 0; g < 16; ++g) PackScaleQ3(groups.scale(g) + 32, g, block + 96);
  StoreHalf(groups.d(), block + 108);
}

void EncodeQ4_K(const float* values, const float* weights, std::byte* block) {
  const AffineGroups<15, 8, 63> groups(values, weights);
  std::fill_n(block, 144, std::byte{0});
  PutScalesAndMinimums(groups, block);
  const auto codes = groups.Codes();
  for (std::size_t i = 0; i < kBlock; ++i) {
    Put(codes[i], i % 64 / 32 * 4, block[16 + 32 * (i / 64) + i % 32]);
  }
}

void EncodeQ5_K(const float* values, const float* weights, std::byte* block) {
  const AffineGroups<31, 8, 63> groups(values, weights);
  std::fill_n(block, 176, std::byte{0});
  PutScalesAndMinimums(groups, block);
  const auto codes = groups.Codes();
  for (std::size_t i = 0; i < kBlock; ++i) {
    Put(codes[i] >> 4, i / 32, block[16 + i % 32]);
    Put(codes[i] & 15, i % 64 / 32 * 4, block[48 + 32 * (i / 64) + i % 32]);
  }
}

void EncodeQ6_K(const float* values, const float* weights, std::byte* block) {
  const ScaledGroups<Integers<-32, 31>, 16, -128, 127> groups(values, weights);
  std::fill_n(block, 210, std::byte{0});
  const auto codes = groups.Codes();
  for (std::size_t i = 0; i < kBlock; ++i) {
    Put(codes[i] & 15, i % 128 / 64 * 4, block[64 * (i / 128) + i % 64]);
    Put(codes[i] >> 4, i % 128 / 32 * 2, block[128 + 32 * (i / 128) + i % 32]);
  }
  for (std::size_t g = 0; g < 16; ++g) block[192 + g] = static_cast<std::byte>(groups.scale(g));
  StoreHalf(groups.d(), block + 208);
}

}  // namespace ganglion::gguf
