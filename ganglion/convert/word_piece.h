#pragma once

#include "ganglion/base/status.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/convert/vocabulary.h"

namespace ganglion::convert {

// Completes a vocabulary whose tokens are those of a tokenizer.json of the kind WordPiece. GGUF
// writes "##ing" as "ing", and marks what begins a word: "un" becomes U+2581 "un".
Status ReadWordPiece(const Json& tokenizer, const Json& model, Vocabulary& out);

}  // namespace ganglion::convert
