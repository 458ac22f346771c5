#pragma once

#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/tokenizer/special_matcher.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion::tokenizer {

// Refuses what no vocabulary has: arrays of different lengths, ids outside of it, anything over the
// limits. What comes after may rely on it.
Status CheckVocabulary(const VocabularySource& source);

// Fills in what the model's kind leaves unsaid: ids and flags that are absent, and the control type
// of tokens that end a turn by their well-known text but are marked otherwise in published files.
Status FillDefaults(VocabularySource& source);

// Tokens after which generation stops, ascending.
std::vector<TokenId> EndOfGeneration(const VocabularySource& source);

// The tokens that are matched as a whole in a text: the user-defined ones, or with `parse_special`
// control and unknown tokens as well. Their texts are well-formed UTF-8, so that what lies between
// them in a well-formed text is too.
std::vector<SpecialMatcher::Special> Specials(const VocabularySource& source, bool parse_special);

}  // namespace ganglion::tokenizer
