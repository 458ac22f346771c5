#pragma once

#include <cstdint>

#include "ganglion/api/generate.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/loaded_model.h"

namespace ganglion::engine {

// Whether the answer must be a call.
bool MustCall(const api::GenerateRequest& request);

// The tools of a request, and what it says of calling them. Thread: any.
Status CheckTools(const api::GenerateRequest& request, const LoadedModel& loaded);

// Gives the job what finds and constrains calls; the request has been checked. The result is the
// text with which the answer begins, behind the prompt: of a required call.
Result<std::string> PrepareCalls(const api::GenerateRequest& request, std::uint64_t call_id_seed,
                                 const LoadedModel& loaded, GrammarCache& grammars, Job& job);

}  // namespace ganglion::engine
