#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/time.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/grammar/grammar.h"

namespace ganglion::engine {

// A request that was checked, rendered and tokenised: all that the step needs, made on the thread
// of the caller, and handed over to the engine thread.
struct Job {
  api::RequestId id{};
  std::vector<TokenId> prompt;  // at least one
  api::SamplingOptions sampling;
  std::int32_t tokens_max = 0;
  std::vector<std::string> stops;
  std::optional<grammar::Matcher> matcher;
  std::shared_ptr<api::EventSink> sink;
  TimeNs submitted_ns = 0;
  bool cancelled = false;  // before it began; guarded by the engine's mutex
};

// Everything in a request that can be wrong is found here, but for a prompt that fits the context
// and an answer that does not. Thread: any.
Result<std::unique_ptr<Job>> PrepareJob(api::GenerateRequest request, const LoadedModel& loaded,
                                        GrammarCache& grammars);

}  // namespace ganglion::engine
