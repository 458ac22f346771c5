#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/cache-inl.h"
#include "ganglion/kernels/exp-inl.h"

// Attention in one pass over the pages (online softmax, Milakov and Gimelshein 2018; in tiles, Dao
// et al. 2022): where a page has a larger score than all before, the result so far is scaled to it.
// The page is the block of the sums, so they depend on the positions alone.
//
// A tile is some query rows, of one or several tokens, that go through the pages together. Its rows
// are handled in lots of V::kAttentionRows, as many as the registers hold sums for; the last lot
// may have rows that nobody asked for. A tile of more than one lot expands each page to floats
// once.

namespace ganglion::kernels {
namespace {

constexpr std::size_t kTileFloats = 16384;  // of the queries, and of the results, of a tile

// A number that is known when compiling.
template <int kValue>
struct Constant {
  static constexpr int value = kValue;
};

// Calls body(Constant<n>) for the smallest lot that holds `rows` rows.
template <class V, class Body>
void WithLot(std::size_t rows, const Body& body) {
  if (rows <= 1) return body(Constant<1>());
  if (rows <= 2) return body(Constant<2>());
  if constexpr (V::kAttentionRows > 4) {
    if (rows <= 4) return body(Constant<4>());
  }
  if constexpr (V::kAttentionRows > 6) {
    if (rows <= 6) return body(Constant<6>());
    if (rows <= 8) return body(Constant<8>());
  }
  body(Constant<V::kAttentionRows>());
}

// Calls body(first_row, Constant<n>) for each lot of a tile.
template <class V, class Body>
void ForLots(std::size_t rows, const Body& body) {
  for (std::size_t row = 0; row < rows; row += V::kAttentionRows) {
    WithLot<V>(rows - row, [&](auto lot) { body(row, lot); });
  }
}

// The largest score and the sum of weights of a row, over some of its keys.
struct RowState {
  float largest;
  float sum;
};

template <class V>
struct Tile {
  static constexpr std::size_t kRows = kAttentionTileRows;
  static_assert(kRows % V::kAttentionRows == 0);

  // Rows of args.tokens * args.group.
  Tile(const AttentionArgs& attention, std::size_t first, std::size_t count)
      : args(attention), first_row(first), rows(count) {
    PackQueries();
  }

  const AttentionArgs& args;
  const std::size_t first_row;
  const std::size_t rows;

  float shrink[kRows];                                    // of the results so far, at this page
  float largest[kRows];                                   // scores so far, in this part
  alignas(64) float sums[kRows][V::kLanes];               // of weights, in this part
  alignas(64) float scores[kRows][kAttentionPageTokens];  // of this page; later weights
  alignas(64) float q[kTileFloats];                       // lot by lot: [key_dim][rows of the lot]
  alignas(64) float result[kTileFloats];                  // [rows][value_dim], in this part
  alignas(64) float page[kAttentionDimMax * kAttentionPageTokens];  // keys or values as floats

  std::size_t Keys(std::size_t row) const { return args.keys + (first_row + row) / args.group; }
  std::size_t FirstKey(std::size_t row) const {
    const std::size_t keys = Keys(row);
    return args.window != 0 && keys > args.window ? keys - args.window : 0;
  }
  const float* Query(std::size_t row) const {
    const std::size_t at = first_row + row;
    return args.q + at / args.group * args.stride_q + at % args.group * args.key_dim;
  }
  float* Output(std::size_t row) const {
    const std::size_t at = first_row + row;
    return args.y + at / args.group * args.stride_y + at % args.group * args.value_dim;
  }
  const float* Result(std::size_t row) const { return result + row * args.value_dim; }
  RowState State(std::size_t row) const { return {largest[row], V::Sum(V::Load(sums[row]))}; }

 private:
  void PackQueries() {
    float* to = q;
    ForLots<V>(rows, [&](std::size_t row, auto lot) {
      for (std::size_t r = 0; r < lot.value; ++r) {
        const float* const from = row + r < rows ? Query(row + r) : nullptr;
        for (std::size_t d = 0; d < args.key_dim; ++d) {
          to[d * lot.value + r] = from == nullptr ? 0.0f : from[d];
        }
      }
      to += args.key_dim * lot.value;
    });
  }
};

// Asks for kBytes bytes, or the line that they share with others, from memory into the second level
// of caches. Spread evenly over the work, because a burst fills the buffers that the work itself
// loads through. Decoding one token at 4096 on a Sapphire Rapids, F16: 12.3 GB/s, against 9 in
// bursts into the first level and 7 without.
template <std::size_t kBytes>
void Fetch(const std::byte* from) {
  for (std::size_t i = 0; i < kBytes; i += 64) __builtin_prefetch(from + i, 0, 2);
}

// A page as floats, which is in the caches already.
template <class V>
struct ExpandedPage : CacheF32<V> {
  static constexpr std::size_t kBytes = 0;  // to fetch
};

// scores[r][j] = scale * q[r] . k[j] for the tokens j of a page.
template <class V, class Cache, int kRows>
void PageScores(const AttentionArgs& args, const float* q, const std::byte* keys,
                const std::byte* next, float (*scores)[kAttentionPageTokens]) {
  using Reg = typename V::Reg;
  constexpr std::size_t kStep = 2 * V::kLanes;  // of which each element of a query is loaded once
  static_assert(kAttentionPageTokens % kStep == 0);
  const Reg scale = V::Broadcast(args.scale);
  for (std::size_t j = 0; j < kAttentionPageTokens; j += kStep) {
    Reg sums[2][kRows];
    for (int r = 0; r < kRows; ++r) sums[0][r] = sums[1][r] = V::Zero();
    for (std::size_t d = 0; d < args.key_dim; d += kBlock) {
      const std::size_t left = args.key_dim - d;
      const std::size_t count = left < kBlock ? left : kBlock;
      const typename Cache::Keys first(keys, d, j);
      const typename Cache::Keys second(keys, d, j + V::kLanes);
      for (std::size_t i = 0; i < count; ++i) {
        if (j == 0) Fetch<Cache::kBytes>(next + (d + i) * Cache::kBytes);
        const Reg k_first = first.Load(i);
        const Reg k_second = second.Load(i);
        const float* const elements = q + (d + i) * kRows;
        for (int r = 0; r < kRows; ++r) {
          const Reg element = V::Broadcast(elements[r]);
          sums[0][r] = V::MulAdd(k_first, element, sums[0][r]);
          sums[1][r] = V::MulAdd(k_second, element, sums[1][r]);
        }
      }
    }
    for (int r = 0; r < kRows; ++r) {
      V::Store(scores[r] + j, V::Mul(sums[0][r], scale));
      V::Store(scores[r] + j + V::kLanes, V::Mul(sums[1][r], scale));
    }
  }
}

// Turns the scores of a page into weights relative to the largest score seen, and sets by how much
// the result so far shrinks. Scores before `first` and from `count` on get the weight 0.
template <class V>
void PageSoftmax(Tile<V>& tile, std::size_t row, std::size_t first, std::size_t count) {
  using Reg = typename V::Reg;
  float* const scores = tile.scores[row];
  tile.shrink[row] = 1.0f;
  if (first >= count) {
    for (std::size_t j = 0; j < kAttentionPageTokens; ++j) scores[j] = 0.0f;
    return;
  }
  if (tile.args.softcap != 0.0f) {
    const Reg cap = V::Broadcast(tile.args.softcap);
    const Reg twice_inverse_cap = V::Broadcast(2.0f / tile.args.softcap);
    for (std::size_t j = 0; j < kAttentionPageTokens; j += V::kLanes) {
      V::Store(scores + j, Softcap<V>(V::Load(scores + j), twice_inverse_cap, cap));
    }
  }
  for (std::size_t j = 0; j < first; ++j) scores[j] = -__builtin_inff();
  for (std::size_t j = count; j < kAttentionPageTokens; ++j) scores[j] = -__builtin_inff();
  Reg lanes = V::Load(scores);
  for (std::size_t j = V::kLanes; j < kAttentionPageTokens; j += V::kLanes) {
    lanes = V::Max(V::Load(scores + j), lanes);
  }
  Reg sum = V::Load(tile.sums[row]);
  if (V::AnyAbove(lanes, V::Broadcast(tile.largest[row]))) {
    const float largest = V::MaxAcross(lanes);
    float shrink[V::kLanes];
    V::Store(shrink, Exp<V>(V::Broadcast(tile.largest[row] - largest)));
    sum = V::Mul(sum, V::Broadcast(shrink[0]));
    tile.largest[row] = largest;
    tile.shrink[row] = shrink[0];
  }
  const Reg largest = V::Broadcast(tile.largest[row]);
  for (std::size_t j = 0; j < kAttentionPageTokens; j += V::kLanes) {
    const Reg weight = Exp<V>(V::Sub(V::Load(scores + j), largest));
    V::Store(scores + j, weight);
    sum = V::Add(sum, weight);
  }
  V::Store(tile.sums[row], sum);
}

// Elements d on, kVectors vectors of them, of
//   y[r] = y[r] * shrink[r] + sum over j in [first, count) of weights[r][j] * v[j].
template <class V, class Cache, int kRows, int kVectors>
void PageValues(std::size_t dim, std::size_t d, const std::byte* values, const std::byte* next,
                const float (*weights)[kAttentionPageTokens], const float* shrink,
                std::size_t first, std::size_t count, float* y) {
  using Reg = typename V::Reg;
  Reg sums[kVectors][kRows];
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[v][r] = V::Mul(V::Load(y + r * dim + v * V::kLanes), V::Broadcast(shrink[r]));
    }
  }
  constexpr std::size_t kTokenBytes = kVectors * V::kLanes * Cache::kBytes / kAttentionPageTokens;
  const typename Cache::Values from(values, dim, d);
  for (std::size_t j = first; j < count; ++j) {
    Fetch<kTokenBytes>(next + d * Cache::kBytes + j * kTokenBytes);
    Reg value[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = from.Load(j, v * V::kLanes);
    for (std::size_t r = 0; r < kRows; ++r) {
      const Reg weight = V::Broadcast(weights[r][j]);
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[v][r] = V::MulAdd(value[v], weight, sums[v][r]);
      }
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVectors; ++v) V::Store(y + r * dim + v * V::kLanes, sums[v][r]);
  }
}

// The same for the last elements, fewer than a vector holds. The values are floats.
template <class V>
void PageValuesTail(Tile<V>& tile, std::size_t row, const float* values, std::size_t first,
                    std::size_t count) {
  const std::size_t dim = tile.args.value_dim;
  const std::size_t tail = dim % V::kLanes;
  float* const y = tile.result + row * dim + dim - tail;
  auto sum = V::Mul(V::LoadFirst(y, tail), V::Broadcast(tile.shrink[row]));
  for (std::size_t j = first; j < count; ++j) {
    const auto value = V::LoadFirst(values + j * dim + dim - tail, tail);
    sum = V::MulAdd(value, V::Broadcast(tile.scores[row][j]), sum);
  }
  V::StoreFirst(y, sum, tail);
}

// All elements of a lot, from row `row` on.
template <class V, class Cache, int kRows>
void PageValuesOfLot(Tile<V>& tile, std::size_t row, const std::byte* values, const std::byte* next,
                     std::size_t first, std::size_t count) {
  constexpr std::size_t kStep = 2 * V::kLanes;
  const std::size_t dim = tile.args.value_dim;
  const auto* const weights = tile.scores + row;
  const float* const shrink = tile.shrink + row;
  float* const y = tile.result + row * dim;
  std::size_t d = 0;
  for (; d + kStep <= dim; d += kStep) {
    PageValues<V, Cache, kRows, 2>(dim, d, values, next, weights, shrink, first, count, y + d);
  }
  if (d + V::kLanes <= dim) {
    PageValues<V, Cache, kRows, 1>(dim, d, values, next, weights, shrink, first, count, y + d);
  }
}

template <class V, class Cache>
void ScoresOfTile(Tile<V>& tile, const std::byte* keys, const std::byte* next) {
  const float* q = tile.q;
  ForLots<V>(tile.rows, [&](std::size_t row, auto lot) {
    PageScores<V, Cache, lot.value>(tile.args, q, keys, next, tile.scores + row);
    q += tile.args.key_dim * lot.value;
  });
}

template <class V, class Cache>
void ValuesOfTile(Tile<V>& tile, const std::byte* values, const std::byte* next, std::size_t first,
                  std::size_t count) {
  ForLots<V>(tile.rows, [&](std::size_t row, auto lot) {
    PageValuesOfLot<V, Cache, lot.value>(tile, row, values, next, first, count);
  });
}

// One page for all rows of a tile. `begin` is its first position; `next` the page that will come
// after it.
template <class V, class Cache>
void PageOfTile(Tile<V>& tile, const std::byte* page, const std::byte* next, std::size_t begin) {
  const AttentionArgs& args = tile.args;
  const std::byte* keys = page + args.key_offset;
  const std::byte* values = page + args.value_offset;
  const std::byte* const next_keys = next + args.key_offset;
  const std::byte* const next_values = next + args.value_offset;
  const bool expands =
      !Cache::kIsFloat && (tile.rows > V::kAttentionRows || args.value_dim % V::kLanes != 0);

  if (expands) {
    Cache::ExpandKeys(keys, args.key_dim, tile.page);
    ScoresOfTile<V, ExpandedPage<V>>(tile, reinterpret_cast<const std::byte*>(tile.page),
                                     next_keys);
  } else {
    ScoresOfTile<V, Cache>(tile, keys, next_keys);
  }

  // The tokens that each row sees, and those that any row sees.
  const std::size_t first_key = tile.FirstKey(0);
  const std::size_t first = first_key > begin ? first_key - begin : 0;
  std::size_t count = 0;
  for (std::size_t row = 0; row < tile.rows; ++row) {
    const std::size_t own_first_key = tile.FirstKey(row);
    const std::size_t own_first = own_first_key > begin ? own_first_key - begin : 0;
    const std::size_t left = tile.Keys(row) > begin ? tile.Keys(row) - begin : 0;
    count = left < kAttentionPageTokens ? left : kAttentionPageTokens;  // grows with the row
    PageSoftmax<V>(tile, row, own_first, count);
  }

  if (expands) {
    Cache::ExpandValues(values, args.value_dim, tile.page);
    values = reinterpret_cast<const std::byte*>(tile.page);
    ValuesOfTile<V, ExpandedPage<V>>(tile, values, next_values, first, count);
  } else {
    ValuesOfTile<V, Cache>(tile, values, next_values, first, count);
  }
  if (args.value_dim % V::kLanes == 0) return;
  for (std::size_t row = 0; row < tile.rows; ++row) {
    PageValuesTail<V>(tile, row, reinterpret_cast<const float*>(values), first, count);
  }
}

// One part of the context for all rows of a tile.
template <class V, class Cache>
void PartOfTile(Tile<V>& tile, std::size_t part) {
  // The rows that nobody asked for as well: they are computed with the others of their lot.
  const std::size_t lots = (tile.rows + V::kAttentionRows - 1) / V::kAttentionRows;
  for (std::size_t row = 0; row < lots * V::kAttentionRows; ++row) {
    tile.shrink[row] = 1.0f;
    tile.largest[row] = -__builtin_inff();
    V::Store(tile.sums[row], V::Zero());
    float* const y = tile.result + row * tile.args.value_dim;
    for (std::size_t d = 0; d < tile.args.value_dim; ++d) y[d] = 0.0f;
  }
  const std::size_t first_seen = tile.FirstKey(0) / kAttentionPageTokens;
  const std::size_t first_own = part * kAttentionPartPages;
  const std::size_t end_seen = (tile.Keys(tile.rows - 1) - 1) / kAttentionPageTokens + 1;
  const std::size_t end_own = first_own + kAttentionPartPages;
  const std::size_t end = end_seen < end_own ? end_seen : end_own;
  for (std::size_t page = first_seen > first_own ? first_seen : first_own; page < end; ++page) {
    const std::byte* const next = tile.args.pages[page + 1 < end ? page + 1 : page];
    PageOfTile<V, Cache>(tile, tile.args.pages[page], next, page * kAttentionPageTokens);
  }
}

// Adds a part to what is known of a row: y is relative to `row`, and part_y to `part`.
template <class V>
void JoinPart(RowState& row, float* y, const RowState& part, const float* part_y, std::size_t dim) {
  if (part.largest == -__builtin_inff()) return;  // it sees nothing there
  const float largest = part.largest > row.largest ? part.largest : row.largest;
  float shrink[V::kLanes];
  float part_shrink[V::kLanes];
  V::Store(shrink, Exp<V>(V::Broadcast(row.largest - largest)));
  V::Store(part_shrink, Exp<V>(V::Broadcast(part.largest - largest)));
  row = {largest, row.sum * shrink[0] + part.sum * part_shrink[0]};
  const auto scale = V::Broadcast(shrink[0]);
  const auto part_scale = V::Broadcast(part_shrink[0]);
  const std::size_t tail = dim % V::kLanes;
  std::size_t d = 0;
  for (; d + V::kLanes <= dim; d += V::kLanes) {
    const auto scaled = V::Mul(V::Load(part_y + d), part_scale);
    V::Store(y + d, V::MulAdd(V::Load(y + d), scale, scaled));
  }
  if (tail == 0) return;
  const auto scaled = V::Mul(V::LoadFirst(part_y + d, tail), part_scale);
  V::StoreFirst(y + d, V::MulAdd(V::LoadFirst(y + d, tail), scale, scaled), tail);
}

inline void FinishRow(const RowState& row, float* y, std::size_t dim) {
  const float inverse = 1.0f / row.sum;
  for (std::size_t d = 0; d < dim; ++d) y[d] *= inverse;
}

// Calls body(tile) for all rows of a call, tile by tile.
template <class V, class Body>
void ForTiles(const AttentionArgs& args, const Body& body) {
  const std::size_t dim = args.key_dim > args.value_dim ? args.key_dim : args.value_dim;
  const std::size_t lots = kTileFloats / dim / V::kAttentionRows;
  const std::size_t rows_max =
      lots * V::kAttentionRows < kAttentionTileRows ? lots * V::kAttentionRows : kAttentionTileRows;
  static_assert(kTileFloats / kAttentionDimMax >= V::kAttentionRows);
  const std::size_t rows = args.tokens * args.group;
  for (std::size_t row = 0; row < rows; row += rows_max) {
    const std::size_t left = rows - row;
    Tile<V> tile(args, row, left < rows_max ? left : rows_max);
    body(tile);
  }
}

template <class V, class Cache>
void Attend(const AttentionArgs& args) {
  ForTiles<V>(args, [&](Tile<V>& tile) {
    RowState states[Tile<V>::kRows];
    for (std::size_t row = 0; row < tile.rows; ++row) {
      states[row] = {-__builtin_inff(), 0.0f};
      for (std::size_t d = 0; d < args.value_dim; ++d) tile.Output(row)[d] = 0.0f;
    }
    constexpr std::size_t kPartTokens = kAttentionPartPages * kAttentionPageTokens;
    const std::size_t parts = AttentionParts(tile.Keys(tile.rows - 1));
    for (std::size_t part = tile.FirstKey(0) / kPartTokens; part < parts; ++part) {
      PartOfTile<V, Cache>(tile, part);
      for (std::size_t row = 0; row < tile.rows; ++row) {
        JoinPart<V>(states[row], tile.Output(row), tile.State(row), tile.Result(row),
                    args.value_dim);
      }
    }
    for (std::size_t row = 0; row < tile.rows; ++row) {
      FinishRow(states[row], tile.Output(row), args.value_dim);
    }
  });
}

template <class V, class Cache>
void AttendPart(const AttentionArgs& args, std::size_t part, float* states) {
  const std::size_t dim = args.value_dim;
  ForTiles<V>(args, [&](Tile<V>& tile) {
    PartOfTile<V, Cache>(tile, part);
    for (std::size_t row = 0; row < tile.rows; ++row, states += AttentionPartFloats(dim)) {
      for (std::size_t d = 0; d < dim; ++d) states[d] = tile.Result(row)[d];
      const RowState state = tile.State(row);
      states[dim] = state.largest;
      states[dim + 1] = state.sum;
    }
  });
}

template <class V>
void AttentionJoin(const AttentionJoinArgs& args) {
  const std::size_t rows = args.tokens * args.group;
  const std::size_t floats = AttentionPartFloats(args.value_dim);
  for (std::size_t r = 0; r < rows; ++r) {
    float* const y = args.y + r / args.group * args.stride_y + r % args.group * args.value_dim;
    for (std::size_t d = 0; d < args.value_dim; ++d) y[d] = 0.0f;
    RowState row = {-__builtin_inff(), 0.0f};
    for (std::size_t part = 0; part < args.parts; ++part) {
      const float* const state = args.states + (part * rows + r) * floats;
      JoinPart<V>(row, y, {state[args.value_dim], state[args.value_dim + 1]}, state,
                  args.value_dim);
    }
    FinishRow(row, y, args.value_dim);
  }
}

template <class V, class Cache>
constexpr AttentionKernels MakeAttentionKernels() {
  return {&Cache::StoreKey, &Cache::StoreValue, &Attend<V, Cache>, &AttendPart<V, Cache>};
}

}  // namespace
}  // namespace ganglion::kernels
