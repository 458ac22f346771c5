#include "ganglion/kernels/packed.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "ganglion/kernels/file_blocks.h"

namespace ganglion::kernels {
namespace {

// What a block's codes consist of, and how long the scales of a cell are. See packed.h.
struct Layout {
  std::size_t scale_bytes;
  bool bytes;
  bool nibbles;
  int pairs_from;  // the lower bit of a code that the pairs hold; -1 without
  int bits_from;
};

Layout LayoutOf(WeightType type) {
  switch (type) {
    case WeightType::kQ8_0:
      return {32, true, false, -1, -1};
    case WeightType::kQ4_0:
    case WeightType::kIQ4_NL:
      return {32, false, true, -1, -1};
    case WeightType::kQ4_1:
      return {64, false, true, -1, -1};
    case WeightType::kQ5_0:
      return {32, false, true, -1, 4};
    case WeightType::kQ5_1:
      return {64, false, true, -1, 4};
    case WeightType::kMXFP4:
      return {16, false, true, -1, -1};
    case WeightType::kQ2_K:
      return {320, false, false, 0, -1};
    case WeightType::kQ3_K:
      return {224, false, false, 0, 2};
    case WeightType::kQ4_K:
      return {256, false, true, -1, -1};
    case WeightType::kQ5_K:
      return {256, false, true, -1, 4};
    case WeightType::kQ6_K:
      return {288, false, true, 4, -1};
    case WeightType::kIQ4_XS:
      return {128, false, true, -1, -1};
    default:
      return {};
  }
}

std::uint32_t Four(const std::uint8_t* codes, std::size_t group) {
  std::uint32_t four;
  std::memcpy(&four, codes + 4 * group, sizeof four);
  return four;
}

// The place of four bytes of one row in a plane.
void Store(std::uint8_t* plane, std::size_t vector, std::size_t row, std::uint32_t four) {
  std::memcpy(plane + 4 * (vector * kPanelRows + row), &four, sizeof four);
}

// Writes the planes of one block of one row, four codes at a time.
void StoreCodes(const Layout& layout, const std::uint8_t* codes, std::size_t row,
                std::uint8_t* to) {
  if (layout.bytes) {
    for (std::size_t g = 0; g < 8; ++g) Store(to, g, row, Four(codes, g));
    return;
  }
  if (layout.nibbles) {
    for (std::size_t g = 0; g < 4; ++g) {
      const std::uint32_t high = Four(codes, g + 4) & 0x0f0f0f0fu;
      Store(to, g, row, (Four(codes, g) & 0x0f0f0f0fu) | high << 4);
    }
    to += 4 * kPanelRows * 4;
  }
  if (layout.pairs_from >= 0) {
    for (std::size_t h = 0; h < 2; ++h) {
      std::uint32_t pairs = 0;
      for (std::size_t f = 0; f < 4; ++f) {
        pairs |= (Four(codes, 4 * h + f) >> layout.pairs_from & 0x03030303u) << 2 * f;
      }
      Store(to, h, row, pairs);
    }
    to += 2 * kPanelRows * 4;
  }
  if (layout.bits_from < 0) return;
  std::uint32_t bits = 0;
  for (std::size_t g = 0; g < 8; ++g) {
    bits |= (Four(codes, g) >> layout.bits_from & 0x01010101u) << g;
  }
  Store(to, 0, row, bits);
}

class ScaleWriter {
 public:
  ScaleWriter(std::uint8_t* to, std::size_t row) : to_(to), row_(row) {}
  void Byte(int value) {
    to_[row_] = static_cast<std::uint8_t>(value);
    to_ += kPanelRows;
  }
  void Half(std::uint16_t value) {
    std::memcpy(to_ + 2 * row_, &value, sizeof value);
    to_ += 2 * kPanelRows;
  }

 private:
  std::uint8_t* to_;
  std::size_t row_;
};

// Six-bit numbers: the low halves of two in a byte, then the high pairs of four.
void StoreSixes(const std::uint8_t* sixes, std::size_t count, ScaleWriter& out) {
  for (std::size_t i = 0; i < count; i += 2) {
    out.Byte((sixes[i] & 15) | (sixes[i + 1] & 15) << 4);
  }
  for (std::size_t i = 0; i < count; i += 4) {
    out.Byte(sixes[i] >> 4 | sixes[i + 1] >> 4 << 2 | sixes[i + 2] >> 4 << 4 |
             sixes[i + 3] >> 4 << 6);
  }
}

void StoreScales(WeightType type, const FileCell& cell, ScaleWriter out) {
  switch (type) {
    case WeightType::kMXFP4:
      return out.Byte(cell.scales[0]);
    case WeightType::kQ4_K:
    case WeightType::kQ5_K: {
      std::uint8_t both[16];
      for (std::size_t b = 0; b < 8; ++b) {
        both[2 * b] = cell.scales[b];
        both[2 * b + 1] = cell.mins[b];
      }
      StoreSixes(both, 16, out);
      out.Half(cell.d);
      return out.Half(cell.m);
    }
    case WeightType::kQ6_K:
      for (const std::uint8_t scale : cell.scales) out.Byte(scale);
      return out.Half(cell.d);
    case WeightType::kQ2_K:
      for (std::size_t i = 0; i < 16; ++i) out.Byte(cell.scales[i] | cell.mins[i] << 4);
      out.Half(cell.d);
      return out.Half(cell.m);
    case WeightType::kQ3_K:
      StoreSixes(cell.scales, 16, out);
      return out.Half(cell.d);
    case WeightType::kIQ4_XS:
      StoreSixes(cell.scales, 8, out);
      return out.Half(cell.d);
    case WeightType::kQ4_1:
    case WeightType::kQ5_1:
      out.Half(cell.d);
      return out.Half(cell.m);
    default:
      return out.Half(cell.d);
  }
}

// Both walk the panel in its own order, so that what is written stays in the cache.
void PackFloatPanel(const PackArgs& args, const std::byte* from, std::size_t count,
                    std::byte* panel) {
  const std::size_t size = RowCellBytes(args.type);
  const std::size_t row_bytes = args.cols * size;
  for (std::size_t c = 0; c < args.cols; ++c) {
    for (std::size_t row = 0; row < count; ++row) {
      std::memcpy(panel + (c * kPanelRows + row) * size, from + row * row_bytes + c * size, size);
    }
  }
}

void PackQuantizedPanel(const PackArgs& args, const std::byte* from, std::size_t count,
                        std::byte* panel) {
  const Layout layout = LayoutOf(args.type);
  const std::size_t cols = CellCols(args.type);
  const std::size_t row_cell = RowCellBytes(args.type);
  const std::size_t block_bytes = (row_cell * kPanelRows - layout.scale_bytes) / (cols / kBlock);
  const std::size_t row_bytes = RowBytes(args.type, args.cols);
  for (std::size_t i = 0; i < args.cols / cols; ++i) {
    auto* const cell = reinterpret_cast<std::uint8_t*>(panel) + i * row_cell * kPanelRows;
    for (std::size_t row = 0; row < count; ++row) {
      FileCell parts;
      ReadFileCell(args.type, from + row * row_bytes + i * row_cell, parts);
      StoreScales(args.type, parts, ScaleWriter(cell, row));
      for (std::size_t b = 0; b < cols / kBlock; ++b) {
        StoreCodes(layout, parts.codes + b * kBlock, row,
                   cell + layout.scale_bytes + b * block_bytes);
      }
    }
  }
}

}  // namespace

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
