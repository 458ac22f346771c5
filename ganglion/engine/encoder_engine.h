#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/embed_job.h"
#include "ganglion/engine/embedder.h"
#include "ganglion/engine/options.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/encoder.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::engine {

// The inference client of a model that embeds and does not generate: one encoder, one thread.
//
// Embed() checks and tokenises on the caller's thread and puts the job into a bounded queue. The
// thread takes what came at the top of each step and computes a piece.
//
// Thread: any may call. The destructor ends what is not done with kUnavailable, and every callback
// was called when it returns.
class EncoderEngine final : public api::InferenceClient {
 public:
  // Of the options, those that concern pages and answers are not used.
  static Result<std::unique_ptr<EncoderEngine>> Create(std::shared_ptr<const gguf::File> file,
                                                       const EngineOptions& options = {});
  ~EncoderEngine() override;
  EncoderEngine(const EncoderEngine&) = delete;
  EncoderEngine& operator=(const EncoderEngine&) = delete;

  Result<api::RequestId> Submit(api::GenerateRequest request,
                                std::shared_ptr<api::EventSink> sink) override;
  void Cancel(api::RequestId request) override;
  Result<api::RequestId> Embed(api::EmbedRequest request, api::EmbedCallback done) override;
  Result<std::vector<std::int32_t>> Tokenize(const api::TokenizeRequest& request) const override;
  Result<std::string> Detokenize(const std::vector<std::int32_t>& tokens) const override;
  api::ModelInfo Describe() const override { return info_; }
  api::EngineStats Stats() const override;

 private:
  EncoderEngine(std::unique_ptr<Encoder> encoder, std::shared_ptr<const Tokenizer> tokenizer,
                const EncoderLimits& limits, api::ModelInfo info, const EngineOptions& options);
  void Run();
  bool TakeEvents();

  const std::unique_ptr<Encoder> encoder_;  // the engine thread's
  const std::shared_ptr<const Tokenizer> tokenizer_;
  const api::ModelInfo info_;
  const EmbedTraits traits_;
  const std::uint32_t queue_max_;
  Embedder embedder_;  // the engine thread's

  mutable std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable wake_;
  std::deque<std::unique_ptr<EmbedJob>> queue_;
  std::deque<api::RequestId> cancelled_;
  api::EngineStats stats_;
  std::size_t in_progress_ = 0;  // that left the queue and are not done
  std::uint64_t requests_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ganglion::engine
