// Compiled with the flags of the matrix unit, and alone in that: see isa_avx512.cc.

#include <immintrin.h>

#include "ganglion/kernels/amx.h"
#include "ganglion/kernels/probe.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kRows = 16;
constexpr std::size_t kRowBytes = 64;
constexpr std::uint64_t kProducts = kRows * kRows * kRowBytes;  // of bytes, in one instruction

// Eight tiles of the largest size, all zero.
void Begin() {
  struct alignas(64) Config {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
  } config;
  for (std::size_t tile = 0; tile < 8; ++tile) {
    config.row_bytes[tile] = kRowBytes;
    config.rows[tile] = kRows;
  }
  asm volatile("ldtilecfg %0" : : "m"(config));
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
}

}  // namespace

std::uint64_t ProbeAmxInt8(std::size_t rounds) {
  if (!AmxRunsHere()) return 0;
  Begin();
  for (std::size_t i = 0; i < rounds; ++i) {
    _tile_dpbssd(0, 4, 6);
    _tile_dpbssd(1, 4, 7);
    _tile_dpbssd(2, 5, 6);
    _tile_dpbssd(3, 5, 7);
  }
  _tile_release();
  return 2 * rounds * 4 * kProducts;
}

}  // namespace ganglion::kernels
