#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// Floats to the bytes of a tensor and back, for the types that this build can compute with.
//
// The blocks of 32 elements: Q8_0 is a half d and 32 int8 q, x = d * q. Q4_0 is a half d and 16
// bytes, the low halves of which are elements 0 to 15 and the high halves 16 to 31, x = d * (q -
// 8).
namespace ganglion::gguf {

// Needs a whole number of blocks (rows of a tensor are). Fails on a value that is not finite, or
// that the type cannot hold; the error says which.
Result<std::vector<std::byte>> Quantize(TensorType type, std::span<const float> values);

// Besides the supported types also Q6_K, which files of other types use for the output matrix.
bool CanDequantize(TensorType type);

// Fills `values`. `bytes` holds exactly as many, of a type that can be dequantized (anything else
// is a bug).
void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values);

}  // namespace ganglion::gguf
