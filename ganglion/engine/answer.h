#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/engine/answer_stream.h"
#include "ganglion/engine/held_sink.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/mask_worker.h"
#include "ganglion/engine/prompt_lookup.h"
#include "ganglion/engine/sequence.h"
#include "ganglion/engine/workbench.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::engine {

// A sequence that becomes a text: mask, sample, force, show.
//
// Its text depends on the request and on the model's logits, and on nothing else: not on what is
// computed beside it, on guesses, chunks, pre-emptions or time.
//
// Guesses are computed in the same pass behind the last token that is decided, and each is kept if
// what is decided then is that very token. So they change the number of passes and nothing else.
//
// An answer that its grammar does not shape whole is held back. At its end it is judged: shown if
// it is valid, and otherwise another Answer takes its place, or the client gets an error.
//
// The mask of the next token is made while the model computes its logits.
//
// Memory: taken in the constructor and, for guesses, when they are wanted first. A step allocates
// what the tokenizer and the matcher need for a moment, and nothing that grows with the steps, but
// for what is held back.
class Answer final : public Sequence {
 public:
  // The job's prompt fits the context. May be done at once, where the grammar dictates the text.
  Answer(std::unique_ptr<Job> job, Workbench& bench);
  ~Answer() override;

  sched::SequenceSpec Spec() const override;
  std::uint32_t prompt_tokens() const override { return prompt_tokens_; }
  void Started(TimeNs now, std::uint32_t cached_tokens) override;
  void Preempted() override { ++usage_.preemptions; }
  std::uint32_t PutGuesses(const sched::RunPlan& run, bool alone) override;
  sched::RunResult Take(const sched::RunPlan& run, std::span<float> logits) override;
  void CountStep(double seconds) override;
  void End(api::FinishReason reason, Status status) override { Finish(reason, std::move(status)); }
  std::unique_ptr<Sequence> MakeRetry() override;
  void Deliver() override;

 private:
  enum class MaskState : std::uint8_t {
    kStale,    // not of the next token
    kStarted,  // the worker has it, and the matcher: neither is touched before FinishMask()
    kReady,
  };

  std::span<const TokenId> generated() const;
  bool forces() const;
  void Choose(std::span<float> logits);
  void FailToChoose();
  void Report(TokenId token, double log_sum, std::span<const sampling::Likely> top);
  void Append(TokenId token);
  void PrepareNext();
  void StartMask();
  bool FinishMask();
  bool HasTextToken() const;
  void Force();
  void FollowCalls();
  std::uint32_t Room() const;
  void FinishStream();
  void FinishFull();
  void Finish(api::FinishReason reason, Status status = {});
  void Judge();

  Workbench& bench_;
  std::unique_ptr<Job> job_;
  const std::shared_ptr<HeldSink> held_;  // null where what is written is shown at once
  const std::uint32_t prompt_tokens_;
  std::optional<grammar::Matcher> matcher_;
  sampling::SamplerState sampler_;
  AnswerStream stream_;
  std::size_t calls_before_ = 0;     // the call that matcher_ is for
  std::vector<std::uint32_t> mask_;  // of the next token; empty without a matcher
  MaskTask mask_task_;
  MaskState mask_state_ = MaskState::kStale;
  std::optional<PromptLookup> lookup_;
  DraftGate gate_;
  std::vector<TokenId> guesses_;  // of the step in progress
  std::uint32_t matched_ = 0;     // of guesses_
  bool is_faulty_ = false;        // what was computed last is no number
  bool must_retry_ = false;       // done, and invalid
  bool is_plain_ = false;         // the step in progress decodes one token, guesses aside
  std::string first_forced_;      // text that is shown when the prompt is computed
  api::TokenEvent event_;
  api::Usage usage_;
  api::FinishReason reason_ = api::FinishReason::kError;
  Status status_;
};

}  // namespace ganglion::engine
