#pragma once

#include "ganglion/base/status.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/options.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/model.h"
#include "ganglion/sched/scheduler.h"

namespace ganglion::engine {

// How much fits: what the options and the machine allow, in the terms of the rooms that the engine
// joins.
struct Capacity {
  sched::Limits limits;
  BatchLimits batch;
  KvBudget budget;
};

// Pages without a spill directory: as kv_memory_bytes says, else two whole contexts and
// kCompanyTokens for each other answer, at most a kMemoryShare-th of the machine's free memory, and
// one context at the least. With one: two contexts. Fails where that cannot be.
Result<Capacity> PlanCapacity(const LoadedModel& loaded, const EngineOptions& options);

}  // namespace ganglion::engine
