#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/run_report.h"
#include "apps/ganglion/sim_rover.h"
#include "apps/ganglion/weight_cache_flags.h"
#include <unistd.h>

#include "ganglion/base/concat.h"
#include "ganglion/sys/clock.h"
#ifdef GANGLION_HAS_PLAN
#include "apps/ganglion/planner.h"
#endif

namespace ganglion::app {
namespace {

using robot::sim::GlKind;

constexpr std::size_t kLineBytesMax = 4'000;

// One after another in one room: moving by numbers, seeing, grasping, places, and a wish that
// nothing in the rover's skills can grant.
constexpr const char* kDemonstration[] = {
    "Drive forward one metre and then turn left.",
    "往后退一步，然后转一圈",
    "Look up, take a photo and say good morning.",
    "找到红色的球",
    "Pick up the red ball and put it on the table.",
    "打开绿灯，然后去厨房",
    "What is the weather like tomorrow?",
};

struct DoOptions {
  SimRoverOptions rover;
  std::string text;
  std::string plan;
  std::string model = "models/starter/rover.gguf";
  std::int32_t threads = 0;
  WeightCacheFlags weight_cache;
  std::string picture = "out/do.png";
  bool json = false;
  bool demo = false;
};

// Gives the words to the model; without one in this build, only plans can be carried out.
class Speech {
 public:
  Status Start(const DoOptions& options, const robot::RobotDescription& description) {
#ifdef GANGLION_HAS_PLAN
    GN_ASSIGN_OR_RETURN(
        planner_, MakePlanner({options.model, options.threads, options.weight_cache}, description));
    return {};
#else
    static_cast<void>(options);
    static_cast<void>(description);
    return Status(Code::kUnimplemented,
                  "this build has no engine to plan with; give a plan with --plan");
#endif
  }

  Status ToPlan(const std::string& text, const robot::RobotDescription& description,
                DoResult& result, robot::Plan& plan) {
    result.instruction = text;
#ifdef GANGLION_HAS_PLAN
    const TimeNs asked = sys::MonotonicNow();
    GN_ASSIGN_OR_RETURN(robot::Decision decision, planner_->Plan(text));
    result.plan_ms = static_cast<double>(sys::MonotonicNow() - asked) * 1e-6;
    result.plan_refused = decision.refused;
    plan = std::move(decision.plan);
#endif
    result.plan_json = robot::PlanJson(plan, description);
    return {};
  }

 private:
#ifdef GANGLION_HAS_PLAN
  std::unique_ptr<Planner> planner_;
#endif
};

// "out/do.png" with "-3" is "out/do-3.png".
std::string WithSuffix(const std::string& path, const std::string& suffix) {
  const std::filesystem::path whole(path);
  std::filesystem::path name = whole.stem();
  name += suffix;
  return (whole.parent_path() / name).replace_extension(whole.extension()).string();
}

Status CarryOut(SimRover& rover, const robot::Plan& plan, TimeNs asked, const std::string& picture,
                DoResult& result) {
  result.plan_say = plan.say;
  const std::filesystem::path folder = std::filesystem::path(picture).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
      return Status(Code::kUnavailable, Concat("cannot make the folder ", folder.string()));
  }
  const std::string photos =
      std::filesystem::path(picture).replace_extension().string() + "-photo-";
  GN_ASSIGN_OR_RETURN(result.run, rover.CarryOut(plan, photos));
  if (result.run.first_wheel_at > 0) {
    result.first_wheel_ms = static_cast<double>(result.run.first_wheel_at - asked) * 1e-6;
  }
  if (picture.empty()) {
    result.picture_trouble = "not asked for";
    return {};
  }
  const Status drawn = rover.WritePicture(result.run, result.instruction, picture);
  if (drawn.ok()) {
    result.picture = picture;
  } else {
    result.picture_trouble = drawn.message();
  }
  return {};
}

void Print(const DoResult& result, bool json) {
  const std::string text = json ? ReportJson(result) + "\n" : ReportText(result);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

Status DoText(SimRover& rover, Speech& speech, const std::string& text, const std::string& picture,
              bool json) {
  DoResult result;
  robot::Plan plan;
  const TimeNs asked = sys::MonotonicNow();
  GN_RETURN_IF_ERROR(speech.ToPlan(text, rover.description(), result, plan));
  GN_RETURN_IF_ERROR(CarryOut(rover, plan, asked, picture, result));
  Print(result, json);
  const std::string failure = FailureText(result);
  return failure.empty() ? Status() : Status(Code::kFailedPrecondition, failure);
}

Status DoPlan(SimRover& rover, const DoOptions& options) {
  DoResult result;
  GN_ASSIGN_OR_RETURN(const robot::Plan plan, robot::ParsePlan(options.plan, rover.description()));
  result.plan_json = robot::PlanJson(plan, rover.description());
  GN_RETURN_IF_ERROR(CarryOut(rover, plan, sys::MonotonicNow(), options.picture, result));
  Print(result, options.json);
  const std::string failure = FailureText(result);
  return failure.empty() ? Status() : Status(Code::kFailedPrecondition, failure);
}

// Instructions from a person at a terminal, in the world as the demonstration left it.
Status Converse(SimRover& rover, Speech& speech, const DoOptions& options, int count) {
  std::printf(
      "\nType an instruction, in English or Chinese; 'reset' after a stop; 'quit' to end.\n");
  std::string line;
  while (std::printf("rover> "), std::fflush(stdout), std::getline(std::cin, line)) {
    if (line == "quit" || line == "exit") break;
    if (line.empty()) continue;
    Status done;
    if (line.size() > kLineBytesMax) {
      done = Status(Code::kInvalidArgument, "that is too long");
    } else if (line == "reset") {
      done = rover.Reset();
    } else {
      const std::string picture = WithSuffix(options.picture, Concat("-", ++count));
      done = DoText(rover, speech, line, picture, options.json);
    }
    // A person corrects what went wrong; it does not end the conversation.
    if (!done.ok()) std::printf("  %s\n", std::string(done.message()).c_str());
  }
  std::printf("\n");
  return {};
}

Status Demonstrate(SimRover& rover, Speech& speech, const DoOptions& options) {
  int count = 0;
  std::string failures;
  for (const char* text : kDemonstration) {
    const std::string picture = WithSuffix(options.picture, Concat("-", ++count));
    const Status done = DoText(rover, speech, text, picture, options.json);
    if (!done.ok()) {
      failures += Concat(failures.empty() ? "" : "; ", "'", text, "': ", done.message());
    }
    if (!options.json) std::printf("\n");
  }
  if (isatty(STDIN_FILENO) == 1 && !options.json) {
    GN_RETURN_IF_ERROR(Converse(rover, speech, options, count));
  }
  return failures.empty() ? Status() : Status(Code::kInternal, failures);
}

Status Run(const DoOptions& options) {
  if (!options.demo && options.text.empty() && options.plan.empty()) {
    return Status(Code::kInvalidArgument,
                  "say what to do: ganglion do \"drive forward one metre\"");
  }
  GN_ASSIGN_OR_RETURN(const std::unique_ptr<SimRover> rover, SimRover::Create(options.rover));
  if (!options.plan.empty()) return DoPlan(*rover, options);
  Speech speech;
  GN_RETURN_IF_ERROR(speech.Start(options, rover->description()));
  if (options.demo) return Demonstrate(*rover, speech, options);
  return DoText(*rover, speech, options.text, options.picture, options.json);
}

}  // namespace

void AddDoCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<DoOptions>();
  CLI::App* command =
      program.add_subcommand("do", "Carry out one instruction in the simulated room");
  command->add_option("text", options->text, "What to do, in English or Chinese");
  command->add_option("--robot", options->rover.robot_path, "The robot's description")
      ->capture_default_str();
  command->add_option("--model", options->model, "The model that plans, a GGUF file")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "For the model; 0: one a core")
      ->check(CLI::Range(0, 256));
  options->weight_cache.AddTo(*command);
  command->add_option("--plan", options->plan, "Carry out this plan (JSON) without a model");
  command->add_flag("--json", options->json, "Print the result as one line of JSON");
  command
      ->add_option("--picture", options->picture,
                   "PNG with the track and the rover's view; empty: none")
      ->capture_default_str();
  command->add_flag("--realtime", options->rover.realtime, "At the pace of a clock");
  const std::map<std::string, GlKind> kinds = {{"any", GlKind::kAny},
                                               {"egl", GlKind::kEgl},
                                               {"osmesa", GlKind::kOsmesa},
                                               {"none", GlKind::kNone}};
  command->add_option("--gl", options->rover.gl, "What draws: any, egl, osmesa or none")
      ->transform(CLI::CheckedTransformer(kinds, CLI::ignore_case));
  command->add_flag("--demo", options->demo, "Carry out a few instructions, then ask for more");
  command->callback([options, &result] { result = Run(*options); });
}

}  // namespace ganglion::app
