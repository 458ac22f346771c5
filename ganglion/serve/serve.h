#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/serve/serve_config.h"

namespace ganglion::serve {

// A model that is loaded, under the names that clients use.
struct ServedModel {
  std::string name;
  std::vector<std::string> aliases = {};
  std::unique_ptr<api::InferenceClient> client;
};

// A server: the HTTP layer, the handlers of OpenAI's and Ollama's API, tokens and quotas, metrics,
// health, the access log. One process may have several.
//
//   state      /health   /ready                           new requests
//   listening  200       503 until each model's canary     answered
//   serving    200       200 while canaries are fresh      answered
//   draining   gone      gone: nobody listens              503 on open connections
//
// Memory: owns the models, and ends them before what their last events still use.
// Thread: one owner; Drain() and the destructor wait.
class Serve {
 public:
  // Listens, and answers nobody yet. `version` is the program's.
  static Result<std::unique_ptr<Serve>> Create(const ServeConfig& config,
                                               std::vector<ServedModel> models,
                                               std::string version);
  ~Serve();
  Serve(const Serve&) = delete;
  Serve& operator=(const Serve&) = delete;

  Status Start();
  std::string url() const;  // "http://127.0.0.1:8080"
  // Whether /ready answers 200.
  bool ready() const;

  // Refuses what is new, and waits for answers in progress as long as the configuration says. True
  // where nothing had to be cut.
  bool Drain();
  // Of the access log, for programs that rotate logs.
  void ReopenLog();

 private:
  struct Parts;
  explicit Serve(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace ganglion::serve
