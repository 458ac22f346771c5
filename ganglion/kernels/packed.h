#pragma once

#include <cstddef>
#include <cstdint>

// Weights as the kernels want them: the rows of a matrix in panels of kPanelRows, the rows of a
// panel side by side, so that one vector holds the same column of many rows and no sum runs across
// a vector. The layout is the same for every instruction set.
//
//   F32, F16, BF16:  [cols][16 rows]
//   Q8_0:            codes  [cols / 32][8 groups][16 rows][4 codes]: group g of a block holds its
//                           columns 4g to 4g+3, each as q + 128 in a byte without sign
//                    scales [cols / 32][16 rows], halves
//   Q4_0:            codes  [cols / 32][4 groups][16 rows][4 bytes]: the low half of byte j of
//   group
//                           g is column 4g+j of the block, its high half column 16+4g+j; q without
//                           sign
//                    scales [cols / 32][16 rows], halves
//
// A panel starts at a multiple of kPanelAlignment bytes; the rows that the last panel lacks are
// zero.
namespace ganglion::kernels {

enum class WeightType : std::uint8_t { kF32, kF16, kBF16, kQ8_0, kQ4_0 };
constexpr std::size_t kWeightTypes = 5;

constexpr std::size_t kPanelRows = 16;
constexpr std::size_t kPanelAlignment = 64;
constexpr std::size_t kBlock = 32;  // elements of a quantized block
constexpr std::size_t kHalfBlock = kBlock / 2;

constexpr bool IsQuantized(WeightType type) {
  return type == WeightType::kQ8_0 || type == WeightType::kQ4_0;
}
constexpr std::size_t Panels(std::size_t rows) { return (rows + kPanelRows - 1) / kPanelRows; }

// Bytes of one row as a file holds it. `cols` is a multiple of kBlock for the quantized types.
std::size_t RowBytes(WeightType type, std::size_t cols);
std::size_t PanelBytes(WeightType type, std::size_t cols);
// Where the scales of a panel begin, for the quantized types.
std::size_t ScalesOffset(WeightType type, std::size_t cols);

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
