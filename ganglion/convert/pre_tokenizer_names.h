#pragma once

#include <string>

#include "ganglion/base/status.h"
#include "ganglion/convert/json_file.h"

namespace ganglion::convert {

// The name that GGUF gives (tokenizer.ggml.pre) to the pre-tokenizer of a byte-level BPE
// vocabulary, known by its expressions and the steps around them. `whole_words` is the vocabulary's
// ignore_merges. One that has no name is an error that shows its expression and lists the known
// names: with a wrong expression every text would become other tokens.
Result<std::string> PreTokenizerName(const Json& pre_tokenizer, bool whole_words);

}  // namespace ganglion::convert
