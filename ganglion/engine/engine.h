#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/options.h"
#include "ganglion/engine/stepper.h"

namespace ganglion::engine {

// The inference client that computes in this process: one model, one thread with a step loop.
//
// Submit() checks, renders and tokenises the request on the caller's thread and puts it into a
// bounded queue. At the top of each step the engine's thread takes what came (requests,
// cancellations, the end), then does one step of the answer in progress. Answers are computed one
// after the other, in the order of their requests.
//
// Thread: any may call Submit() and Cancel(). The destructor cancels what is not done, and each
// sink still gets its last event before it returns.
class Engine final : public api::InferenceClient {
 public:
  // Loads a GGUF file: model, tokenizer, chat template.
  static Result<std::unique_ptr<Engine>> Create(const std::string& path,
                                                const EngineOptions& options = {});
  static Result<std::unique_ptr<Engine>> Create(std::shared_ptr<const gguf::File> file,
                                                const EngineOptions& options = {});
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<api::RequestId> Submit(api::GenerateRequest request,
                                std::shared_ptr<api::EventSink> sink) override;
  void Cancel(api::RequestId request) override;

  std::uint32_t context_tokens() const { return loaded_->context_tokens; }
  bool has_chat_template() const { return loaded_->chat_template.has_value(); }
  const Tokenizer& tokenizer() const { return *loaded_->tokenizer; }

 private:
  // What the thread has to do next.
  struct Events {
    std::unique_ptr<Job> next;
    std::deque<std::unique_ptr<Job>> dropped;  // cancelled before they began
    bool cancel_active = false;
    bool stop = false;
  };

  Engine(std::unique_ptr<LoadedModel> loaded, std::unique_ptr<Stepper> stepper,
         const EngineOptions& options);
  void Run();
  Events WaitForEvents();

  const EngineOptions options_;
  const std::unique_ptr<LoadedModel> loaded_;
  const std::unique_ptr<Stepper> stepper_;  // the engine thread's
  GrammarCache grammars_;

  std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  api::RequestId active_{};  // the answer in progress; 0: none
  bool cancel_active_ = false;
  std::uint64_t requests_ = 0;
  bool has_cancelled_ = false;  // somebody in queue_ is
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ganglion::engine
