#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion::learn {

// The tokens that frame an example; the first three of the vocabulary, in this order:
//   <|instruction|> text <|plan|> plan <|end|>
constexpr std::string_view kEndToken = "<|end|>";
constexpr std::string_view kInstructionToken = "<|instruction|>";
constexpr std::string_view kPlanToken = "<|plan|>";

// The chat template that goes with them. It passes over the system message: the starter model knows
// one robot, whose skills it learned and need not be told.
std::string_view ChatTemplate();

// A byte-level BPE vocabulary for instructions and plans, made so that copying is easy:
//   - words merge without the space or quotation mark before them, so a noun has the same tokens in
//     the instruction and in the plan;
//   - a Chinese character is one token and never merges with its neighbour;
//   - the fixed parts of a plan ({"do":"turn","angle_deg":) are one user-defined token each.
// The same texts give the same vocabulary. `texts` are folded (base/fold_text.h).
VocabularySource BuildVocabulary(const std::vector<std::string>& texts, std::size_t word_merges);

}  // namespace ganglion::learn
