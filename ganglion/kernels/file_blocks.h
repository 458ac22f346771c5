#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/packed.h"

// The blocks of the quantized types as a GGUF file holds them, taken apart.
namespace ganglion::kernels {

// CellCols() columns of one row. What a type lacks is not set.
struct FileCell {
  // In the order of the columns: q without sign (q + 128 for Q8_0, q + 4 for Q3_K), or the index
  // into the table of IQ4_NL, IQ4_XS and MXFP4.
  std::uint8_t codes[kCellColsMax];
  std::uint8_t scales[16];  // as stored: without the offset of 32 of Q3_K and IQ4_XS
  std::uint8_t mins[16];
  std::uint16_t d;
  std::uint16_t m;
};

void ReadFileCell(WeightType type, const std::byte* from, FileCell& cell);

}  // namespace ganglion::kernels
