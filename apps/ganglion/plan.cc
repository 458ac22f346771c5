#include "ganglion/robot/world/plan.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/planner.h"
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/robot/world/robot_description.h"
#include "ganglion/sys/clock.h"

namespace ganglion::app {
namespace {

constexpr std::size_t kLineBytesMax = 64 * 1024;

struct PlanOptions {
  std::string robot = "robots/rover.yaml";
  std::string text;
  std::string batch;
  bool stream = false;
  PlannerOptions planner{.model_path = "models/starter/rover.gguf", .threads = 0};
};

struct Timed {
  std::string plan;  // JSON
  std::string refused;
  double ms = 0;
};

Result<Timed> PlanOne(Planner& planner, const robot::RobotDescription& description,
                      const std::string& text, const robot::StepObserver& observer = {}) {
  const TimeNs asked = sys::MonotonicNow();
  GN_ASSIGN_OR_RETURN(const robot::Decision decision, planner.Plan(text, observer));
  Timed timed;
  timed.ms = static_cast<double>(sys::MonotonicNow() - asked) * 1e-6;
  timed.plan = robot::PlanJson(decision.plan, description);
  timed.refused = decision.refused;
  return timed;
}

// One line of {"id", "text"} to one line of {"id", "text", "plan", "ms"}.
Result<std::string> BatchLine(Planner& planner, const robot::RobotDescription& description,
                              const std::string& line) {
  using nlohmann::ordered_json;
  if (line.size() > kLineBytesMax) return Status(Code::kInvalidArgument, "the line is too long");
  const ordered_json row = ordered_json::parse(line, nullptr, false);
  if (!row.is_object() || !row.contains("text") || !row["text"].is_string()) {
    return Status(Code::kInvalidArgument, "needs a JSON object with a string \"text\"");
  }
  GN_ASSIGN_OR_RETURN(const Timed timed,
                      PlanOne(planner, description, row["text"].get<std::string>()));
  ordered_json out;
  if (row.contains("id")) out["id"] = row["id"];
  out["text"] = row["text"];
  out["plan"] = ordered_json::parse(timed.plan, nullptr, false);
  out["ms"] = timed.ms;
  if (!timed.refused.empty()) out["refused"] = timed.refused;
  return out.dump();
}

Status PlanBatch(Planner& planner, const robot::RobotDescription& description,
                 const std::string& path) {
  std::ifstream in(path);
  if (!in) return Status(Code::kNotFound, Concat("cannot read ", path));
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    Result<std::string> out = BatchLine(planner, description, line);
    if (!out.ok()) return std::move(out).error().WithContext(Concat(path, " line ", number));
    std::puts(out->c_str());
  }
  return {};
}

Status Run(const PlanOptions& options) {
  if (options.text.empty() == options.batch.empty()) {
    return Status(Code::kInvalidArgument,
                  "give either an instruction or --batch: ganglion plan \"turn left\"");
  }
  GN_ASSIGN_OR_RETURN(const robot::RobotDescription description,
                      robot::LoadRobotDescription(options.robot));
  GN_ASSIGN_OR_RETURN(const std::unique_ptr<Planner> planner,
                      MakePlanner(options.planner, description));
  if (!options.batch.empty()) return PlanBatch(*planner, description, options.batch);
  robot::StepObserver print;
  if (options.stream) {
    print = [&](std::size_t /*index*/, const robot::Step& step) {
      std::puts(robot::StepJson(step, description).c_str());
      std::fflush(stdout);  // a pipe is told at once, too
    };
  }
  GN_ASSIGN_OR_RETURN(const Timed timed, PlanOne(*planner, description, options.text, print));
  std::puts(timed.plan.c_str());
  if (timed.refused.empty()) return {};
  return Status(Code::kFailedPrecondition,
                Concat("the model's answer was refused: ", timed.refused));
}

}  // namespace

void AddPlanCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* const command =
      program.add_subcommand("plan", "Print the plan for an instruction; nothing moves");
  command->add_option("text", options->text, "What is to be done, in words");
  command->add_option("--robot", options->robot, "Description of the robot, YAML")
      ->capture_default_str();
  command->add_option("--model", options->planner.model_path, "Model that plans, GGUF")
      ->capture_default_str();
  CLI::Option* const batch = command->add_option(
      "--batch", options->batch,
      "JSONL of {\"id\", \"text\"}; prints {\"id\", \"text\", \"plan\", \"ms\"}");
  command
      ->add_flag("--stream", options->stream,
                 "Print each step on a line of its own as soon as it is complete and checked, "
                 "then the plan. Steps alone are no plan: it may still be refused")
      ->excludes(batch);
  command->add_option("--threads", options->planner.threads, "Threads; 0: one for each core")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  options->planner.weight_cache.AddTo(*command);
  command->callback([options, &result] { result = Run(*options); });
}

}  // namespace ganglion::app
