#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::engine {

// The tokens that a model trained on this tokenizer would write `text` with, after the tokens
// `tail` of the same answer. Their pieces together are exactly `text`: no token reaches back over
// the border, because what lies there was chosen already. Empty where there are no such tokens.
//
// The last token may be another one if the text goes on after `text`; that is the caller's matter.
std::vector<TokenId> TokenizeForced(const Tokenizer& tokenizer, std::span<const TokenId> tail,
                                    std::string_view text);

}  // namespace ganglion::engine
