#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ganglion/base/time.h"
#include "ganglion/serve/rest/fields.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/models.h"
#include "ganglion/serve/rest/services.h"

// What the endpoints of Ollama's API share.
namespace ganglion::serve::rest {

// "2026-11-23T21:13:36.5Z"
std::string TimeText(TimeNs wall);

// A name means itself with the tag ":latest", too. "name" is the older spelling of "model".
const Model* ReadOllamaModel(const Fields& fields, const Models& models, Purpose purpose);

// "options", "format", "stream" and "tools"; `call.model` is set.
void ReadOllamaFields(const Fields& fields, const http::Request& http, Services& services,
                      GenerateCall& call);

// Whether text lies in "message" or in "response".
enum class OllamaKind : std::uint8_t { kChat, kGenerate };
void StartOllama(Services& services, const std::shared_ptr<http::Exchange>& exchange,
                 GenerateCall call, OllamaKind kind);

// The answer to a request without a prompt, by which clients load a model.
void ReplyLoaded(Services& services, http::Exchange& exchange, const Model& model, OllamaKind kind);

}  // namespace ganglion::serve::rest
