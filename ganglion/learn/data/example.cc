#include "ganglion/learn/data/example.h"

#include <cmath>
#include <cstdio>

#include "ganglion/base/check.h"

namespace ganglion::learn {
namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    GN_CHECK(static_cast<unsigned char>(c) >= 0x20);
    out += c;
  }
  return out + '"';
}

bool Within(double value, double low, double high) { return value >= low && value <= high; }

std::size_t CodePoints(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

Step Make(Step::Kind kind, double value) {
  Step step;
  step.kind = kind;
  step.value = value;
  return step;
}

Step Make(Step::Kind kind, std::string text) {
  Step step;
  step.kind = kind;
  step.text = std::move(text);
  return step;
}

}  // namespace

Step Drive(double distance_m, std::optional<double> speed_mps) {
  Step step = Make(Step::Kind::kDrive, distance_m);
  step.rate = speed_mps;
  return step;
}
Step Turn(double angle_deg, std::optional<double> rate_dps) {
  Step step = Make(Step::Kind::kTurn, angle_deg);
  step.rate = rate_dps;
  return step;
}
Step Look(double pan_deg, double tilt_deg) {
  Step step = Make(Step::Kind::kLook, pan_deg);
  step.tilt_deg = tilt_deg;
  return step;
}
Step Grip(double opening_pct) { return Make(Step::Kind::kGrip, opening_pct); }
Step Arm(double height_pct) { return Make(Step::Kind::kArm, height_pct); }
Step Goto(std::string target) { return Make(Step::Kind::kGoto, std::move(target)); }
Step Find(std::string target) { return Make(Step::Kind::kFind, std::move(target)); }
Step Pick(std::string target) { return Make(Step::Kind::kPick, std::move(target)); }
Step Place(std::string target) { return Make(Step::Kind::kPlace, std::move(target)); }
Step Follow(std::string target, std::optional<double> seconds) {
  Step step = Make(Step::Kind::kFollow, std::move(target));
  step.seconds = seconds;
  return step;
}
Step Photo() { return Make(Step::Kind::kPhoto, 0.0); }
Step Light(std::string color) { return Make(Step::Kind::kLight, std::move(color)); }
Step Say(std::string text) { return Make(Step::Kind::kSay, std::move(text)); }
Step Wait(double seconds) { return Make(Step::Kind::kWait, seconds); }
Step Stop() { return Make(Step::Kind::kStop, 0.0); }

bool InRange(const Step& step) {
  using Kind = Step::Kind;
  switch (step.kind) {
    case Kind::kDrive:
      return Within(std::fabs(step.value), 0.005, 10) && Within(step.rate.value_or(0.1), 0.05, 0.8);
    case Kind::kTurn:
      return Within(std::fabs(step.value), 0.005, 720) && Within(step.rate.value_or(10), 5, 120);
    case Kind::kLook:
      return Within(step.value, -90, 90) && Within(step.tilt_deg, -30, 45);
    case Kind::kGrip:
    case Kind::kArm:
      return Within(step.value, 0, 100);
    case Kind::kGoto:
    case Kind::kFind:
    case Kind::kPick:
    case Kind::kPlace:
    case Kind::kFollow:
      return Within(static_cast<double>(CodePoints(step.text)), 1, 80) &&
             Within(step.seconds.value_or(1), 0.1, 600);
    case Kind::kSay:
      return Within(static_cast<double>(CodePoints(step.text)), 1, 200);
    case Kind::kWait:
      return Within(step.value, 0.1, 600);
    case Kind::kPhoto:
    case Kind::kLight:
    case Kind::kStop:
      return true;
  }
  return false;
}

std::string ToJson(const Step& step) {
  using Kind = Step::Kind;
  const auto field = [](const char* name, double value) {
    return std::string(",\"") + name + "\":" + Number(value);
  };
  const auto text = [&step](const char* name) {
    return std::string(",\"") + name + "\":" + Quoted(step.text);
  };
  const auto object = [](const char* skill, const std::string& fields) {
    return std::string("{\"do\":\"") + skill + '"' + fields + '}';
  };
  switch (step.kind) {
    case Kind::kDrive:
      return object("drive", field("distance_m", step.value) +
                                 (step.rate ? field("speed_mps", *step.rate) : ""));
    case Kind::kTurn:
      return object("turn", field("angle_deg", step.value) +
                                (step.rate ? field("rate_dps", *step.rate) : ""));
    case Kind::kLook:
      return object("look", field("pan_deg", step.value) + field("tilt_deg", step.tilt_deg));
    case Kind::kGrip:
      return object("grip", field("opening_pct", step.value));
    case Kind::kArm:
      return object("arm", field("height_pct", step.value));
    case Kind::kGoto:
      return object("goto", text("target"));
    case Kind::kFind:
      return object("find", text("target"));
    case Kind::kPick:
      return object("pick", text("target"));
    case Kind::kPlace:
      return object("place", text("target"));
    case Kind::kFollow:
      return object("follow",
                    text("target") + (step.seconds ? field("seconds", *step.seconds) : ""));
    case Kind::kPhoto:
      return object("photo", "");
    case Kind::kLight:
      return object("light", text("color"));
    case Kind::kSay:
      return object("say", text("text"));
    case Kind::kWait:
      return object("wait", field("seconds", step.value));
    case Kind::kStop:
      return object("stop", "");
  }
  return {};
}

std::string Example::PlanJson() const {
  GN_CHECK(steps.size() <= 16);
  std::string out = "{\"steps\":[";
  for (const Step& step : steps) {
    if (out.back() == '}') out += ',';
    out += ToJson(step);
  }
  return out + "]}";
}

}  // namespace ganglion::learn
