#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/packed.h"

// How the codes and scales of each quantized format leave a packed cell (packed.h): the one place
// that knows a format. Each struct says, for rows `row` to row + V::kLanes of the panel,
//
//   Codes()   the codes u of one block of 32 columns, in eight groups of four columns,
//   Scales()  scales and, where kMin, minima of a whole cell, kSubs for each block,
//
// so that weight = scale * (u - kZero) + min, and 0 <= u <= kMax. Scales and minima are exact: the
// products of two stored factors fit the fraction of a float.

#ifdef __clang__
#define GN_UNROLL _Pragma("unroll")
#else
#define GN_UNROLL _Pragma("GCC unroll 16")
#endif

namespace ganglion::kernels {
namespace {

constexpr std::size_t kGroups = 8;  // of four columns, in a block

// Moves the bits at kFrom of each byte to kTo; bits of neighbours come along and need a mask.
template <class V, int kFrom, int kTo>
typename V::Int MoveBits(typename V::Int v) {
  if constexpr (kFrom > kTo) return V::template ShiftRight<kFrom - kTo>(v);
  if constexpr (kFrom < kTo) return V::template ShiftLeft<kTo - kFrom>(v);
  return v;
}

// Plane of nibbles: the low halves are groups 0 to 3, the high ones 4 to 7.
template <class V>
void LoadNibbles(const std::uint8_t* plane, std::size_t row, typename V::Int* w) {
  const auto mask = V::SetBytes(15);
  GN_UNROLL
  for (std::size_t g = 0; g < 4; ++g) {
    const auto both = V::LoadBytes(plane + 4 * (g * kPanelRows + row));
    w[g] = V::And(both, mask);
    w[g + 4] = V::And(V::template ShiftRight<4>(both), mask);
  }
}

// Plane of pairs of bits: group 4h + f is field f of vector h. They become bits kTo and kTo + 1.
template <class V, int kTo, std::size_t kField = 0>
void AddPairs(typename V::Int pairs, typename V::Int* w) {
  w[kField] = V::OrMasked(w[kField], MoveBits<V, 2 * kField, kTo>(pairs), V::SetBytes(3 << kTo));
  if constexpr (kField < 3) AddPairs<V, kTo, kField + 1>(pairs, w);
}
template <class V, int kTo>
void AddPairPlane(const std::uint8_t* plane, std::size_t row, typename V::Int* w) {
  AddPairs<V, kTo>(V::LoadBytes(plane + 4 * row), w);
  AddPairs<V, kTo>(V::LoadBytes(plane + 4 * (kPanelRows + row)), w + 4);
}

// Plane of bits: group g is bit g. It becomes bit kTo.
template <class V, int kTo, std::size_t kGroup = 0>
void AddBits(typename V::Int bits, typename V::Int* w) {
  w[kGroup] = V::OrMasked(w[kGroup], MoveBits<V, kGroup, kTo>(bits), V::SetBytes(1 << kTo));
  if constexpr (kGroup + 1 < kGroups) AddBits<V, kTo, kGroup + 1>(bits, w);
}

template <class V>
void ClearCodes(typename V::Int* w) {
  for (std::size_t g = 0; g < kGroups; ++g) w[g] = V::ZeroInt();
}

template <class V>
typename V::Reg HalfLanes(const std::uint8_t* p, std::size_t row) {
  return V::LoadHalf(reinterpret_cast<const std::uint16_t*>(p) + row);
}

// ---- formats of one block a cell ----

template <class V, WeightType kWeightType, int kZeroCode>
struct SimpleCodes {
  static constexpr WeightType kType = kWeightType;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = false;
  static constexpr int kZero = kZeroCode;
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg*) {
    scale[0] = HalfLanes<V>(cell, row);
  }
};

template <class V, WeightType kWeightType>
struct SimpleMinCodes {
  static constexpr WeightType kType = kWeightType;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = true;
  static constexpr int kZero = 0;
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg* min) {
    scale[0] = HalfLanes<V>(cell, row);
    min[0] = HalfLanes<V>(cell + 2 * kPanelRows, row);
  }
};

template <class V>
struct CodesQ80 : SimpleCodes<V, WeightType::kQ8_0, 128> {
  static constexpr int kMax = 255;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    GN_UNROLL
    for (std::size_t g = 0; g < kGroups; ++g) {
      w[g] = V::LoadBytes(cell + 32 + 4 * (g * kPanelRows + row));
    }
  }
};

template <class V>
struct CodesQ40 : SimpleCodes<V, WeightType::kQ4_0, 8> {
  static constexpr int kMax = 15;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 32, row, w);
  }
};

template <class V>
struct CodesQ41 : SimpleMinCodes<V, WeightType::kQ4_1> {
  static constexpr int kMax = 15;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 64, row, w);
  }
};

template <class V>
struct CodesQ50 : SimpleCodes<V, WeightType::kQ5_0, 16> {
  static constexpr int kMax = 31;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 32, row, w);
    AddBits<V, 4>(V::LoadBytes(cell + 288 + 4 * row), w);
  }
};

template <class V>
struct CodesQ51 : SimpleMinCodes<V, WeightType::kQ5_1> {
  static constexpr int kMax = 31;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 64, row, w);
    AddBits<V, 4>(V::LoadBytes(cell + 320 + 4 * row), w);
  }
};

// The values of the four-bit floats of MXFP4, doubled, and of the uneven steps of IQ4, each with
// the offset that makes it a number without sign.
constexpr int kMxfp4Zero = 12;
alignas(16) constexpr std::uint8_t kMxfp4Values[16] = {12, 13, 14, 15, 16, 18, 20, 24,
                                                       12, 11, 10, 9,  8,  6,  4,  0};
constexpr int kIq4Zero = 128;
alignas(16) constexpr std::uint8_t kIq4Values[16] = {1,   24,  45,  63,  79,  93,  106, 118,
                                                     129, 141, 153, 166, 181, 197, 217, 241};

template <class V>
void LookUp(const std::uint8_t* table, typename V::Int* w) {
  const auto values = V::SetTable(table);
  GN_UNROLL
  for (std::size_t g = 0; g < kGroups; ++g) w[g] = V::LookUp(values, w[g]);
}

template <class V>
struct CodesIq4Nl : SimpleCodes<V, WeightType::kIQ4_NL, kIq4Zero> {
  static constexpr int kMax = 241;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 32, row, w);
    LookUp<V>(kIq4Values, w);
  }
};

template <class V>
struct CodesMxfp4 {
  static constexpr WeightType kType = WeightType::kMXFP4;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = false;
  static constexpr int kZero = kMxfp4Zero;
  static constexpr int kMax = 24;
  static void Codes(const std::uint8_t* cell, std::size_t, std::size_t row, typename V::Int* w) {
    LoadNibbles<V>(cell + 16, row, w);
    LookUp<V>(kMxfp4Values, w);
  }
  // 2^(e - 128), which may be too small for the exponent of a float: two factors of half of it.
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg*) {
    const auto e = V::WidenBytes(cell + row);
    const auto first = V::ToFloat(V::template ShiftRight<1>(e));
    const auto second = V::Sub(V::ToFloat(e), first);
    const auto bias = V::Broadcast(64.0f);
    scale[0] = V::Mul(V::Pow2(V::Sub(first, bias)), V::Pow2(V::Sub(second, bias)));
  }
};

// ---- formats of eight blocks a cell ----

constexpr std::size_t kCellBlocks = 8;

// Eight scales and eight minima of six bits for each row: low halves together in a byte, the
// high pairs of two blocks in another; then the factors of both as halves.
template <class V>
void MinScales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
               typename V::Reg* min) {
  const auto d = HalfLanes<V>(cell + 192, row);
  const auto dmin = V::Sub(V::Zero(), HalfLanes<V>(cell + 224, row));
  GN_UNROLL
  for (std::size_t b = 0; b < kCellBlocks; b += 2) {
    const auto high = V::WidenBytes(cell + 128 + b / 2 * kPanelRows + row);
    const auto even = V::WidenBytes(cell + b * kPanelRows + row);
    const auto odd = V::WidenBytes(cell + (b + 1) * kPanelRows + row);
    const auto low4 = V::BroadcastInt(15);
    const auto high2 = V::BroadcastInt(0x30);
    const auto join = [&](auto low, auto top) { return V::ToFloat(V::OrMasked(low, top, high2)); };
    scale[b] = V::Mul(d, join(V::And(even, low4), V::template ShiftLeft<4>(high)));
    min[b] = V::Mul(dmin, join(V::template ShiftRight<4>(even), V::template ShiftLeft<2>(high)));
    scale[b + 1] = V::Mul(d, join(V::And(odd, low4), high));
    min[b + 1] =
        V::Mul(dmin, join(V::template ShiftRight<4>(odd), V::template ShiftRight<2>(high)));
  }
}

template <class V>
struct CodesQ4K {
  static constexpr WeightType kType = WeightType::kQ4_K;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = true;
  static constexpr int kZero = 0;
  static constexpr int kMax = 15;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    LoadNibbles<V>(cell + 256 + block * 256, row, w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg* min) {
    MinScales<V>(cell, row, scale, min);
  }
};

template <class V>
struct CodesQ5K {
  static constexpr WeightType kType = WeightType::kQ5_K;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = true;
  static constexpr int kZero = 0;
  static constexpr int kMax = 31;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    const std::uint8_t* const planes = cell + 256 + block * 320;
    LoadNibbles<V>(planes, row, w);
    AddBits<V, 4>(V::LoadBytes(planes + 256 + 4 * row), w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg* min) {
    MinScales<V>(cell, row, scale, min);
  }
};

template <class V>
struct CodesQ6K {
  static constexpr WeightType kType = WeightType::kQ6_K;
  static constexpr std::size_t kSubs = 2;
  static constexpr bool kMin = false;
  static constexpr int kZero = 32;
  static constexpr int kMax = 63;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    const std::uint8_t* const planes = cell + 288 + block * 384;
    LoadNibbles<V>(planes, row, w);
    AddPairPlane<V, 4>(planes + 256, row, w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg*) {
    const auto d = HalfLanes<V>(cell + 256, row);
    GN_UNROLL
    for (std::size_t i = 0; i < 2 * kCellBlocks; ++i) {
      scale[i] = V::Mul(d, V::ToFloat(V::WidenSignedBytes(cell + i * kPanelRows + row)));
    }
  }
};

// Six bits of a scale with an offset of 32, times d.
template <class V>
typename V::Reg OffsetScale(typename V::Reg d, typename V::Int low, typename V::Int high) {
  const auto six = V::OrMasked(V::And(low, V::BroadcastInt(15)), high, V::BroadcastInt(0x30));
  return V::Mul(d, V::Sub(V::ToFloat(six), V::Broadcast(32.0f)));
}

template <class V>
struct CodesQ3K {
  static constexpr WeightType kType = WeightType::kQ3_K;
  static constexpr std::size_t kSubs = 2;
  static constexpr bool kMin = false;
  static constexpr int kZero = 4;
  static constexpr int kMax = 7;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    const std::uint8_t* const planes = cell + 224 + block * 192;
    ClearCodes<V>(w);
    AddPairPlane<V, 0>(planes, row, w);
    AddBits<V, 2>(V::LoadBytes(planes + 128 + 4 * row), w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg*) {
    const auto d = HalfLanes<V>(cell + 192, row);
    GN_UNROLL
    for (std::size_t i = 0; i < 4; ++i) {
      const auto high = V::WidenBytes(cell + 128 + i * kPanelRows + row);
      const auto first = V::WidenBytes(cell + 2 * i * kPanelRows + row);
      const auto second = V::WidenBytes(cell + (2 * i + 1) * kPanelRows + row);
      scale[4 * i] = OffsetScale<V>(d, first, V::template ShiftLeft<4>(high));
      scale[4 * i + 1] =
          OffsetScale<V>(d, V::template ShiftRight<4>(first), V::template ShiftLeft<2>(high));
      scale[4 * i + 2] = OffsetScale<V>(d, second, high);
      scale[4 * i + 3] =
          OffsetScale<V>(d, V::template ShiftRight<4>(second), V::template ShiftRight<2>(high));
    }
  }
};

template <class V>
struct CodesQ2K {
  static constexpr WeightType kType = WeightType::kQ2_K;
  static constexpr std::size_t kSubs = 2;
  static constexpr bool kMin = true;
  static constexpr int kZero = 0;
  static constexpr int kMax = 3;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    ClearCodes<V>(w);
    AddPairPlane<V, 0>(cell + 320 + block * 128, row, w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg* min) {
    const auto d = HalfLanes<V>(cell + 256, row);
    const auto dmin = V::Sub(V::Zero(), HalfLanes<V>(cell + 288, row));
    GN_UNROLL
    for (std::size_t i = 0; i < 2 * kCellBlocks; ++i) {
      const auto both = V::WidenBytes(cell + i * kPanelRows + row);
      scale[i] = V::Mul(d, V::ToFloat(V::And(both, V::BroadcastInt(15))));
      min[i] = V::Mul(dmin, V::ToFloat(V::template ShiftRight<4>(both)));
    }
  }
};

template <class V>
struct CodesIq4Xs {
  static constexpr WeightType kType = WeightType::kIQ4_XS;
  static constexpr std::size_t kSubs = 1;
  static constexpr bool kMin = false;
  static constexpr int kZero = kIq4Zero;
  static constexpr int kMax = 241;
  static void Codes(const std::uint8_t* cell, std::size_t block, std::size_t row,
                    typename V::Int* w) {
    LoadNibbles<V>(cell + 128 + block * 256, row, w);
    LookUp<V>(kIq4Values, w);
  }
  static void Scales(const std::uint8_t* cell, std::size_t row, typename V::Reg* scale,
                     typename V::Reg*) {
    const auto d = HalfLanes<V>(cell + 96, row);
    GN_UNROLL
    for (std::size_t i = 0; i < 2; ++i) {
      const auto high = V::WidenBytes(cell + 64 + i * kPanelRows + row);
      const auto first = V::WidenBytes(cell + 2 * i * kPanelRows + row);
      const auto second = V::WidenBytes(cell + (2 * i + 1) * kPanelRows + row);
      scale[4 * i] = OffsetScale<V>(d, first, V::template ShiftLeft<4>(high));
      scale[4 * i + 1] =
          OffsetScale<V>(d, V::template ShiftRight<4>(first), V::template ShiftLeft<2>(high));
      scale[4 * i + 2] = OffsetScale<V>(d, second, high);
      scale[4 * i + 3] =
          OffsetScale<V>(d, V::template ShiftRight<4>(second), V::template ShiftRight<2>(high));
    }
  }
};

}  // namespace
}  // namespace ganglion::kernels
