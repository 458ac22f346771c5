#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// Floats to the bytes of a tensor and back. The layouts of the blocks: docs/formats/gguf.md.
namespace ganglion::gguf {

// For F32, F16, BF16, Q8_0 and Q4_0. Needs a whole number of blocks (rows of a tensor are). Fails
// on a value that is not finite, or that the type cannot hold; the error says which.
Result<std::vector<std::byte>> Quantize(TensorType type, std::span<const float> values);

// Holds for every supported type.
bool CanDequantize(TensorType type);

// Fills `values`: the exact numbers that the format gives them, in float products in the order of
// its definition. `bytes` holds exactly as many, of a type that can be dequantized (anything else
// is a bug). Does not allocate; any thread.
void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values);

}  // namespace ganglion::gguf
