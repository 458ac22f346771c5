// GET /api/tags, /api/version, /api/ps; POST /api/show

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/ollama.h"

namespace ganglion::serve::rest {
namespace {

// "1.1B", "494M"
std::string ParameterSize(std::uint64_t parameters) {
  if (parameters >= 1'000'000'000) {
    const std::uint64_t tenths = parameters / 100'000'000;
    return Concat(tenths / 10, ".", tenths % 10, "B");
  }
  return Concat(parameters / 1'000'000, "M");
}

// Clients want 64 hexadecimal digits that change with the model. Nobody can pull by it.
std::string Digest(const Model& model) {
  constexpr std::size_t kDigits = 64;
  const std::string print = model.fingerprint.substr(3);
  std::string digest;
  while (digest.size() < kDigits) digest += print;
  digest.resize(kDigits);
  return digest;
}

Json Details(const Model& model) {
  return {{"parent_model", ""},
          {"format", "gguf"},
          {"family", model.info.architecture},
          {"families", Json::array({model.info.architecture})},
          {"parameter_size", ParameterSize(model.info.parameters)},
          {"quantization_level", model.info.quantization}};
}

std::string ModifiedAt(const Model& model) {
  return TimeText(model.info.created_s * 1'000'000'000);
}

Json Entry(const Model& model, const std::string& name) {
  return {{"name", name},
          {"model", name},
          {"size", model.info.file_bytes},
          {"digest", Digest(model)},
          {"details", Details(model)}};
}

Json Capabilities(const Model& model) {
  Json list = Json::array();
  if (model.info.can_generate) list.push_back("completion");
  if (model.info.can_call_tools) list.push_back("tools");
  if (model.info.can_embed) list.push_back("embedding");
  return list;
}

}  // namespace

Outcome OllamaTags(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  Json list = Json::array();
  const auto add = [&](const Model& model, const std::string& name) {
    Json entry = Entry(model, name);
    entry["modified_at"] = ModifiedAt(model);
    list.push_back(std::move(entry));
  };
  for (const Model& model : services.models().all()) {
    add(model, model.name);
    for (const std::string& alias : model.aliases) add(model, alias);
  }
  exchange->Reply({.body = Dump({{"models", std::move(list)}})});
  return {};
}

Outcome OllamaRunning(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  Json list = Json::array();
  for (const Model& model : services.models().all()) {
    Json entry = Entry(model, model.name);
    // Models stay.
    entry["expires_at"] = "9999-12-31T23:59:59Z";
    entry["size_vram"] = 0;
    entry["context_length"] = model.info.context_tokens;
    list.push_back(std::move(entry));
  }
  exchange->Reply({.body = Dump({{"models", std::move(list)}})});
  return {};
}

Outcome OllamaVersion(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  exchange->Reply({.body = Dump({{"version", services.options().ollama_version}})});
  return {};
}

Outcome OllamaShow(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Model* const model =
      ReadOllamaModel(Fields(*body, {}, problem), services.models(), Purpose::kAny);
  if (!problem.ok()) return tl::unexpected(problem.error());
  const api::ModelInfo& info = model->info;
  const std::string& family = info.architecture;
  exchange->Reply({.body = Dump({{"license", ""},
                                 {"modelfile", ""},
                                 {"parameters", ""},
                                 {"template", ""},
                                 {"modified_at", ModifiedAt(*model)},
                                 {"details", Details(*model)},
                                 {"model_info",
                                  {{"general.architecture", family},
                                   {"general.basename", info.name},
                                   {"general.parameter_count", info.parameters},
                                   {family + ".context_length", info.context_tokens},
                                   {family + ".embedding_length", info.embedding_size}}},
                                 {"capabilities", Capabilities(*model)}})});
  return {};
}

}  // namespace ganglion::serve::rest
