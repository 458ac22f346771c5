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

}  // namespace ganglion::serve::rest
