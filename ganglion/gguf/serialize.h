#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// What both writers of this room share.
namespace ganglion::gguf {

// Everything before the data of the tensors, which follow each other in this order, each padded.
std::vector<std::byte> SerializeHeader(std::span<const KeyValue> metadata,
                                       std::span<const Tensor* const> tensors);

std::uint64_t DataBytes(const Tensor& tensor);  // by type and dims
std::uint64_t Padded(std::uint64_t bytes);      // to the next multiple of the alignment
Status CheckForWriting(const Tensor& tensor);   // name, number of dims, whole blocks

}  // namespace ganglion::gguf
