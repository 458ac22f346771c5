#pragma once

#include <memory>
#include <variant>

#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/api_error.h"
#include "ganglion/serve/rest/services.h"

// One function for each route; see docs/formats/http_api.md. What it returns is the error that the
// client gets; otherwise it has answered, or something that it started will.
namespace ganglion::serve::rest {

using Outcome = OrError<std::monostate>;
using Endpoint = Outcome (*)(Services& services, const std::shared_ptr<http::Exchange>& exchange);

Outcome ChatCompletions(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Completions(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome ListModels(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome ShowModel(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Responses(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Embeddings(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Decisions(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Tokenize(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome Detokenize(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaChat(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaGenerate(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaEmbed(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaEmbeddings(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaTags(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaShow(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaVersion(Services& services, const std::shared_ptr<http::Exchange>& exchange);
Outcome OllamaRunning(Services& services, const std::shared_ptr<http::Exchange>& exchange);

}  // namespace ganglion::serve::rest
