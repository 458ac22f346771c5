#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/packed.h"

// Attention over pages of cached keys and values, and the layout of those pages.
namespace ganglion::kernels {

constexpr std::size_t kAttentionPageTokens = 32;

// Pages of one part of a long context. The softmax of a part is computed on its own, and the parts
// are joined in their order. They lie at fixed positions, so that the sums are the same whether one
// thread computes all parts or each has its own.
constexpr std::size_t kAttentionPartPages = 32;

// How the numbers of a page are stored. The keys of one head are [key_dim][kAttentionPageTokens]:
// transposed, so that the scores of a page are computed side by side. Its values are
// [kAttentionPageTokens][value_dim].
//
// Q8_0 has a scale for each kBlock elements of a token's vector, and lies in blocks of that many
// elements: the int8 codes of all tokens of the page, in the order above, then their scales as
// halves, [kAttentionPageTokens]. An element is its code times its scale; codes are in -127 to 127.
enum class CacheType : std::uint8_t { kF32, kF16, kBF16, kQ8_0 };
constexpr std::size_t kCacheTypes = 4;

constexpr std::size_t kCacheBlockBytes = kAttentionPageTokens * (kBlock + 2);

// Bytes of the keys or values of one head in a page; `dim` is a multiple of kBlock for Q8_0.
constexpr std::size_t CacheBytes(CacheType type, std::size_t dim) {
  if (type == CacheType::kQ8_0) return dim / kBlock * kCacheBlockBytes;
  return dim * kAttentionPageTokens * (type == CacheType::kF32 ? 4 : 2);
}

// Stores x[dim], the key or value of one head, as that of the page's token `slot`. What else lies
// in the page is left alone. `to` is where the keys or values of the head begin.
struct CacheStoreArgs {
  const float* x;
  std::size_t dim;
  std::size_t slot;
  std::byte* to;
};

// Keys and values of one head lie at pages[p] + key_offset and pages[p] + value_offset, aligned to
// their elements.
//
// For each token i < tokens and query row g < group, with n = keys + i:
//   y[i][g] = sum over the visible j < n of softmax(score(q[i][g] . k[j])) * v[j]
// where score(x) is scale * x, or softcap * tanh(scale * x / softcap) where softcap is not 0, and
// key j is visible where n - j <= window, or always where window is 0. Row g of token i lies at
// q + i * stride_q + g * key_dim; its result at y + i * stride_y + g * value_dim.
//
// What lies in the pages past the last key is read but has no influence; pages in which no key is
// visible are not read. The result does not depend on the type of the cache but for the rounding of
// what it holds: the same numbers give the same bits.
struct AttentionArgs {
  const float* q;
  std::size_t stride_q;
  const std::byte* const* pages;
  std::size_t key_offset;
  std::size_t value_offset;
  std::size_t key_dim;    // at most kAttentionDimMax
  std::size_t value_dim;  // likewise
  std::size_t tokens;
  std::size_t group;
  std::size_t keys;  // that token 0 sees, itself included; > 0
  float scale;
  float softcap;       // 0: none
  std::size_t window;  // 0: none
  float* y;
  std::size_t stride_y;
};

constexpr std::size_t kAttentionDimMax = 1024;

// Query rows that share the reading of a page; more in one call are handled one lot after another.
constexpr std::size_t kAttentionTileRows = 48;

// The state of one query row after one part of the context: value_dim floats of the result, not
// yet divided by the sum of the weights; then the largest score, to which the weights are relative;
// then the sum.
constexpr std::size_t AttentionPartFloats(std::size_t value_dim) { return value_dim + 2; }

constexpr std::size_t AttentionParts(std::size_t keys) {
  constexpr std::size_t kTokens = kAttentionPartPages * kAttentionPageTokens;
  return (keys + kTokens - 1) / kTokens;
}

// Joins the states of `parts` parts to the result. The state of row r = i * group + g of part p
// lies at states + (p * rows + r) * AttentionPartFloats(value_dim).
struct AttentionJoinArgs {
  const float* states;
  std::size_t parts;
  std::size_t tokens;
  std::size_t group;
  std::size_t value_dim;
  float* y;
  std::size_t stride_y;
};

// The kernels of one type of cache.
struct AttentionKernels {
  void (*store_key)(const CacheStoreArgs& args);
  void (*store_value)(const CacheStoreArgs& args);
  void (*attend)(const AttentionArgs& args);
  // Part `part` alone: its states, for joining, go to `states`; `y` is not used.
  void (*attend_part)(const AttentionArgs& args, std::size_t part, float* states);
};

}  // namespace ganglion::kernels
