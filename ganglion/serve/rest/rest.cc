#include "ganglion/serve/rest/rest.h"

#include <exception>
#include <utility>

#include "ganglion/serve/rest/endpoints.h"

namespace ganglion::serve::rest {
namespace {

struct Entry {
  std::string_view method;
  std::string_view pattern;
  Endpoint endpoint;
  ErrorShape shape = ErrorShape::kOpenAi;
};

constexpr Entry kEntries[] = {
    {"POST", "/v1/chat/completions", ChatCompletions},
    {"POST", "/v1/completions", Completions},
    {"POST", "/v1/responses", Responses},
    {"POST", "/v1/embeddings", Embeddings},
    {"POST", "/v1/decisions", Decisions},
    {"GET", "/v1/models", ListModels},
    {"GET", "/v1/models/{id...}", ShowModel},
    {"POST", "/tokenize", Tokenize},
    {"POST", "/detokenize", Detokenize},
    {"POST", "/api/chat", OllamaChat, ErrorShape::kOllama},
    {"POST", "/api/generate", OllamaGenerate, ErrorShape::kOllama},
    {"POST", "/api/embed", OllamaEmbed, ErrorShape::kOllama},
    {"POST", "/api/embeddings", OllamaEmbeddings, ErrorShape::kOllama},
    {"GET", "/api/tags", OllamaTags, ErrorShape::kOllama},
    {"POST", "/api/show", OllamaShow, ErrorShape::kOllama},
    {"GET", "/api/version", OllamaVersion, ErrorShape::kOllama},
    {"GET", "/api/ps", OllamaRunning, ErrorShape::kOllama},
};

Outcome Call(Services& services, const Entry& entry,
             const std::shared_ptr<http::Exchange>& exchange) {
  // The JSON library throws where a value is not of the type that it is read as. Each reader looks
  // first; this is for the one that forgot.
  try {
    return entry.endpoint(services, exchange);
  } catch (const std::exception& error) {
    return tl::unexpected(ApiError{.status = 500,
                                   .message = error.what(),
                                   .type = "server_error",
                                   .code = "internal_error",
                                   .refusal = metrics::Refusal::kOther});
  }
}

}  // namespace

Rest::Rest(RestOptions options, const Models& models, metrics::RequestObserver& observer,
           Clocks clocks, Rng rng)
    : services_(std::move(options), models, observer, std::move(clocks), rng) {}

std::vector<Route> Rest::Routes() {
  std::vector<Route> routes;
  for (const Entry& entry : kEntries) {
    routes.push_back({entry.method, entry.pattern,
                      [this, &entry](const std::shared_ptr<http::Exchange>& exchange) {
                        const Outcome outcome = Call(services_, entry, exchange);
                        if (outcome) return;
                        services_.observer().OnRefused(outcome.error().refusal, {});
                        exchange->Reply(ErrorResponse(entry.shape, outcome.error()));
                      }});
  }
  return routes;
}

}  // namespace ganglion::serve::rest
