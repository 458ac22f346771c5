#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/answer_stream.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/options.h"
#include "ganglion/engine/prompt_lookup.h"
#include "ganglion/engine/sequence_cache.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::engine {

// Computes one answer, step by step: the place where model, cache, grammar and sampling meet.
//
// | state    | step                                                | next                        |
// | idle     | Start(): cached prefix, first forced tokens         | feeding                     |
// | feeding  | one chunk of feed_ through the model                | feeding until it is all fed |
// | choosing | (same step as the last chunk) mask, sample, force   | choosing as long as the     |
// |          |                                                     | draft is right; feeding, or |
// |          |                                                     | idle at the end             |
//
// feed_ holds the tokens that are decided and not computed yet: the prompt at first, then each
// sampled token with the tokens that the grammar dictates after it. draft_ holds tokens that are
// only guessed. They are computed in the same pass behind the last chunk, and each is kept if what
// is decided then is that very token. So a draft changes the number of passes and nothing else.
//
// Thread: the engine thread only. Memory: its buffers are taken in Create(). A step allocates what
// the tokenizer and the matcher need for a moment, and nothing that grows with the steps.
class Stepper {
 public:
  static Result<std::unique_ptr<Stepper>> Create(LoadedModel& loaded, const EngineOptions& options);

  bool busy() const { return job_ != nullptr; }
  // Not busy. The job's prompt fits the context.
  void Start(std::unique_ptr<Job> job);
  // Busy. Calls the sink; at the end of the answer busy() becomes false.
  void Step();
  // Busy. Ends the answer where it is.
  void Cancel();

  const SequenceCache& cache() const { return cache_; }

 private:
  Stepper(LoadedModel& loaded, const EngineOptions& options, KvStorage storage);

  bool FeedChunk();
  void DraftNext();
  void ChooseAll();
  void Choose(std::span<float> logits);
  bool MatchDraft();
  void DropDraft();
  void Take(TokenId token);
  void Prepare();
  bool FillMask();
  void Force();
  bool MayPass(std::size_t bytes);
  std::uint32_t Room() const;
  void FinishStream();
  void FinishFull();
  void Finish(api::FinishReason reason, Status status = {});

  LoadedModel& loaded_;
  const EngineOptions options_;
  SequenceCache cache_;
  sampling::Sampler sampler_;
  AnswerStream stream_;
  std::vector<float> logits_;
  std::vector<std::uint32_t> mask_;
  PromptLookup lookup_;
  DraftGate gate_;
  std::vector<TokenId> feed_;
  std::size_t fed_ = 0;          // of feed_
  std::vector<TokenId> draft_;   // in the cache already, behind what was fed
  std::size_t matched_ = 0;      // of draft_
  std::vector<TokenId> answer_;  // its last few tokens
  std::string first_forced_;     // text that is shown when the prompt is computed
  std::unique_ptr<Job> job_;
  api::Usage usage_;
};

}  // namespace ganglion::engine
