#include "apps/ganglion/planner.h"

#include <utility>

#include "ganglion/engine/engine.h"

namespace ganglion::app {
namespace {

// An engine in this process.
class LocalPlanner final : public Planner {
 public:
  LocalPlanner(std::unique_ptr<engine::Engine> engine, const robot::RobotDescription& description)
      : engine_(std::move(engine)), decider_(*engine_, description) {}

  using Planner::Plan;
  Result<robot::Decision> Plan(std::string_view instruction,
                               const robot::StepObserver& observer) override {
    return decider_.Decide(instruction, observer);
  }

 private:
  std::unique_ptr<engine::Engine> engine_;
  robot::Decider decider_;
};

}  // namespace

Result<std::unique_ptr<Planner>> MakePlanner(const PlannerOptions& options,
                                             const robot::RobotDescription& description) {
  engine::EngineOptions engine_options;
  engine_options.threads = static_cast<std::uint32_t>(options.threads);
  engine_options.weight_cache = options.weight_cache.Options();
  GN_ASSIGN_OR_RETURN(auto engine, engine::Engine::Create(options.model_path, engine_options));
  auto planner = std::make_unique<LocalPlanner>(std::move(engine), description);
  // The schema is compiled and the system prompt computed before a person waits for them; and a
  // model that cannot plan at all is known now.
  Result<robot::Decision> ready = planner->Plan("stop");
  if (!ready.ok()) return std::move(ready).error().WithContext(options.model_path);
  return std::unique_ptr<Planner>(std::move(planner));
}

}  // namespace ganglion::app
