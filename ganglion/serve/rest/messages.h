#pragma once

#include <string>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/fields.h"

namespace ganglion::serve::rest {

// "messages" as OpenAI has them. Parts of text are joined by line ends; the role "developer", which
// no template knows, becomes "system".
std::vector<api::Message> ReadMessages(const Fields& fields);

// The text of "content": a string, or an array of parts of which all are text.
std::string ReadContent(const Fields& message);

}  // namespace ganglion::serve::rest
