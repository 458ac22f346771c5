#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// Floats to the bytes of a tensor and back. The layouts of the blocks: docs/formats/gguf.md.
namespace ganglion::gguf {

// Fills `bytes` (of exactly the needed size; else it is a bug) with `values`, whole rows, in a
// supported type. The scales of a block are searched for, so that the sum of w * error^2 is small:
// w is about the magnitude of the value, and never far below the block's average. `importance` is
// empty, or one factor of 0 or more for each column of a row, which multiplies w: the mean square
// of the activations that the column meets.
//
// Each block depends on its own values alone, so rows may be cut anywhere between blocks, by any
// number of threads. Fails on values that are no whole number of blocks, not finite or larger than
// the type can hold; the error says which.
Status Quantize(TensorType type, std::span<const float> values, std::span<const float> importance,
                std::span<std::byte> bytes);
// Without importances.
Result<std::vector<std::byte>> Quantize(TensorType type, std::span<const float> values);

// Holds for every supported type.
bool CanDequantize(TensorType type);

// Fills `values`: the exact numbers that the format gives them, in float products in the order of
// its definition. `bytes` holds exactly as many, of a type that can be dequantized (anything else
// is a bug). Does not allocate; any thread.
void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values);

}  // namespace ganglion::gguf
