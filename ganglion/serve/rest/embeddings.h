#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ganglion/serve/rest/fields.h"
#include "ganglion/serve/rest/models.h"
#include "ganglion/serve/rest/services.h"

namespace ganglion::serve::rest {

// What all APIs of vectors share.
struct EmbedCall {
  const Model* model = nullptr;
  api::EmbedRequest request;
};

// `name` is the field with the texts; "dimensions" is refused unless it is what the model has.
void ReadEmbedFields(const Fields& fields, std::string_view name, const http::Request& http,
                     const RestOptions& options, EmbedCall& call);

using RenderEmbeddings = std::function<std::string(const api::EmbedAnswer& answer)>;
void StartEmbed(Services& services, const std::shared_ptr<http::Exchange>& exchange, EmbedCall call,
                ErrorShape shape, RenderEmbeddings render);

}  // namespace ganglion::serve::rest
