#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "apps/ganglion/weight_cache_flags.h"

#include "ganglion/base/status.h"
#include "ganglion/robot/decide/decider.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::app {

struct PlannerOptions {
  std::string model_path;
  std::int32_t threads = 0;  // 0: as many as the machine has cores
  WeightCacheFlags weight_cache = {};
};

// From words to plans, with whatever lies behind it (an engine in this process, a remote one).
//
// Thread: one at a time.
class Planner {
 public:
  Planner() = default;
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;
  virtual ~Planner() = default;

  Result<robot::Decision> Plan(std::string_view instruction) { return Plan(instruction, {}); }
  virtual Result<robot::Decision> Plan(std::string_view instruction,
                                       const robot::StepObserver& observer) = 0;
};

// Loads the model and starts the engine. The description must outlive the planner.
Result<std::unique_ptr<Planner>> MakePlanner(const PlannerOptions& options,
                                             const robot::RobotDescription& description);

}  // namespace ganglion::app
