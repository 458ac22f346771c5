#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/codes-inl.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/kernels/matmul-inl.h"

// The matrix product over quantized weights, for activations in codes.
//
// Every output is the same sum whatever the way it is computed: block after block, and in a block
// for each scale of the weights
//   y = y + float(exact dot product of the codes) * (weight scale * activation scale)
//   y = y + min * (activation scale * sum of the activation's codes)    where the format has one
// each line one fused multiply-add (or what MulAdd of the instruction set is).

namespace ganglion::kernels {
namespace {

// What each block of some tokens brings along, in the order in which a tile wants it: kTokens
// scales, then for each scale of the weights kTokens numbers, which are what a dot product begins
// with (the offset of the codes times the sum), or what a minimum is multiplied with.
template <class C, bool kSigned>
struct SideForm {
  static constexpr bool kStart = C::kZero != 0 && !kSigned;
  static constexpr std::size_t kParts = 1 + (kStart || C::kMin ? C::kSubs : 0);
};

constexpr std::size_t kSideWords = std::size_t{1} << 17;  // that fit into the buffer of a call

constexpr std::size_t Smaller(std::size_t a, std::size_t b) { return a < b ? a : b; }

inline std::uint32_t FloatBits(float value) { return __builtin_bit_cast(std::uint32_t, value); }

template <class C, bool kSigned, int kTokens>
void FillSide(const QuantizedRows& x, std::size_t blocks, std::size_t token, std::uint32_t* side) {
  constexpr std::size_t kParts = SideForm<C, kSigned>::kParts;
  for (std::size_t t = 0; t < kTokens; ++t) {
    const float* const scales = x.scales + (token + t) * blocks;
    const std::int32_t* const sums = x.sums + 2 * (token + t) * blocks;
    std::uint32_t* to = side + t;
    for (std::size_t b = 0; b < blocks; ++b, to += kParts * kTokens) {
      to[0] = FloatBits(scales[b]);
      for (std::size_t part = 1; part < kParts; ++part) {
        const std::int32_t sum =
            C::kSubs == 1 ? sums[2 * b] + sums[2 * b + 1] : sums[2 * b + part - 1];
        to[part * kTokens] = C::kMin ? FloatBits(scales[b] * static_cast<float>(sum))
                                     : static_cast<std::uint32_t>(-C::kZero * sum);
      }
    }
  }
}

// How many groups' products V::AddNarrow() may sum in 16 bits, a power of two; 1 where the
// instruction set sums in 32 bits anyway.
template <class V, class C>
constexpr std::size_t NarrowGroups() {
  std::size_t groups = 1;
  constexpr std::size_t kLargest = C::kMax * 127 * 2;
  if (!V::kNarrows) return groups;
  while (2 * groups <= kGroups / C::kSubs && kLargest * 2 * groups <= 32767) groups *= 2;
  return groups;
}

// One block of kStrips strips of V::kLanes rows each, for kTokens tokens: the codes w, scales and
// minima of a strip lie `*_stride` apart.
template <class V>
struct BlockWeights {
  const typename V::Int* codes;
  const typename V::Reg* scales;
  const typename V::Reg* mins;
  std::size_t codes_stride;
  std::size_t scales_stride;
};

template <class V, class C, bool kSigned, int kStrips, int kTokens>
[[gnu::always_inline]] inline void AddBlock(const BlockWeights<V>& w, const std::int8_t* x,
                                            std::size_t stride_x, const std::uint32_t* side,
                                            typename V::Reg (&sums)[kStrips][kTokens]) {
  using Form = SideForm<C, kSigned>;
  constexpr std::size_t kSubGroups = kGroups / C::kSubs;
  GN_UNROLL
  for (std::size_t sub = 0; sub < C::kSubs; ++sub) {
    const std::uint32_t* const extra = side + (1 + sub) * kTokens;
    typename V::Int dots[kStrips][kTokens];
    GN_UNROLL
    for (int t = 0; t < kTokens; ++t) {
      auto start = V::ZeroInt();
      if constexpr (Form::kStart) start = V::BroadcastInt(static_cast<int>(extra[t]));
      GN_UNROLL
      for (int s = 0; s < kStrips; ++s) dots[s][t] = start;
    }
    constexpr std::size_t kNarrow = NarrowGroups<V, C>();
    typename V::Int narrow[kStrips][kTokens];
    GN_UNROLL
    for (std::size_t g = sub * kSubGroups; g < (sub + 1) * kSubGroups; ++g) {
      GN_UNROLL
      for (int t = 0; t < kTokens; ++t) {
        const auto four = V::Four(x + static_cast<std::size_t>(t) * stride_x + 4 * g);
        GN_UNROLL
        for (int s = 0; s < kStrips; ++s) {
          const auto codes = w.codes[static_cast<std::size_t>(s) * w.codes_stride + g];
          if constexpr (kNarrow == 1) {
            dots[s][t] = V::template AddProducts<C::kMax>(dots[s][t], codes, four);
          } else {
            if (g % kNarrow == 0) narrow[s][t] = V::ZeroInt();
            narrow[s][t] = V::AddNarrow(narrow[s][t], codes, four);
            if (g % kNarrow == kNarrow - 1) dots[s][t] = V::Widen(dots[s][t], narrow[s][t]);
          }
        }
      }
    }
    GN_UNROLL
    for (int t = 0; t < kTokens; ++t) {
      const auto x_scale = V::Broadcast(__builtin_bit_cast(float, side[t]));
      GN_UNROLL
      for (int s = 0; s < kStrips; ++s) {
        const std::size_t at = static_cast<std::size_t>(s) * w.scales_stride + sub;
        sums[s][t] = V::MulAdd(V::ToFloat(dots[s][t]), V::Mul(w.scales[at], x_scale), sums[s][t]);
        if constexpr (C::kMin) {
          const auto x_sum = V::Broadcast(__builtin_bit_cast(float, extra[t]));
          sums[s][t] = V::MulAdd(w.mins[at], x_sum, sums[s][t]);
        }
      }
    }
  }
}

// The codes of a block as the tiles want them.
template <class V, class C, bool kSigned>
[[gnu::always_inline]] inline void LoadBlock(const std::uint8_t* cell, std::size_t block,
                                             std::size_t row, typename V::Int* w) {
  C::Codes(cell, block, row, w);
  if constexpr (kSigned && C::kZero != 0) {
    const auto zero = V::SetBytes(C::kZero);
    GN_UNROLL
    for (std::size_t g = 0; g < kGroups; ++g) w[g] = V::SubBytes(w[g], zero);
  }
}

template <class C>
constexpr std::size_t kCellBytes = RowCellBytes(C::kType) * kPanelRows;
template <class C>
constexpr std::size_t kBlocks = CellCols(C::kType) / kBlock;

// ---- few tokens: the weights are read once from memory and unpacked into registers ----

template <class V, class C, int kTokens>
void FewTokensPanel(const MatmulArgs& args, std::size_t panel, std::size_t token,
                    const std::uint32_t* side) {
  using Reg = typename V::Reg;
  constexpr bool kSigned = V::template kSigned<C::kMax>;
  constexpr std::size_t kStep = SideForm<C, kSigned>::kParts * kTokens;
  constexpr std::size_t kBlockBytes = kCellBytes<C> / kBlocks<C>;
  const std::size_t cells = args.cols / CellCols(C::kType);
  const auto* const first =
      reinterpret_cast<const std::uint8_t*>(args.weights) + panel * PanelBytes(C::kType, args.cols);
  for (std::size_t row = 0; row < kPanelRows; row += V::kLanes) {
    const std::uint8_t* cell = first;
    const std::int8_t* x = args.quantized.codes + token * args.cols;
    const std::uint32_t* extra = side;
    Reg sums[1][kTokens];
    for (Reg& sum : sums[0]) sum = V::Zero();
    for (std::size_t c = 0; c < cells; ++c, cell += kCellBytes<C>) {
      Reg scales[kBlocks<C> * C::kSubs];
      Reg mins[kBlocks<C> * C::kSubs];
      C::Scales(cell, row, scales, mins);
      for (std::size_t b = 0; b < kBlocks<C>; ++b, x += kBlock, extra += kStep) {
        for (std::size_t ahead = 0; ahead < kBlockBytes; ahead += 64) {
          V::Prefetch(cell + b * kBlockBytes + V::kPrefetchBytes + ahead);
        }
        typename V::Int codes[kGroups];
        LoadBlock<V, C, kSigned>(cell, b, row, codes);
        AddBlock<V, C, kSigned, 1, kTokens>(
            {codes, scales + b * C::kSubs, mins + b * C::kSubs, 0, 0}, x, args.cols, extra, sums);
      }
    }
    for (int t = 0; t < kTokens; ++t) {
      StoreSums<V>(args, token + static_cast<std::size_t>(t), panel * kPanelRows + row, sums[0][t]);
    }
  }
}

// Both cover tokens [token, end) with tiles of kTokens, then of half as many, down to one; the
// first fills the side of each tile, behind each other, the second computes one panel.
template <class V, class C, int kTokens>
void FillSides(const MatmulArgs& args, std::size_t token, std::size_t end, std::uint32_t* side) {
  constexpr bool kSigned = V::template kSigned<C::kMax>;
  const std::size_t blocks = args.cols / kBlock;
  for (; token + kTokens <= end; token += kTokens) {
    FillSide<C, kSigned, kTokens>(args.quantized, blocks, token, side);
    side += blocks * SideForm<C, kSigned>::kParts * kTokens;
  }
  if constexpr (kTokens > 1) FillSides<V, C, kTokens / 2>(args, token, end, side);
}
template <class V, class C, int kTokens>
void FewTokensTiles(const MatmulArgs& args, std::size_t panel, std::size_t token, std::size_t end,
                    const std::uint32_t* side) {
  constexpr bool kSigned = V::template kSigned<C::kMax>;
  for (; token + kTokens <= end; token += kTokens) {
    FewTokensPanel<V, C, kTokens>(args, panel, token, side);
    side += args.cols / kBlock * SideForm<C, kSigned>::kParts * kTokens;
  }
  if constexpr (kTokens > 1) FewTokensTiles<V, C, kTokens / 2>(args, panel, token, end, side);
}

// A panel serves all tokens before the next one is read, so that memory is read once.
template <class V, class C>
void FewTokens(const MatmulArgs& args) {
  constexpr bool kSigned = V::template kSigned<C::kMax>;
  alignas(64) std::uint32_t side[kSideWords];
  const std::size_t fit = kSideWords / (args.cols / kBlock * SideForm<C, kSigned>::kParts);
  for (std::size_t token = 0; token < args.tokens; token += fit) {
    const std::size_t end = Smaller(token + fit, args.tokens);
    FillSides<V, C, V::kTokens>(args, token, end, side);
    for (std::size_t p = args.first_panel; p < args.last_panel; ++p) {
      FewTokensTiles<V, C, V::kTokens>(args, p, token, end, side);
    }
  }
}
static_assert(kColsMax / kBlock * 3 <= kSideWords, "at least one token fits");

// ---- many tokens: a part of some strips is unpacked once and used for all tokens ----

constexpr std::size_t kChunkBlocks = 16;   // that are unpacked together
constexpr std::size_t kGroupStrips = 4;    // whose parts are unpacked together
constexpr std::size_t kGroupTokens = 512;  // that use them

static_assert(kChunkBlocks % (kCellColsMax / kBlock) == 0);

// Weights as tiles read them: [strip][block]...
template <class V, class C>
struct Unpacked {
  static constexpr std::size_t kScales = kChunkBlocks * C::kSubs;
  typename V::Int codes[kGroupStrips][kChunkBlocks * kGroups];
  typename V::Reg scales[kGroupStrips][kScales];
  typename V::Reg mins[C::kMin ? kGroupStrips : 1][kScales];
};

// Unpacks `blocks` blocks from `first_block` on, which begins a cell, of one strip.
template <class V, class C, bool kSigned>
void UnpackStrip(const MatmulArgs& args, std::size_t strip, std::size_t first_block,
                 std::size_t blocks, std::size_t to, Unpacked<V, C>& out) {
  const std::size_t row = strip * V::kLanes;
  const std::uint8_t* cell = reinterpret_cast<const std::uint8_t*>(args.weights) +
                             row / kPanelRows * PanelBytes(C::kType, args.cols) +
                             first_block / kBlocks<C> * kCellBytes<C>;
  typename V::Reg* const mins = C::kMin ? out.mins[to] : nullptr;
  for (std::size_t b = 0; b < blocks; b += kBlocks<C>, cell += kCellBytes<C>) {
    C::Scales(cell, row % kPanelRows, out.scales[to] + b * C::kSubs,
              C::kMin ? mins + b * C::kSubs : nullptr);
    for (std::size_t i = 0; i < kBlocks<C>; ++i) {
      LoadBlock<V, C, kSigned>(cell, i, row % kPanelRows, out.codes[to] + (b + i) * kGroups);
    }
  }
}

// A tile of kStrips strips and kTileTokens tokens in vectors, one chunk of its blocks.
template <class V>
struct VectorTile {
  static constexpr int kTokens = V::kTileTokens;
  static constexpr int kStrips = V::kTileStrips;
  template <class C>
  static constexpr bool kSigned = V::template kSigned<C::kMax>;
  template <class C>
  static void Begin() {}
  static void End() {}

  template <class C, int kStripsHere>
  static void Run(const Unpacked<V, C>& weights, std::size_t strip, std::size_t blocks,
                  const std::int8_t* x, std::size_t stride_x, const std::uint32_t* side,
                  typename V::Reg (*sums)[kTokens]) {
    constexpr std::size_t kStep = SideForm<C, kSigned<C>>::kParts * kTokens;
    typename V::Reg own[kStripsHere][kTokens];
    GN_UNROLL
    for (int s = 0; s < kStripsHere; ++s) {
      GN_UNROLL
      for (int t = 0; t < kTokens; ++t) own[s][t] = sums[s][t];
    }
    for (std::size_t b = 0; b < blocks; ++b) {
      const auto* const mins = C::kMin ? weights.mins[strip] + b * C::kSubs : nullptr;
      AddBlock<V, C, kSigned<C>, kStripsHere, kTokens>(
          {weights.codes[strip] + b * kGroups, weights.scales[strip] + b * C::kSubs, mins,
           kChunkBlocks * kGroups, kChunkBlocks * C::kSubs},
          x + b * kBlock, stride_x, side + b * kStep, own);
    }
    GN_UNROLL
    for (int s = 0; s < kStripsHere; ++s) {
      GN_UNROLL
      for (int t = 0; t < kTokens; ++t) sums[s][t] = own[s][t];
    }
  }
};

// The product for at least Tile::kTokens tokens.
template <class V, class Tile, class C>
class ManyTokens {
 public:
  static void Run(const MatmulArgs& args) {
    Tile::template Begin<C>();
    ManyTokens product(args);
    const std::size_t tiles = (args.tokens + kTokens - 1) / kTokens;
    const std::size_t fit = kSideWords / (product.blocks_ * kStep);
    const std::size_t step = Smaller(fit, kGroupTiles);
    for (std::size_t tile = 0; tile < tiles; tile += step) {
      product.RunTiles(tile, Smaller(step, tiles - tile));
    }
    Tile::End();
  }

  static bool Fits(const MatmulArgs& args) {
    return args.tokens >= kTokens && args.cols / kBlock * kStep <= kSideWords;
  }

 private:
  static constexpr std::size_t kTokens = Tile::kTokens;
  static constexpr std::size_t kGroupTiles = kGroupTokens / kTokens;
  static constexpr bool kSigned = Tile::template kSigned<C>;
  static constexpr std::size_t kStep = SideForm<C, kSigned>::kParts * kTokens;

  explicit ManyTokens(const MatmulArgs& args) : args_(args), blocks_(args.cols / kBlock) {}

  // The last tile overlaps the one before, where the tokens are no multiple of a tile: what is
  // computed twice is the same, and stored once.
  std::size_t FirstToken(std::size_t tile) const {
    return Smaller(tile * kTokens, args_.tokens - kTokens);
  }

  void RunTiles(std::size_t first, std::size_t count) {
    first_tile_ = first;
    tiles_ = count;
    for (std::size_t i = 0; i < count; ++i) {
      FillSide<C, kSigned, Tile::kTokens>(args_.quantized, blocks_, FirstToken(first + i),
                                          side_ + i * blocks_ * kStep);
    }
    constexpr std::size_t kPanelStrips = kPanelRows / V::kLanes;
    const std::size_t end =
        Smaller(args_.last_panel * kPanelStrips, (args_.rows + V::kLanes - 1) / V::kLanes);
    for (std::size_t strip = args_.first_panel * kPanelStrips; strip < end; strip += kGroupStrips) {
      RunStrips(strip, Smaller(kGroupStrips, end - strip));
    }
  }

  void RunStrips(std::size_t first, std::size_t count) {
    for (std::size_t block = 0; block < blocks_; block += kChunkBlocks) {
      const std::size_t blocks = Smaller(kChunkBlocks, blocks_ - block);
      for (std::size_t s = 0; s < count; ++s) {
        UnpackStrip<V, C, kSigned>(args_, first + s, block, blocks, s, unpacked_);
      }
      const bool last = block + blocks == blocks_;
      for (std::size_t i = 0; i < tiles_; ++i) {
        if (block == 0) Clear(sums_[i]);
        if (last) PrefetchResults(first, i);
        std::size_t s = 0;
        for (; s + Tile::kStrips <= count; s += Tile::kStrips) {
          RunTile<Tile::kStrips>(i, s, block, blocks);
        }
        if constexpr (Tile::kStrips > 1) {
          for (; s < count; ++s) RunTile<1>(i, s, block, blocks);
        }
        if (last) Store(first, count, i);
      }
    }
  }

  // What a tile is going to write lies in as many places as it has tokens, and would be waited for.
  void PrefetchResults(std::size_t first_strip, std::size_t tile) {
    const std::size_t row = first_strip * V::kLanes;
    const std::size_t rows = Smaller(kGroupStrips * V::kLanes, args_.rows - row);
    const float* y = args_.y + FirstToken(first_tile_ + tile) * args_.stride_y + row;
    for (std::size_t t = 0; t < kTokens; ++t, y += args_.stride_y) {
      for (std::size_t r = 0; r < rows; r += 16) V::PrefetchResult(y + r);
    }
  }

  static void Clear(typename V::Reg (&sums)[kGroupStrips][kTokens]) {
    for (auto& strip : sums) {
      for (auto& sum : strip) sum = V::Zero();
    }
  }

  template <int kStrips>
  void RunTile(std::size_t tile, std::size_t strip, std::size_t block, std::size_t blocks) {
    const std::int8_t* const x =
        args_.quantized.codes + FirstToken(first_tile_ + tile) * args_.cols + block * kBlock;
    const std::uint32_t* const side = side_ + (tile * blocks_ + block) * kStep;
    Tile::template Run<C, kStrips>(unpacked_, strip, blocks, x, args_.cols, side,
                                   &sums_[tile][strip]);
  }

  void Store(std::size_t first_strip, std::size_t strips, std::size_t tile) {
    const std::size_t first = FirstToken(first_tile_ + tile);
    for (std::size_t t = (first_tile_ + tile) * kTokens - first; t < kTokens; ++t) {
      for (std::size_t s = 0; s < strips; ++s) {
        StoreSums<V>(args_, first + t, (first_strip + s) * V::kLanes, sums_[tile][s][t]);
      }
    }
  }

  const MatmulArgs& args_;
  std::size_t blocks_;
  std::size_t first_tile_ = 0;
  std::size_t tiles_ = 0;
  Unpacked<V, C> unpacked_;
  typename V::Reg sums_[kGroupTiles][kGroupStrips][kTokens];
  alignas(64) std::uint32_t side_[kSideWords];
};

template <class V, template <class> class Codes>
void MatmulQuantized(const MatmulArgs& args) {
  using C = Codes<V>;
  using Many = ManyTokens<V, VectorTile<V>, C>;
  if (args.tokens >= V::kManyTokens && Many::Fits(args)) return Many::Run(args);
  FewTokens<V, C>(args);
}

}  // namespace
}  // namespace ganglion::kernels
