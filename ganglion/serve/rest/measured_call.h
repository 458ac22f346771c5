#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "ganglion/api/inference_client.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/services.h"

namespace ganglion::serve::rest {

// One request for vectors or scores: it has one answer, in one piece. Cancelled when its client
// goes away, also where Submit has not returned its id yet.
//
// Kept alive by the callback that the inference client holds.
// Thread: Start() the server's; Finish() and Fail() the engine's.
class MeasuredCall : public std::enable_shared_from_this<MeasuredCall> {
 public:
  // Hands the request to the client, with a callback that calls Finish() or Fail().
  using Submit = std::function<Result<api::RequestId>(const std::shared_ptr<MeasuredCall>& call)>;
  // Writes the body of the answer; called on the worker's thread.
  using Render = std::function<std::string()>;

  static void Start(Services& services, const std::shared_ptr<http::Exchange>& exchange,
                    const Model& model, ErrorShape shape, const Submit& submit);

  // For Start().
  MeasuredCall(Services& services, std::shared_ptr<http::Exchange> exchange, const Model& model,
               ErrorShape shape);

  void Finish(std::int32_t prompt_tokens, Render render);
  void Fail(const Status& status);

 private:
  void OnSubmitted(const Result<api::RequestId>& id);
  void Gone();

  Services& services_;
  const std::shared_ptr<http::Exchange> exchange_;
  api::InferenceClient& client_;
  const std::string model_name_;
  const ErrorShape shape_;

  std::mutex mutex_;  // guards the two below
  std::optional<api::RequestId> id_;
  bool over_ = false;  // answered, or nobody reads
};

}  // namespace ganglion::serve::rest
