#include "ganglion/kernels/packed.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace ganglion::kernels {
namespace {

constexpr std::size_t kHalfBytes = 2;
constexpr std::size_t kGroup = 4;  // bytes of one row that lie together in a panel

std::size_t ElementBytes(WeightType type) { return type == WeightType::kF32 ? 4 : 2; }

// Bytes of the codes of one block of one row.
std::size_t CodeBytes(WeightType type) { return type == WeightType::kQ8_0 ? 32 : 16; }

std::size_t RoundUp(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// Both walk the panel in its own order, block by block, so that what is written stays in the cache.
void PackFloatPanel(const PackArgs& args, const std::byte* from, std::size_t count,
                    std::byte* panel) {
  const std::size_t size = ElementBytes(args.type);
  const std::size_t row_bytes = args.cols * size;
  for (std::size_t c = 0; c < args.cols; ++c) {
    for (std::size_t row = 0; row < count; ++row) {
      std::memcpy(panel + (c * kPanelRows + row) * size, from + row * row_bytes + c * size, size);
    }
  }
}

void PackQuantizedPanel(const PackArgs& args, const std::byte* from, std::size_t count,
                        std::byte* panel) {
  const std::size_t codes = CodeBytes(args.type);
  const std::size_t row_bytes = RowBytes(args.type, args.cols);
  // Signed bytes become bytes without sign, which is what the dot-product instructions want.
  const std::uint32_t flip = args.type == WeightType::kQ8_0 ? 0x80808080u : 0u;
  std::byte* const scales = panel + ScalesOffset(args.type, args.cols);
  for (std::size_t b = 0; b < args.cols / kBlock; ++b) {
    std::byte* const to = panel + b * codes * kPanelRows;
    for (std::size_t row = 0; row < count; ++row) {
      const std::byte* const block = from + row * row_bytes + b * (kHalfBytes + codes);
      std::memcpy(scales + (b * kPanelRows + row) * kHalfBytes, block, kHalfBytes);
      for (std::size_t i = 0; i < codes; i += kGroup) {
        std::uint32_t group;
        std::memcpy(&group, block + kHalfBytes + i, kGroup);
        group ^= flip;
        std::memcpy(to + i * kPanelRows + row * kGroup, &group, kGroup);
      }
    }
  }
}

}  // namespace

std::size_t RowBytes(WeightType type, std::size_t cols) {
  if (!IsQuantized(type)) return cols * ElementBytes(type);
  return cols / kBlock * (kHalfBytes + CodeBytes(type));
}

std::size_t PanelBytes(WeightType type, std::size_t cols) {
  return RoundUp(RowBytes(type, cols) * kPanelRows, kPanelAlignment);
}

std::size_t ScalesOffset(WeightType type, std::size_t cols) {
  return cols / kBlock * CodeBytes(type) * kPanelRows;
}

void PackPanels(const PackArgs& args) {
  const std::size_t row_bytes = RowBytes(args.type, args.cols);
  const std::size_t panel_bytes = PanelBytes(args.type, args.cols);
  for (std::size_t p = args.first_panel; p < args.last_panel; ++p) {
    std::byte* const panel = args.packed + p * panel_bytes;
    std::memset(panel, 0, panel_bytes);
    const std::size_t count = std::min(kPanelRows, args.rows - p * kPanelRows);
    const std::byte* const from = args.rows_data + p * kPanelRows * row_bytes;
    if (IsQuantized(args.type)) {
      PackQuantizedPanel(args, from, count, panel);
    } else {
      PackFloatPanel(args, from, count, panel);
    }
  }
}

}  // namespace ganglion::kernels
