#pragma once

#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/learn/dataset.h"
#include "ganglion/learn/decoder.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::learn {

constexpr std::size_t kGreedyBatch = 64;

// The likeliest plan of each instruction, token by token with nothing to keep it valid: a look at
// the model while it is trained. It computes the whole sequence for each token; the engine does
// not.
Result<std::vector<std::string>> GreedyPlans(Decoder decoder, const Tokenizer& tokenizer,
                                             std::span<const TextExample> examples);

}  // namespace ganglion::learn
