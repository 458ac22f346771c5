#pragma once

#include <cstddef>
#include <cstdint>

#include <immintrin.h>

#include "ganglion/kernels/quantized-inl.h"
#include "ganglion/kernels/vec_avx512.h"

// A tile of 16 tokens and 16 rows by the matrix unit. It makes the exact dot products of a block,
// stores them as integers, and vectors scale and add them as they do elsewhere, so that the bits
// are those of VecAvx512. The sums of the tile stay in registers for a chunk of blocks.
//
// On Sapphire Rapids a tile product takes 16 cycles for 32 columns, on a unit of its own; scaling
// takes three float operations for each of 16 tokens. While the unit is in use, a core starts one
// 512-bit float operation a cycle, not two, so that the 48 cycles of the scaling are the limit. The
// product of the next block is begun before a block is scaled.

namespace ganglion::kernels {
namespace {

struct AmxTile {
  using V = VecAvx512;
  static constexpr int kTokens = 16;
  static constexpr int kStrips = 1;
  template <class C>
  static constexpr bool kSigned = true;

  // Tile registers 0, 1: sums. 2, 3: codes of activations, a token in each row. 4, 5: codes of
  // weights, four columns of 16 rows of the matrix in each.
  template <class C>
  static void Begin() {
    struct alignas(64) Config {
      std::uint8_t palette = 1;
      std::uint8_t start_row = 0;
      std::uint8_t reserved[14] = {};
      std::uint16_t row_bytes[16] = {};
      std::uint8_t rows[16] = {};
    } config;
    static_assert(C::kSubs == 1);
    for (std::size_t sums = 0; sums < 2; ++sums) {
      config.rows[sums] = kTokens;
      config.row_bytes[sums] = 64;
      config.rows[2 + sums] = kTokens;
      config.row_bytes[2 + sums] = kBlock;
      config.rows[4 + sums] = kGroups;
      config.row_bytes[4 + sums] = 64;
    }
    // The intrinsic of gcc 12 tells the compiler of one byte only.
    asm volatile("ldtilecfg %0" : : "m"(config));
  }
  static void End() { _tile_release(); }

  template <class C, int kStripsHere>
  static void Run(const Unpacked<V, C>& weights, std::size_t strip, std::size_t blocks,
                  const std::int8_t* x, std::size_t stride_x, const std::uint32_t* side,
                  __m512 (*sums)[kTokens]) {
    static_assert(kStripsHere == 1);
    const Chunk<C> chunk = {weights.codes[strip],
                            weights.scales[strip],
                            C::kMin ? weights.mins[strip] : nullptr,
                            x,
                            stride_x,
                            side};
    alignas(64) std::int32_t dots[2][kTokens * 16];
    __m512 own[kTokens];
    GN_UNROLL
    for (int t = 0; t < kTokens; ++t) own[t] = sums[0][t];
    Multiply<0>(chunk, 0, dots[0]);
    std::size_t i = 0;
    for (; i + 2 < blocks; i += 2) {
      Multiply<1>(chunk, i + 1, dots[1]);
      Scale(chunk, i, dots[0], own);
      Multiply<0>(chunk, i + 2, dots[0]);
      Scale(chunk, i + 1, dots[1], own);
    }
    if (i + 1 < blocks) Multiply<1>(chunk, i + 1, dots[1]);
    Scale(chunk, i, dots[0], own);
    if (i + 1 < blocks) Scale(chunk, i + 1, dots[1], own);
    GN_UNROLL
    for (int t = 0; t < kTokens; ++t) sums[0][t] = own[t];
  }

 private:
  template <class C>
  struct Chunk {
    const __m512i* codes;
    const __m512* scales;
    const __m512* mins;
    const std::int8_t* x;
    std::size_t stride_x;
    const std::uint32_t* side;
  };

  // The dot products of block i.
  template <int kWhich, class C>
  [[gnu::always_inline]] static inline void Multiply(const Chunk<C>& chunk, std::size_t i,
                                                     std::int32_t* dots) {
    const std::int8_t* const x = chunk.x + i * kBlock;
    const __m512i* const codes = chunk.codes + i * kGroups;
    const std::size_t line = 64;
    // In one piece, since the intrinsics of gcc 12 do not say that they read memory.
    if constexpr (kWhich == 0) {
      asm volatile(
          "tilezero %%tmm0\n\ttileloadd (%0,%1,1), %%tmm2\n\ttileloadd (%2,%3,1), %%tmm4\n\t"
          "tdpbssd %%tmm4, %%tmm2, %%tmm0\n\ttilestored %%tmm0, (%4,%3,1)"
          :
          : "r"(x), "r"(chunk.stride_x), "r"(codes), "r"(line), "r"(dots)
          : "memory");
    } else {
      asm volatile(
          "tilezero %%tmm1\n\ttileloadd (%0,%1,1), %%tmm3\n\ttileloadd (%2,%3,1), %%tmm5\n\t"
          "tdpbssd %%tmm5, %%tmm3, %%tmm1\n\ttilestored %%tmm1, (%4,%3,1)"
          :
          : "r"(x), "r"(chunk.stride_x), "r"(codes), "r"(line), "r"(dots)
          : "memory");
    }
  }

  template <class C>
  [[gnu::always_inline]] static inline void Scale(const Chunk<C>& chunk, std::size_t i,
                                                  const std::int32_t* dots,
                                                  __m512 (&sums)[kTokens]) {
    constexpr std::size_t kStep = SideForm<C, true>::kParts * kTokens;
    const std::uint32_t* const side = chunk.side + i * kStep;
    const std::uint32_t* const extra = side + kTokens;
    const __m512 scale = chunk.scales[i];
    GN_UNROLL
    for (int t = 0; t < kTokens; ++t) {
      const __m512 dot =
          V::ToFloat(_mm512_load_si512(dots + std::size_t{16} * static_cast<std::size_t>(t)));
      const __m512 x_scale = V::Broadcast(__builtin_bit_cast(float, side[t]));
      sums[t] = V::MulAdd(dot, V::Mul(scale, x_scale), sums[t]);
      if constexpr (C::kMin) {
        const __m512 x_sum = V::Broadcast(__builtin_bit_cast(float, extra[t]));
        sums[t] = V::MulAdd(chunk.mins[i], x_sum, sums[t]);
      }
    }
  }
};

}  // namespace
}  // namespace ganglion::kernels
