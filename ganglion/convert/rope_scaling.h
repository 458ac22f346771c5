#pragma once

#include "ganglion/base/status.h"
#include "ganglion/convert/architecture.h"
#include "ganglion/convert/json_file.h"

namespace ganglion::convert {

// The rotation's base and its scaling: none, linear, yarn, llama3 (which becomes the tensor
// rope_freqs.weight) and, of phi3, longrope (rope_factors_long.weight and _short.weight). Older
// config.json files keep it in rope_theta and rope_scaling, newer ones in rope_parameters. A kind
// that GGUF cannot carry is an error.
Status DescribeRope(const Architecture& architecture, const ObjectReader& config,
                    std::uint64_t context, Description& out, MetadataWriter& metadata);

// By which rope_freqs.weight divides the frequencies (Llama 3.1): pairs that turn more than `high`
// times in the original context keep theirs, pairs that turn less than `low` times are slowed by
// `factor`, and those between are interpolated.
struct Llama3Scaling {
  double base = 0;
  double factor = 8;
  double low = 1;
  double high = 4;
  double original_context = 8192;
};
std::vector<float> Llama3Factors(const Llama3Scaling& scaling, std::uint64_t dims);

}  // namespace ganglion::convert
