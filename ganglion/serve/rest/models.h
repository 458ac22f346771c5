#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"

namespace ganglion::serve::rest {

// A model as clients know it.
struct Model {
  std::string name;
  std::vector<std::string> aliases;
  api::InferenceClient* client = nullptr;  // lent, never null in a registry
  api::ModelInfo info;
  std::string fingerprint;  // "fp_...": the same as long as name and file are
};

enum class Purpose : std::uint8_t { kAny, kGenerate, kEmbed };

// The models of a server, by name. Filled before the server starts, then only read: any thread.
class Models {
 public:
  explicit Models(bool any_name) : any_name_(any_name) {}

  // `client` is lent. Names and aliases are unique, and printable.
  Status Add(std::string name, std::vector<std::string> aliases, api::InferenceClient& client);

  const std::vector<Model>& all() const { return models_; }

  // The model of that name or alias; where any name is allowed, otherwise the first that serves the
  // purpose. An empty name means the first that does. Null where there is none.
  const Model* Find(std::string_view name, Purpose purpose) const;
  const Model* FindExact(std::string_view name) const;

 private:
  bool any_name_;
  std::vector<Model> models_;
};

}  // namespace ganglion::serve::rest
