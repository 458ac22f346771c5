#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/exp-inl.h"
#include "ganglion/kernels/kernels.h"

// Attention in one pass over the pages (online softmax, Milakov and Gimelshein 2018): after each
// page the result so far is scaled to the largest score seen. The page is the block of the sums, so
// they depend on the positions alone.

namespace ganglion::kernels {
namespace {

template <class V>
struct CacheF32 {
  using Type = float;
  static typename V::Reg Load(const Type* p) { return V::Load(p); }
  static typename V::Reg LoadFirst(const Type* p, std::size_t n) { return V::LoadFirst(p, n); }
};
template <class V>
struct CacheF16 {
  using Type = std::uint16_t;
  static typename V::Reg Load(const Type* p) { return V::LoadHalf(p); }
  static typename V::Reg LoadFirst(const Type* p, std::size_t n) { return V::LoadHalfFirst(p, n); }
};

constexpr std::size_t kAttentionRowsMax = 4;  // query rows that share the loads of a page

// The softmax of one query row so far.
struct SoftmaxState {
  float largest;
  float sum;
};

// scores[r][j] = scale * q[r] . k[j] for the tokens j of a page.
template <class V, class Cache, int kRows>
void PageScores(const AttentionArgs& args, const float* q, const typename Cache::Type* keys,
                float (*scores)[kAttentionPageTokens]) {
  using Reg = typename V::Reg;
  constexpr std::size_t kStep = 2 * V::kLanes;  // two strands hide the latency of the sums
  const Reg scale = V::Broadcast(args.scale);
  const Reg cap = V::Broadcast(args.softcap);
  const Reg twice_inverse_cap = V::Broadcast(2.0f / args.softcap);
  const auto finish = [&](Reg product) {
    const Reg score = V::Mul(product, scale);
    return args.softcap == 0.0f ? score : Softcap<V>(score, twice_inverse_cap, cap);
  };
  for (std::size_t j = 0; j < kAttentionPageTokens; j += kStep) {
    Reg first[kRows];
    Reg second[kRows];
    for (int r = 0; r < kRows; ++r) first[r] = second[r] = V::Zero();
    for (std::size_t d = 0; d < args.key_dim; ++d) {
      const Reg k_first = Cache::Load(keys + d * kAttentionPageTokens + j);
      const Reg k_second = Cache::Load(keys + d * kAttentionPageTokens + j + V::kLanes);
      for (int r = 0; r < kRows; ++r) {
        const Reg element = V::Broadcast(q[static_cast<std::size_t>(r) * args.key_dim + d]);
        first[r] = V::MulAdd(k_first, element, first[r]);
        second[r] = V::MulAdd(k_second, element, second[r]);
      }
    }
    for (int r = 0; r < kRows; ++r) {
      V::Store(scores[r] + j, finish(first[r]));
      V::Store(scores[r] + j + V::kLanes, finish(second[r]));
    }
  }
}

// Turns the scores of a page into weights relative to the largest score seen, and returns by how
// much the result so far shrinks. Scores before `first` and from `count` on are ignored: their
// weight becomes 0.
template <class V>
float PageSoftmax(SoftmaxState& state, float* scores, std::size_t first, std::size_t count) {
  using Reg = typename V::Reg;
  for (std::size_t j = 0; j < first; ++j) scores[j] = -__builtin_inff();
  for (std::size_t j = count; j < kAttentionPageTokens; ++j) scores[j] = -__builtin_inff();
  Reg lanes = V::Load(scores);
  for (std::size_t j = V::kLanes; j < kAttentionPageTokens; j += V::kLanes) {
    lanes = V::Max(V::Load(scores + j), lanes);
  }
  const float page_largest = V::MaxAcross(lanes);
  const float largest = page_largest > state.largest ? page_largest : state.largest;
  float shrink[V::kLanes];
  V::Store(shrink, Exp<V>(V::Broadcast(state.largest - largest)));
  Reg sum = V::Zero();
  for (std::size_t j = 0; j < kAttentionPageTokens; j += V::kLanes) {
    const Reg weight = Exp<V>(V::Sub(V::Load(scores + j), V::Broadcast(largest)));
    V::Store(scores + j, weight);
    sum = V::Add(sum, weight);
  }
  state.largest = largest;
  state.sum = state.sum * shrink[0] + V::Sum(sum);
  return shrink[0];
}

// y[r] = y[r] * shrink[r] + sum over j < count of weights[r][j] * v[j]. Values past `count` are not
// read: they may be anything, and zero times anything is not always zero.
template <class V, class Cache, int kRows>
void PageValues(const AttentionArgs& args, const typename Cache::Type* values,
                const float (*weights)[kAttentionPageTokens], const float* shrink,
                std::size_t count, float* y) {
  using Reg = typename V::Reg;
  const std::size_t dim = args.value_dim;
  const std::size_t tail = dim % V::kLanes;
  const std::size_t whole = dim - tail;
  Reg sums[kRows];
  for (std::size_t d = 0; d < whole; d += V::kLanes) {
    for (std::size_t r = 0; r < kRows; ++r) {
      sums[r] = V::Mul(V::Load(y + r * dim + d), V::Broadcast(shrink[r]));
    }
    for (std::size_t j = 0; j < count; ++j) {
      const Reg value = Cache::Load(values + j * dim + d);
      for (std::size_t r = 0; r < kRows; ++r) {
        sums[r] = V::MulAdd(value, V::Broadcast(weights[r][j]), sums[r]);
      }
    }
    for (std::size_t r = 0; r < kRows; ++r) V::Store(y + r * dim + d, sums[r]);
  }
  if (tail == 0) return;
  for (std::size_t r = 0; r < kRows; ++r) {
    Reg sum = V::Mul(V::LoadFirst(y + r * dim + whole, tail), V::Broadcast(shrink[r]));
    for (std::size_t j = 0; j < count; ++j) {
      const Reg value = Cache::LoadFirst(values + j * dim + whole, tail);
      sum = V::MulAdd(value, V::Broadcast(weights[r][j]), sum);
    }
    V::StoreFirst(y + r * dim + whole, sum, tail);
  }
}

// kRows query rows of one token, all of which see `keys` keys.
template <class V, class Cache, int kRows>
void AttendRows(const AttentionArgs& args, std::size_t keys, const float* q, float* y) {
  using Type = typename Cache::Type;
  SoftmaxState state[kRows];
  for (SoftmaxState& s : state) s = {-__builtin_inff(), 0.0f};
  for (std::size_t i = 0; i < kRows * args.value_dim; ++i) y[i] = 0.0f;
  alignas(64) float scores[kRows][kAttentionPageTokens];
  float shrink[kRows];
  const std::size_t first_key = args.window != 0 && keys > args.window ? keys - args.window : 0;
  for (std::size_t begin = first_key / kAttentionPageTokens * kAttentionPageTokens; begin < keys;
       begin += kAttentionPageTokens) {
    const std::byte* const page = args.pages[begin / kAttentionPageTokens];
    const std::size_t left = keys - begin;
    const std::size_t count = left < kAttentionPageTokens ? left : kAttentionPageTokens;
    const std::size_t first = first_key > begin ? first_key - begin : 0;
    PageScores<V, Cache, kRows>(args, q, reinterpret_cast<const Type*>(page + args.key_offset),
                                scores);
    for (int r = 0; r < kRows; ++r) shrink[r] = PageSoftmax<V>(state[r], scores[r], first, count);
    PageValues<V, Cache, kRows>(args, reinterpret_cast<const Type*>(page + args.value_offset),
                                scores, shrink, count, y);
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    const float inverse = 1.0f / state[r].sum;
    for (std::size_t d = 0; d < args.value_dim; ++d) y[r * args.value_dim + d] *= inverse;
  }
}

template <class V, template <class> class Cache>
void Attention(const AttentionArgs& args) {
  static_assert(kAttentionPageTokens % (2 * V::kLanes) == 0);
  for (std::size_t i = 0; i < args.tokens; ++i) {
    const std::size_t keys = args.keys + i;
    for (std::size_t g = 0; g < args.group;) {
      const float* q = args.q + i * args.stride_q + g * args.key_dim;
      float* y = args.y + i * args.stride_y + g * args.value_dim;
      const std::size_t left = args.group - g;
      if (left >= kAttentionRowsMax) {
        AttendRows<V, Cache<V>, kAttentionRowsMax>(args, keys, q, y);
        g += kAttentionRowsMax;
      } else if (left >= 2) {
        AttendRows<V, Cache<V>, 2>(args, keys, q, y);
        g += 2;
      } else {
        AttendRows<V, Cache<V>, 1>(args, keys, q, y);
        g += 1;
      }
    }
  }
}

}  // namespace
}  // namespace ganglion::kernels
