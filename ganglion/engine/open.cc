#include "ganglion/engine/open.h"

#include <utility>

#include "ganglion/engine/encoder_engine.h"
#include "ganglion/engine/engine.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/encoder_config.h"

namespace ganglion::engine {
namespace {

// As the interface, with the path in front of an error.
template <class Client>
Result<std::unique_ptr<api::InferenceClient>> AsClient(Result<std::unique_ptr<Client>> client,
                                                       const std::string& path) {
  if (!client.ok()) return std::move(client).error().WithContext(path);
  return std::unique_ptr<api::InferenceClient>(*std::move(client));
}

}  // namespace

Result<std::unique_ptr<api::InferenceClient>> Open(const std::string& path,
                                                   const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(path));
  if (IsEncoderArchitecture(*file)) {
    return AsClient(EncoderEngine::Create(std::move(file), options), path);
  }
  return AsClient(Engine::Create(std::move(file), options), path);
}

}  // namespace ganglion::engine
