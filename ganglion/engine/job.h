#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/time.h"
#include "ganglion/engine/answer_stream.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/text_validator.h"

namespace ganglion::engine {

struct CallGrammar {
  std::string function;  // empty: the JSON names it
  std::shared_ptr<const grammar::Grammar> grammar;
};

// How an answer is judged that its grammar does not shape whole. One for all tries of a request.
struct Judgement {
  std::shared_ptr<const grammar::TextValidator> validator;
  std::int32_t retries_left = 0;
  api::Usage earlier = {};  // of the tries before
};

// A request that was checked, rendered and tokenised: all that the step needs, made on the thread
// of the caller, and handed over to the engine thread.
struct Job {
  api::RequestId id{};
  std::vector<TokenId> prompt;  // at least one
  std::size_t pinned = 0;       // tokens at its beginning that are to stay in the cache
  api::SamplingOptions sampling;
  std::vector<api::LogitBias> logit_bias;
  std::int32_t tokens_max = 0;
  std::vector<std::string> stops;
  bool ignore_end = false;
  std::int32_t top_logprobs = -1;
  api::Priority priority = api::Priority::kInteractive;
  std::int64_t deadline_ms = 0;
  std::uint64_t tenant = 0;
  // The grammar of the answer. With `calls` beside it the answer must be one call, whose beginning
  // the prompt holds and the parser knows.
  std::optional<grammar::Matcher> matcher;
  std::optional<Judgement> judgement;  // with a matcher alone
  std::optional<CallReading> calls;    // for AnswerStream
  // Of the JSON of calls in an answer that is free otherwise; empty where no tool is strict.
  std::vector<CallGrammar> call_grammars;
  std::shared_ptr<api::EventSink> sink;
  TimeNs submitted_ns = 0;
};

// Everything in a request that can be wrong is found here, but for a prompt that fits the context
// and an answer that does not. The ids of calls come from the seed: another one for each request,
// so that no two calls in a conversation have the same. Thread: any.
Result<std::unique_ptr<Job>> PrepareJob(api::GenerateRequest request, std::uint64_t call_id_seed,
                                        const LoadedModel& loaded, GrammarCache& grammars);

// Of a request of any kind.
Status CheckTicket(api::Priority priority, std::int64_t deadline_ms);
Status CheckMessages(const std::vector<api::Message>& messages);

}  // namespace ganglion::engine
