#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ganglion/convert/tiny_folder_test.h"

namespace ganglion::convert {

// What a published model computes, in double precision, from its own names and in its own
// conventions: halves of a head turn together, gemma's norms add 1 as they go, experts are matrices
// of their own. It shares no code with the engine or with the conversion, and is written to be
// read.
//
// A llama has a rope scaling of type llama3; a gemma 3 says which layers are local, and the others
// have a linear one. Logits of every token of the sequence.
std::vector<std::vector<double>> PublishedLogits(const TinyModel& model,
                                                 const std::vector<std::size_t>& tokens);

}  // namespace ganglion::convert
