#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/metrics/request_observer.h"
#include "ganglion/serve/rest/answer_writer.h"
#include "ganglion/serve/rest/services.h"

namespace ganglion::serve::rest {

// Runs the requests that one HTTP request stands for (n answers, several prompts), and ends them
// together: when the last is done, when one fails, when nobody reads any more.
//
//   state    sinks' events               left by
//   running  go to the writer            last OnDone; an error; a false from the writer; client
//   gone over     only counted (observer)     the last OnDone of those that were submitted
//
// Invariants:
//   1. The writer gets exactly one of OnEnd() and OnError(), or nothing more once nobody reads.
//   2. On leaving `running` early every request that was submitted is cancelled exactly once, also
//      the one whose Submit() has not returned its id yet: the thread in Submit() sees to that one.
//   3. The client is never called from the engine's thread, and never under the lock.
//
// Kept alive by the sinks, which the client holds until their OnDone.
// Thread: Start() on the server's; events on the engine's; Gone() on the server's.
class Generation : public std::enable_shared_from_this<Generation> {
 public:
  struct Plan {
    const Model* model = nullptr;
    std::vector<api::GenerateRequest> requests;
    std::int32_t tokens_max_asked = 0;  // 0: the client did not say
  };

  static void Start(Services& services, const std::shared_ptr<http::Exchange>& exchange, Plan plan,
                    std::unique_ptr<AnswerWriter> writer);

  // For Start().
  Generation(Services& services, const Model& model, std::size_t answers,
             std::unique_ptr<AnswerWriter> writer);

 private:
  class Sink;
  struct Answer {
    std::optional<api::RequestId> id;  // while it can be cancelled
    bool done = false;
  };
  using Ids = std::vector<api::RequestId>;

  void Submit(std::vector<api::GenerateRequest> requests);
  bool over();
  void OnSubmitted(std::size_t answer, api::RequestId id);
  void OnRefused(const Status& status);
  void Gone();
  void Cancel(const Ids& ids);
  // Leaves `running`. Call with the lock held.
  Ids TakeIds();
  void StopReading(std::unique_lock<std::mutex> lock);

  void OnText(std::size_t answer, std::string_view text);
  void OnToken(std::size_t answer, const api::TokenEvent& token);
  void OnToolCall(std::size_t answer, const api::ToolCall& call);
  void OnDone(std::size_t answer, api::FinishReason reason, const api::Usage& usage,
              const Status& status);

  Services& services_;
  api::InferenceClient& client_;
  const std::string model_name_;

  std::mutex mutex_;  // guards everything below
  std::unique_ptr<AnswerWriter> writer_;
  std::unique_ptr<metrics::GenerateObserver> observer_;
  std::vector<Answer> answers_;
  std::size_t done_ = 0;
  bool over_ = false;
};

}  // namespace ganglion::serve::rest
