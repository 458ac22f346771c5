#include "apps/ganglion/run_report.h"

#include <cmath>
#include <cstdio>
#include <numbers>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

using nlohmann::ordered_json;

constexpr double kSecond = 1e-9;

double Degrees(double radians) { return radians * 180.0 / std::numbers::pi; }

// Adding zero turns a negative zero into a plain one.
double Rounded(double value, double digits) { return std::round(value * digits) / digits + 0.0; }

std::string Format(const char* format, double a, double b = 0.0, double c = 0.0) {
  char text[160];
  std::snprintf(text, sizeof text, format, a, b, c);
  return text;
}

// Words of people and of models go to a terminal: control characters must not.
std::string Shown(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return out;
}

std::string PoseText(const robot::Pose2& pose) {
  return Format("x %+.3f m, y %+.3f m, heading %+.1f deg", Rounded(pose.x_m, 1e3),
                Rounded(pose.y_m, 1e3), Rounded(Degrees(robot::WrapAngle(pose.heading_rad)), 1e1));
}

ordered_json PoseJson(const robot::Pose2& pose) {
  return {{"x_m", Rounded(pose.x_m, 1e4)},
          {"y_m", Rounded(pose.y_m, 1e4)},
          {"heading_deg", Rounded(Degrees(robot::WrapAngle(pose.heading_rad)), 1e2)}};
}

double ErrorDistance(const RunReport& run) {
  return std::hypot(run.true_end.x_m - run.odometry_end.x_m,
                    run.true_end.y_m - run.odometry_end.y_m);
}
double ErrorHeading_deg(const RunReport& run) {
  return Degrees(robot::WrapAngle(run.true_end.heading_rad - run.odometry_end.heading_rad));
}

std::string OutcomeText(const StepOutcome& step) {
  if (!step.reported) return "not reached";
  std::string text(robot::StepPhaseName(step.phase));
  if (step.phase == robot::StepPhase::kDone) {
    return Concat(
        text, Format(" in %.1f s", static_cast<double>(step.ended_at - step.started_at) * kSecond));
  }
  if (step.reason != robot::StepReason::kNone) {
    text += Concat(": ", robot::StepReasonName(step.reason));
  }
  if (step.cause != robot::Cause::kNone) text += Concat(" (", robot::CauseName(step.cause), ")");
  return text;
}

std::string Joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + Shown(word);
  return text;
}

}  // namespace

std::string FailureText(const DoResult& result) {
  if (!result.plan_refused.empty()) return Concat("no plan: ", Shown(result.plan_refused));
  if (!result.run.refused.empty()) return Concat("the plan was refused: ", result.run.refused);
  for (std::size_t i = 0; i < result.run.steps.size(); ++i) {
    const StepOutcome& step = result.run.steps[i];
    if (step.phase == robot::StepPhase::kDone) continue;
    return Concat("step ", i + 1, ", ", step.name, ": ", OutcomeText(step));
  }
  return "";
}

std::string ReportText(const DoResult& result) {
  const RunReport& run = result.run;
  std::string text;
  const auto line = [&text](const char* name, const std::string& value) {
    char label[16];
    std::snprintf(label, sizeof label, "%-11s", name);
    text += Concat("  ", label, value, "\n");
  };
  if (!result.instruction.empty()) text += Concat("> ", Shown(result.instruction), "\n");
  line("plan", Shown(result.plan_json));
  std::string times;
  if (result.plan_ms >= 0.0) times += Format("text to plan %.1f ms, ", result.plan_ms);
  if (result.first_wheel_ms >= 0.0) {
    times += Format("to the first wheel command %.1f ms, ", result.first_wheel_ms);
  }
  times +=
      Format("carried out in %.1f s of the simulation, %.2f s of yours",
             static_cast<double>(run.simulated) * kSecond, static_cast<double>(run.wall) * kSecond);
  line("times", times);
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    line(i == 0 ? "steps" : "",
         Concat(i + 1, ". ", run.steps[i].name, ": ", OutcomeText(run.steps[i])));
  }
  if (!run.said.empty()) line("said", Joined(run.said, " / "));
  if (!result.plan_say.empty()) line("answer", Shown(result.plan_say));
  if (!run.photos.empty()) line("photos", Joined(run.photos, ", "));
  if (!run.holds.empty()) line("holds", run.holds);
  line("start", PoseText(run.true_start));
  line("end", PoseText(run.true_end));
  line("odometry",
       Concat(PoseText(run.odometry_end), Format("; off by %.1f mm, %.2f deg",
                                                 1e3 * ErrorDistance(run), ErrorHeading_deg(run))));
  const std::string failure = FailureText(result);
  line("result", failure.empty() ? (run.steps.empty() ? "nothing to do" : "done") : failure);
  line("picture",
       result.picture.empty() ? Concat("none: ", result.picture_trouble) : result.picture);
  return text;
}

std::string ReportJson(const DoResult& result) {
  const RunReport& run = result.run;
  ordered_json json;
  json["ok"] = FailureText(result).empty();
  if (!result.instruction.empty()) json["text"] = result.instruction;
  json["plan"] = ordered_json::parse(result.plan_json, nullptr, false);
  ordered_json& times = json["times"];
  if (result.plan_ms >= 0.0) times["plan_ms"] = Rounded(result.plan_ms, 1e3);
  if (result.first_wheel_ms >= 0.0) {
    times["first_wheel_ms"] = Rounded(result.first_wheel_ms, 1e3);
  }
  times["simulated_s"] = Rounded(static_cast<double>(run.simulated) * kSecond, 1e3);
  times["wall_s"] = Rounded(static_cast<double>(run.wall) * kSecond, 1e4);
  json["start"] = {{"true", PoseJson(run.true_start)}, {"odometry", PoseJson(run.odometry_start)}};
  json["end"] = {{"true", PoseJson(run.true_end)}, {"odometry", PoseJson(run.odometry_end)}};
  json["odometry_error"] = {{"distance_m", Rounded(ErrorDistance(run), 1e5)},
                            {"heading_deg", Rounded(ErrorHeading_deg(run), 1e3)}};
  json["steps"] = ordered_json::array();
  for (const StepOutcome& step : run.steps) {
    ordered_json entry = {
        {"do", step.name},
        {"outcome", step.reported ? robot::StepPhaseName(step.phase) : "not reached"}};
    if (step.ended_at > 0) {
      entry["seconds"] =
          Rounded(static_cast<double>(step.ended_at - step.started_at) * kSecond, 1e3);
    }
    if (step.reason != robot::StepReason::kNone) {
      entry["reason"] = robot::StepReasonName(step.reason);
    }
    if (step.cause != robot::Cause::kNone) entry["cause"] = robot::CauseName(step.cause);
    json["steps"].push_back(std::move(entry));
  }
  json["said"] = run.said;
  json["photos"] = run.photos;
  json["holds"] = run.holds.empty() ? ordered_json() : ordered_json(run.holds);
  if (const std::string failure = FailureText(result); !failure.empty()) json["error"] = failure;
  if (!result.plan_say.empty()) json["say"] = result.plan_say;
  json["picture"] = result.picture.empty() ? ordered_json() : ordered_json(result.picture);
  if (result.picture.empty()) json["picture_error"] = result.picture_trouble;
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace ganglion::app
