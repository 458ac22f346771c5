#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/embed_job.h"
#include "ganglion/engine/embedder.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/options.h"
#include "ganglion/engine/score.h"
#include "ganglion/engine/step_loop.h"

namespace ganglion::engine {

// The inference client that computes in this process: one model, one thread with a step loop.
//
// A request is checked, rendered and tokenised on the caller's thread, which also decides whether
// it is let in: that needs only counts. At the top of each step the engine's thread takes what came
// (requests, cancellations, the end), then does one step of all answers in progress.
//
// Thread: any may call what InferenceClient has. The destructor cancels what is not done, and each
// sink and callback still gets its last event before it returns.
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
  Result<api::RequestId> Score(api::ScoreRequest request, api::ScoreCallback done) override;
  Result<api::RequestId> Embed(api::EmbedRequest request, api::EmbedCallback done) override;
  Result<std::vector<std::int32_t>> Tokenize(const api::TokenizeRequest& request) const override;
  Result<std::string> Detokenize(const std::vector<std::int32_t>& tokens) const override;
  api::ModelInfo Describe() const override { return loaded_->info; }
  api::EngineStats Stats() const override;

  std::uint32_t context_tokens() const { return loaded_->context_tokens; }
  bool has_chat_template() const { return loaded_->chat_template.has_value(); }
  const Tokenizer& tokenizer() const { return *loaded_->tokenizer; }

 private:
  // What came since the last step.
  struct Events {
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<std::unique_ptr<ScoreJob>> scores;
    std::vector<std::unique_ptr<EmbedJob>> embeds;
    std::vector<api::RequestId> cancelled;
    bool stop = false;

    bool any() const {
      return stop || !jobs.empty() || !scores.empty() || !embeds.empty() || !cancelled.empty();
    }
    void Clear();
  };
  // A request for vectors that ended.
  struct Embedded {
    api::RequestId request{};
    std::uint64_t tokens = 0;
  };

  Engine(std::unique_ptr<LoadedModel> loaded, std::unique_ptr<StepLoop> loop,
         const EngineOptions& options);
  Result<api::RequestId> LetIn(api::Priority priority, std::uint64_t tokens);
  void Run();
  void WaitForEvents(bool idle, Events& events);
  void TakeIn(Events& events);
  void Publish();

  const EngineOptions options_;
  const std::unique_ptr<LoadedModel> loaded_;
  const std::unique_ptr<StepLoop> loop_;  // the engine thread's
  const EmbedTraits traits_;
  std::vector<Embedded> embedded_;  // the engine thread's; since the last Publish()
  Embedder embedder_;               // the engine thread's
  GrammarCache grammars_;

  mutable std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable wake_;
  Events inbox_;
  std::unordered_map<api::RequestId, bool> live_;  // not ended; whether it is cancelled
  std::uint64_t waiting_tokens_ = 0;               // of the prompts of those that do not run yet
  std::uint64_t requests_ = 0;
  api::EngineStats stats_;
  std::thread thread_;
};

}  // namespace ganglion::engine
