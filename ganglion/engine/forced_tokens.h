#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::engine {

// The tokens that a model trained on this tokenizer would write `text` with, after the tokens
// `tail` of the same answer. Their pieces together are exactly `text`: no token reaches back over
// the border, because what lies there was chosen already. Empty where there are no such tokens.
//
// The last tokens may be others if the text goes on after `text`; see ForcedTokens().
std::vector<TokenId> TokenizeForced(const Tokenizer& tokenizer, std::span<const TokenId> tail,
                                    std::string_view text);

// The first tokens of the text that the grammar dictates after `tail`, as many as are the same
// whatever the grammar lets come behind that text: where a token may reach over its end, the model
// is to choose whether it does. docs/design/0007, "Forced tokens", says why that is right.
std::vector<TokenId> ForcedTokens(const Tokenizer& tokenizer, std::span<const TokenId> tail,
                                  grammar::Matcher& matcher);

}  // namespace ganglion::engine
