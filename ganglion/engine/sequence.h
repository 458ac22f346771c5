#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/sched/step_plan.h"

namespace ganglion::engine {

// What any request has.
struct Ticket {
  api::RequestId id{};
  api::Priority priority = api::Priority::kInteractive;
  std::uint64_t tenant = 0;
  TimeNs submitted_ns = 0;
  std::int64_t deadline_ms = 0;  // after that; 0: none

  TimeNs deadline_ns() const {
    return deadline_ms == 0 ? 0 : submitted_ns + TimeNs{deadline_ms} * 1'000'000;
  }
};

// Tokens whose keys and values the steps compute, with what becomes of their logits. The scheduler
// decides when; what is computed does not depend on it.
//
// | state   | what happens                                           | next | | waiting | nothing
// | running, done               | | running | each step: PutGuesses(), the model, Take() | running,
// done; pre-empted,  | |         |                                                        | it goes
// on with the same    | |         |                                                        | tokens
// | | done    | Deliver(), once, after the scheduler has let it go     | destroyed |
//
// Thread: the engine thread only.
class Sequence {
 public:
  explicit Sequence(const Ticket& ticket) : ticket_(ticket) {}
  virtual ~Sequence() = default;
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;

  const Ticket& ticket() const { return ticket_; }
  bool done() const { return done_; }
  // All that is decided, and guesses behind it between PutGuesses() and Take(). They do not move
  // during a step.
  std::span<const TokenId> tokens() const { return tokens_; }

  // What the scheduler has to know; its id is the caller's matter.
  virtual sched::SequenceSpec Spec() const = 0;
  // Tokens that the client gave, for the counts of steps.
  virtual std::uint32_t prompt_tokens() const = 0;

  virtual void Started(TimeNs /*now*/, std::uint32_t /*cached_tokens*/) {}
  virtual void Preempted() {}
  // Puts guesses behind what is decided, at most as many as the run allows, and says how many.
  // `alone` where nothing else is computed in the step.
  virtual std::uint32_t PutGuesses(const sched::RunPlan& /*run*/, bool /*alone*/) { return 0; }
  // The run is computed; `logits` are its rows, and one for each guess. What the result points to
  // holds until the next call.
  virtual sched::RunResult Take(const sched::RunPlan& run, std::span<float> logits) = 0;
  // A step took so long in which nothing but this sequence was computed.
  virtual void CountStep(double /*seconds*/) {}
  // Not done. Ends it where it is, in whatever state.
  virtual void End(api::FinishReason reason, Status status) = 0;
  // Done. What goes on in its place, with its ticket, where the client is to be told of another
  // try; this one is forgotten then.
  virtual std::unique_ptr<Sequence> MakeRetry() { return nullptr; }
  // Done. Tells the client, whatever it has to be told of this sequence.
  virtual void Deliver() = 0;

 protected:
  Ticket ticket_;
  std::vector<TokenId> tokens_;
  bool done_ = false;
};

}  // namespace ganglion::engine
