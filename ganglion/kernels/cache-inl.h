#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/attention.h"

// How attention reads and writes pages of each type. Reading is exact: an element is the same float
// wherever it is used.
//
//   kBytes           of a page for each element of a vector, which are fetched ahead
//   Keys(at, d, j)     the keys of tokens j to j + kLanes, from element d on, a multiple of kBlock
//     .Load(i)         element d + i of each, i < kBlock
//   Values(at, dim, d) the values from element d on
//     .Load(j, i)      elements d + i to d + i + kLanes of token j, all in the block of element d
//   ExpandKeys, ExpandValues: a page of either as floats, in the order of an F32 cache
//   StoreKey, StoreValue: see CacheStoreArgs

namespace ganglion::kernels {
namespace {

constexpr std::size_t kPage = kAttentionPageTokens;

template <class V>
struct CachedFloat {
  using Type = float;
  static typename V::Reg Load(const Type* p) { return V::Load(p); }
  static void Store(Type* p, typename V::Reg v) { V::Store(p, v); }
};
template <class V>
struct CachedHalf {
  using Type = std::uint16_t;
  static typename V::Reg Load(const Type* p) { return V::LoadHalf(p); }
  static void Store(Type* p, typename V::Reg v) { V::StoreHalf(p, v); }
};
template <class V>
struct CachedBfloat16 {
  using Type = std::uint16_t;
  static typename V::Reg Load(const Type* p) { return V::LoadBfloat16(p); }
  static void Store(Type* p, typename V::Reg v) { V::StoreBfloat16(p, v); }
};

// Elements one by one.
template <class V, class Element>
struct CacheOfElements {
  using Type = typename Element::Type;
  static constexpr bool kIsFloat = sizeof(Type) == 4;
  static constexpr std::size_t kBytes = kPage * sizeof(Type);

  struct Keys {
    Keys(const std::byte* keys, std::size_t d, std::size_t j)
        : at(reinterpret_cast<const Type*>(keys) + d * kPage + j) {}
    typename V::Reg Load(std::size_t i) const { return Element::Load(at + i * kPage); }
    const Type* at;
  };
  struct Values {
    Values(const std::byte* values, std::size_t value_dim, std::size_t d)
        : at(reinterpret_cast<const Type*>(values) + d), dim(value_dim) {}
    typename V::Reg Load(std::size_t j, std::size_t i) const {
      return Element::Load(at + j * dim + i);
    }
    const Type* at;
    std::size_t dim;
  };

  static void ExpandKeys(const std::byte* keys, std::size_t dim, float* to) {
    const auto* const from = reinterpret_cast<const Type*>(keys);
    for (std::size_t i = 0; i < dim * kPage; i += V::kLanes)
      V::Store(to + i, Element::Load(from + i));
  }
  static void ExpandValues(const std::byte* values, std::size_t dim, float* to) {
    ExpandKeys(values, dim, to);
  }

  static void StoreKey(const CacheStoreArgs& args) {
    auto* const to = reinterpret_cast<Type*>(args.to) + args.slot;
    alignas(64) Type lanes[V::kLanes];
    for (std::size_t d = 0; d < args.dim; d += V::kLanes) {
      const std::size_t count = Translate(args, d, lanes);
      for (std::size_t i = 0; i < count; ++i) to[(d + i) * kPage] = lanes[i];
    }
  }
  static void StoreValue(const CacheStoreArgs& args) {
    auto* const to = reinterpret_cast<Type*>(args.to) + args.slot * args.dim;
    const std::size_t whole = args.dim - args.dim % V::kLanes;
    for (std::size_t d = 0; d < whole; d += V::kLanes) Element::Store(to + d, V::Load(args.x + d));
    if (whole == args.dim) return;
    alignas(64) Type lanes[V::kLanes];
    const std::size_t count = Translate(args, whole, lanes);
    for (std::size_t i = 0; i < count; ++i) to[whole + i] = lanes[i];
  }

 private:
  // Elements from d on, as many as there are lanes, and how many there are.
  static std::size_t Translate(const CacheStoreArgs& args, std::size_t d, Type* lanes) {
    const std::size_t left = args.dim - d;
    if (left >= V::kLanes) {
      Element::Store(lanes, V::Load(args.x + d));
      return V::kLanes;
    }
    Element::Store(lanes, V::LoadFirst(args.x + d, left));
    return left;
  }
};

template <class V>
using CacheF32 = CacheOfElements<V, CachedFloat<V>>;
template <class V>
using CacheF16 = CacheOfElements<V, CachedHalf<V>>;
template <class V>
using CacheBF16 = CacheOfElements<V, CachedBfloat16<V>>;

// The scales of a block as floats.
template <class V>
void LoadScales(const std::byte* block, float* scales) {
  const auto* const halves = reinterpret_cast<const std::uint16_t*>(block + kPage * kBlock);
  for (std::size_t j = 0; j < kPage; j += V::kLanes) V::Store(scales + j, V::LoadHalf(halves + j));
}

// A code has 7 bits and a scale 11, so that their product is exact.
template <class V>
struct CacheQ8 {
  static constexpr bool kIsFloat = false;
  static constexpr std::size_t kBytes = kCacheBlockBytes / kBlock;

  struct Keys {
    Keys(const std::byte* keys, std::size_t d, std::size_t j) {
      const std::byte* const block = keys + d / kBlock * kCacheBlockBytes;
      at = reinterpret_cast<const std::int8_t*>(block) + j;
      scales = V::LoadHalf(reinterpret_cast<const std::uint16_t*>(block + kPage * kBlock) + j);
    }
    typename V::Reg Load(std::size_t i) const {
      return V::Mul(V::LoadCodes(at + i * kPage), scales);
    }
    const std::int8_t* at;
    typename V::Reg scales;
  };
  struct Values {
    Values(const std::byte* values, std::size_t, std::size_t d) {
      const std::byte* const block = values + d / kBlock * kCacheBlockBytes;
      at = reinterpret_cast<const std::int8_t*>(block) + d % kBlock;
      LoadScales<V>(block, scales);
    }
    typename V::Reg Load(std::size_t j, std::size_t i) const {
      return V::Mul(V::LoadCodes(at + j * kBlock + i), V::Broadcast(scales[j]));
    }
    const std::int8_t* at;
    alignas(64) float scales[kPage];
  };

  static void ExpandKeys(const std::byte* keys, std::size_t dim, float* to) {
    for (std::size_t d = 0; d < dim; d += kBlock) {
      for (std::size_t j = 0; j < kPage; j += V::kLanes) {
        const Keys block(keys, d, j);
        for (std::size_t i = 0; i < kBlock; ++i) V::Store(to + (d + i) * kPage + j, block.Load(i));
      }
    }
  }
  static void ExpandValues(const std::byte* values, std::size_t dim, float* to) {
    for (std::size_t d = 0; d < dim; d += V::kLanes) {
      const Values block(values, dim, d);
      for (std::size_t j = 0; j < kPage; ++j) V::Store(to + j * dim + d, block.Load(j, 0));
    }
  }

  static void StoreKey(const CacheStoreArgs& args) { StoreBlocks(args, kPage, 1); }
  static void StoreValue(const CacheStoreArgs& args) { StoreBlocks(args, 1, kBlock); }

 private:
  // Element i of token j lies at i * element_stride + j * token_stride of its block.
  static void StoreBlocks(const CacheStoreArgs& args, std::size_t element_stride,
                          std::size_t token_stride) {
    for (std::size_t d = 0; d < args.dim; d += kBlock) {
      std::byte* const block = args.to + d / kBlock * kCacheBlockBytes;
      auto* const scale = reinterpret_cast<std::uint16_t*>(block + kPage * kBlock) + args.slot;
      alignas(64) std::int8_t codes[kBlock];
      *scale = Quantize(args.x + d, codes);
      auto* const to = reinterpret_cast<std::int8_t*>(block) + args.slot * token_stride;
      for (std::size_t i = 0; i < kBlock; ++i) to[i * element_stride] = codes[i];
    }
  }

  // Returns the scale. The codes are those of the scale as it was rounded.
  static std::uint16_t Quantize(const float* x, std::int8_t* codes) {
    typename V::Reg largest = V::Zero();
    for (std::size_t i = 0; i < kBlock; i += V::kLanes) {
      largest = V::Max(V::Abs(V::Load(x + i)), largest);
    }
    alignas(64) std::uint16_t halves[V::kLanes];
    alignas(64) float rounded[V::kLanes];
    const float range = V::MaxAcross(largest);
    V::StoreHalf(halves, V::Broadcast((range < kRangeMax ? range : kRangeMax) / 127.0f));
    V::Store(rounded, V::LoadHalf(halves));
    const auto inverse = V::Broadcast(rounded[0] > 0.0f ? 1.0f / rounded[0] : 0.0f);
    for (std::size_t i = 0; i < kBlock; i += V::kLanes) {
      const auto code = V::Round(V::Mul(V::Load(x + i), inverse));
      V::StoreBytes(codes + i, V::Min(V::Max(code, V::Broadcast(-127.0f)), V::Broadcast(127.0f)));
    }
    return halves[0];
  }

  static constexpr float kRangeMax = 127.0f * 65504.0f;  // of the largest half
};

}  // namespace
}  // namespace ganglion::kernels
