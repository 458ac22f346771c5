#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/convert/architecture.h"
#include "ganglion/gguf/safetensors.h"
#include "ganglion/gguf/tensor_source.h"

namespace ganglion::convert {

// A tensor of the folder, in which it lies, or a part of one.
struct TensorPart {
  const gguf::SafetensorsTensor* tensor = nullptr;
  std::uint64_t first = 0;  // element
};

// How one tensor of the GGUF file comes from those of the folder, or from `values` alone.
struct PlannedTensor {
  gguf::SourceTensor tensor;
  // One behind the other, all of one size: of experts one each, else one.
  std::vector<TensorPart> parts;
  // Not 0: rows of heads of this size, whose halves are to be interleaved. Row 2i + j of a head
  // comes from row i + j * size / 2.
  std::uint64_t interleaved_head = 0;
  float addend = 0;           // to every element
  std::vector<float> values;  // where there are no parts
};

// All tensors that the GGUF file needs, in the order of the layers. A tensor that is missing, of
// another shape or of a dtype that cannot be read is an error that names it; so is one that has no
// place in the architecture. Completes shape.vocabulary.
Result<std::vector<PlannedTensor>> PlanTensors(const Architecture& architecture,
                                               const gguf::SafetensorsFolder& folder,
                                               Description& description);

// See TensorSource::ReadRows.
void ReadPlannedRows(const PlannedTensor& planned, std::uint64_t first_row,
                     std::span<float> values);

}  // namespace ganglion::convert
