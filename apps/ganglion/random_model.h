#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apps/ganglion/model_shape.h"

#include "ganglion/base/status.h"

namespace ganglion::app {

// Writes a GGUF file of this shape that any engine loads: its real sizes, a byte-level vocabulary
// of the real size, and random weights whose scales keep the activations sane. It says nothing; it
// is as fast and as large as the model that it is named after.
//
// `type` is a weight type or a mix of them, in the names that files go by: "Q8_0", "Q4_K_M". The
// same arguments give the same bytes. Memory: some megabytes.
Status WriteRandomModel(const ModelShape& shape, std::string_view type, std::uint64_t seed,
                        const std::string& path);

}  // namespace ganglion::app
