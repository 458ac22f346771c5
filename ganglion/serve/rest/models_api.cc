// GET /v1/models and /v1/models/{id}

#include <string_view>
#include <utility>

#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/json.h"

namespace ganglion::serve::rest {
namespace {

// `name` is the model's own or an alias.
Json Describe(const Model& model, const std::string& name) {
  return {{"id", name},
          {"object", "model"},
          {"created", model.info.created_s},
          {"owned_by", "ganglion"},
          {"root", model.name},
          {"parent", nullptr},
          {"max_model_len", model.info.context_tokens}};
}

}  // namespace

Outcome ListModels(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  Json data = Json::array();
  for (const Model& model : services.models().all()) {
    data.push_back(Describe(model, model.name));
    for (const std::string& alias : model.aliases) data.push_back(Describe(model, alias));
  }
  exchange->Reply({.body = Dump({{"object", "list"}, {"data", std::move(data)}})});
  return {};
}

Outcome ShowModel(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  constexpr std::string_view kPrefix = "/v1/models/";
  std::string_view name = exchange->request().path;
  name.remove_prefix(std::min(name.size(), kPrefix.size()));
  const Model* const model = services.models().FindExact(name);
  if (model == nullptr) return tl::unexpected(UnknownModel(name));
  exchange->Reply({.body = Dump(Describe(*model, std::string(name)))});
  return {};
}

}  // namespace ganglion::serve::rest
