#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/kernels.h"

// The matrix product over packed float weights. A tile is one panel times up to V::kTokens tokens;
// its sums stay in registers, and every weight that is loaded serves all tokens of the tile. Each
// output has the same sum whatever the tile: column after column in V::kChains strands.

namespace ganglion::kernels {
namespace {

// How the elements of a float matrix are loaded.
template <class V>
struct ElementF32 {
  static constexpr WeightType kType = WeightType::kF32;
  using Type = float;
  static typename V::Reg Load(const Type* p) { return V::Load(p); }
};
template <class V>
struct ElementF16 {
  static constexpr WeightType kType = WeightType::kF16;
  using Type = std::uint16_t;
  static typename V::Reg Load(const Type* p) { return V::LoadHalf(p); }
};
template <class V>
struct ElementBf16 {
  static constexpr WeightType kType = WeightType::kBF16;
  using Type = std::uint16_t;
  static typename V::Reg Load(const Type* p) { return V::LoadBfloat16(p); }
};

// Writes the sums of kLanes rows from `row` on for one token.
template <class V>
void StoreSums(const MatmulArgs& args, std::size_t token, std::size_t row, typename V::Reg sums) {
  if (row >= args.rows) return;
  float* y = args.y + token * args.stride_y + row;
  const std::size_t left = args.rows - row;
  if (left >= V::kLanes) {
    if (args.bias != nullptr) sums = V::Add(sums, V::Load(args.bias + row));
    if (args.accumulate) sums = V::Add(V::Load(y), sums);
    V::Store(y, sums);
    return;
  }
  if (args.bias != nullptr) sums = V::Add(sums, V::LoadFirst(args.bias + row, left));
  if (args.accumulate) sums = V::Add(V::LoadFirst(y, left), sums);
  V::StoreFirst(y, sums, left);
}

template <class V, class Element, int kTokens>
void FloatTile(const MatmulArgs& args, const std::byte* panel, std::size_t first_row,
               std::size_t token) {
  using Reg = typename V::Reg;
  constexpr int kChains = V::kChains;
  const float* x[kTokens];
  for (int t = 0; t < kTokens; ++t) {
    x[t] = args.x + (token + static_cast<std::size_t>(t)) * args.stride_x;
  }
  for (std::size_t part = 0; part < kPanelRows; part += V::kLanes) {
    const auto* w = reinterpret_cast<const typename Element::Type*>(panel) + part;
    Reg sums[kChains][kTokens];
    for (auto& chain : sums) {
      for (Reg& sum : chain) sum = V::Zero();
    }
    std::size_t c = 0;
    for (; c + kChains <= args.cols; c += kChains) {
      for (std::size_t chain = 0; chain < kChains; ++chain) {
        const Reg weight = Element::Load(w + (c + chain) * kPanelRows);
        for (int t = 0; t < kTokens; ++t) {
          sums[chain][t] = V::MulAdd(weight, V::Broadcast(x[t][c + chain]), sums[chain][t]);
        }
      }
    }
    for (; c < args.cols; ++c) {
      const Reg weight = Element::Load(w + c * kPanelRows);
      for (int t = 0; t < kTokens; ++t) {
        sums[0][t] = V::MulAdd(weight, V::Broadcast(x[t][c]), sums[0][t]);
      }
    }
    for (int t = 0; t < kTokens; ++t) {
      Reg sum = sums[0][t];
      for (int chain = 1; chain < kChains; ++chain) sum = V::Add(sum, sums[chain][t]);
      StoreSums<V>(args, token + static_cast<std::size_t>(t), first_row + part, sum);
    }
  }
}

// Covers the tokens with tiles of kTokens, then of half as many, down to one.
template <class V, template <class> class Element, int kTokens>
void FloatPanel(const MatmulArgs& args, const std::byte* panel, std::size_t row,
                std::size_t token) {
  for (; token + kTokens <= args.tokens; token += kTokens) {
    FloatTile<V, Element<V>, kTokens>(args, panel, row, token);
  }
  if constexpr (kTokens > 1) FloatPanel<V, Element, kTokens / 2>(args, panel, row, token);
}

template <class V, template <class> class Element>
void MatmulFloat(const MatmulArgs& args) {
  const std::size_t panel_bytes = PanelBytes(Element<V>::kType, args.cols);
  for (std::size_t p = args.first_panel; p < args.last_panel; ++p) {
    const std::byte* const panel = args.weights + p * panel_bytes;
    FloatPanel<V, Element, V::kTokens>(args, panel, p * kPanelRows, 0);
  }
}

}  // namespace
}  // namespace ganglion::kernels
