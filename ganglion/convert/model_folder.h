#pragma once

#include <memory>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/gguf/tensor_source.h"

namespace ganglion::convert {

// A published model as a source for a GGUF file: a folder with config.json, its weights in
// safetensors files, and tokenizer.json or tokenizer.model. Metadata and tensors get the names,
// types and order of elements that GGUF files of the architecture have, so that any reader of GGUF
// computes the same model. Weights are mapped and read on demand.
//
// Names and rules: docs/formats/safetensors.md. Errors name the file and the key or tensor.
Result<std::unique_ptr<const gguf::TensorSource>> OpenModelFolder(const std::string& folder);

}  // namespace ganglion::convert
