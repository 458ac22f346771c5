#pragma once

#include <cstddef>
#include <cstdint>

// Weights as the kernels want them: the rows of a matrix in panels of kPanelRows, the rows of a
// panel side by side, so that one vector holds the same column of many rows and no sum runs across
// a vector. The layout is the same for every instruction set, and as large as the file's, whose
// bits it holds in another order.
//
//   F32, F16, BF16:  [cols][16 rows]
//   others:          [cols / CellCols][cell]; a panel is one stream
//
// A cell is what belongs together, 32 or 256 columns of 16 rows: the scales, then block after block
// (32 columns) its codes in planes. Column c of a block is byte c % 4 of group c / 4.
//
//   bytes    [8 groups][16 rows][4]: a code
//   nibbles  [4][16][4]: low half of vector g is group g, high half group g + 4
//   pairs    [2][16][4]: bits 2f and 2f + 1 of vector h are group 4h + f
//   bits     [16][4]: bit g is group g
//
//   type    cols  scales of the cell, rows innermost                            planes of a block
//   Q8_0     32   d half                                                        bytes: q + 128
//   Q4_0     32   d half                                                        nibbles
//   Q4_1     32   d half, m half                                                nibbles
//   Q5_0     32   d half                                                        nibbles, bits
//   Q5_1     32   d half, m half                                                nibbles, bits
//   IQ4_NL   32   d half                                                        nibbles
//   MXFP4    32   e byte                                                        nibbles
//   Q4_K    256   [8] low halves of scale and min, [4] their high pairs, d, dmin  nibbles
//   Q5_K    256   as Q4_K                                                       nibbles, bits
//   Q6_K    256   [16] scale, d                                                 nibbles, pairs
//   Q3_K    256   [8] low halves of two scales, [4] high pairs of four, d       pairs, bits
//   Q2_K    256   [16] scale and min, d, dmin                                   pairs
//   IQ4_XS  256   [4] low halves of two scales, [2] high pairs of four, d       nibbles
//
// The field of the earlier column is the lower one. A panel starts at a multiple of kPanelAlignment
// bytes; the rows that the last panel lacks are zero.
namespace ganglion::kernels {

// To be raised by 1 when the layout or the number of any type changes: files of packed weights
// outlive programs.
constexpr std::uint32_t kPackedLayout = 1;

enum class WeightType : std::uint8_t {
  kF32,
  kF16,
  kBF16,
  kQ8_0,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ2_K,
  kQ3_K,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  kIQ4_NL,
  kIQ4_XS,
  kMXFP4,
};
constexpr std::size_t kWeightTypes = 16;

constexpr std::size_t kPanelRows = 16;
constexpr std::size_t kPanelAlignment = 64;
constexpr std::size_t kBlock = 32;  // elements of activations that share a scale
constexpr std::size_t kHalfBlock = kBlock / 2;
constexpr std::size_t kCellColsMax = 256;
constexpr std::size_t kColsMax = 1 << 20;  // of a quantized matrix

constexpr bool IsQuantized(WeightType type) { return type > WeightType::kBF16; }
// Quantized rows have a multiple of so many columns; 1 for float types.
constexpr std::size_t CellCols(WeightType type) {
  if (!IsQuantized(type)) return 1;
  const bool large =
      (type >= WeightType::kQ2_K && type <= WeightType::kQ6_K) || type == WeightType::kIQ4_XS;
  return large ? kCellColsMax : kBlock;
}
// Bytes that a file spends on CellCols() columns of one row.
constexpr std::size_t RowCellBytes(WeightType type) {
  constexpr std::size_t kBytes[kWeightTypes] = {4,  2,   2,   34,  18,  20, 22,  24,
                                                84, 110, 144, 176, 210, 18, 136, 17};
  return kBytes[static_cast<std::size_t>(type)];
}
constexpr std::size_t Panels(std::size_t rows) { return (rows + kPanelRows - 1) / kPanelRows; }

// Bytes of one row as a file holds it. `cols` is a multiple of CellCols().
constexpr std::size_t RowBytes(WeightType type, std::size_t cols) {
  return cols / CellCols(type) * RowCellBytes(type);
}
constexpr std::size_t PanelBytes(WeightType type, std::size_t cols) {
  return (RowBytes(type, cols) * kPanelRows + kPanelAlignment - 1) / kPanelAlignment *
         kPanelAlignment;
}

// Packs rows of a file's tensor into panels [first_panel, last_panel) of `packed`. Panels are
// independent of each other, so threads may share the work.
struct PackArgs {
  WeightType type;
  const std::byte* rows_data;  // `rows` rows of RowBytes() each
  std::size_t rows;
  std::size_t cols;
  std::byte* packed;  // panel 0
  std::size_t first_panel;
  std::size_t last_panel;
};
void PackPanels(const PackArgs& args);

}  // namespace ganglion::kernels
