#pragma once

#include <string>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/learn/decoder.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion::learn {

// Writes a trained decoder as a `qwen3` model file with its vocabulary and chat template. Matrices
// are stored as `type` (F32 or Q8_0), norms as F32.
Status ExportModel(const Decoder& decoder, const VocabularySource& vocabulary,
                   gguf::TensorType type, const std::string& name, const std::string& path);

}  // namespace ganglion::learn
