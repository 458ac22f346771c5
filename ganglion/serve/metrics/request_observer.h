#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "ganglion/api/generate.h"
#include "ganglion/base/status.h"
#include "ganglion/base/time.h"

// What the front end says of its requests to whoever counts them. Nothing of prompts or answers
// passes here.

namespace ganglion::serve::metrics {

// Why a request was answered with an error before the model began with it.
enum class Refusal : std::uint8_t {
  kInvalid,       // the request is wrong
  kTooLong,       // it can never fit into the context or the cache
  kUnsupported,   // the model or this server cannot do that
  kUnknownModel,  // no model has that name
  kQueueFull,     // not now: too many wait
  kDraining,      // not now: the server ends
  kDeadline,      // its deadline had passed
  kUnauthorized,  // no token, or a wrong one
  kForbidden,     // the token may not do that
  kQuota,         // the token's share is used up
  kOther,
};
inline constexpr std::size_t kRefusals = 11;

// What a client asked for, once it is known to be sound and was handed to the engine.
struct GenerateArrival {
  std::string_view model;  // the name that clients use
  api::Priority priority = api::Priority::kInteractive;
  std::int32_t n = 1;                // answers
  std::int32_t tokens_max = 0;       // of each; 0: it did not say
  TimeNs arrival_ns = 0;             // when the whole request was there
  std::uint64_t tenant = 0;          // on whose account
  std::string_view request_id = {};  // http::Request::id, for the log
};

// Follows one request. Destroying it before all answers are done counts nothing.
//
// Thread: one at a time; the engine's, so no call blocks or allocates.
class GenerateObserver {
 public:
  virtual ~GenerateObserver() = default;
  // A piece of text of answer `index` (below n) came at `now`: one for each token, near enough.
  virtual void OnToken(std::int32_t index, TimeNs now) = 0;
  // Once for each answer. The error that it ended with is `code`.
  virtual void OnDone(std::int32_t index, api::FinishReason reason, const api::Usage& usage,
                      Code code, TimeNs now) = 0;
};

// Thread: any.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  // A request that the engine took. Never null.
  virtual std::unique_ptr<GenerateObserver> OnArrival(const GenerateArrival& arrival) = 0;
  // A request that it did not take. `model` is empty where that is not known.
  virtual void OnRefused(Refusal reason, std::string_view model) = 0;
  // Vectors and scored choices: they have tokens, and no stream.
  virtual void OnMeasured(const GenerateArrival& arrival, std::int32_t prompt_tokens,
                          TimeNs now) = 0;
};

// Counts nothing: for tests, and for servers without metrics.
class NoObserver final : public RequestObserver {
 public:
  std::unique_ptr<GenerateObserver> OnArrival(const GenerateArrival& arrival) override;
  void OnRefused(Refusal reason, std::string_view model) override;
  void OnMeasured(const GenerateArrival& arrival, std::int32_t prompt_tokens, TimeNs now) override;
};

}  // namespace ganglion::serve::metrics
