#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ganglion::learn {

// One step of a rover plan, as the skills of robots/rover.yaml define it. Which fields count
// depends on `kind`; see ToJson().
struct Step {
  enum class Kind : std::uint8_t {
    kDrive,
    kTurn,
    kLook,
    kGrip,
    kArm,
    kGoto,
    kFind,
    kPick,
    kPlace,
    kFollow,
    kPhoto,
    kLight,
    kSay,
    kWait,
    kStop
  };
  Kind kind = Kind::kStop;
  double value = 0;     // distance_m, angle_deg, pan_deg, opening_pct, height_pct, seconds (wait)
  double tilt_deg = 0;  // look
  std::optional<double> rate;     // speed_mps of drive, rate_dps of turn
  std::optional<double> seconds;  // follow
  std::string text;               // target, color or spoken text

  bool operator==(const Step&) const = default;
};

Step Drive(double distance_m, std::optional<double> speed_mps = {});
Step Turn(double angle_deg, std::optional<double> rate_dps = {});
Step Look(double pan_deg, double tilt_deg);
Step Grip(double opening_pct);
Step Arm(double height_pct);
Step Goto(std::string target);
Step Find(std::string target);
Step Pick(std::string target);
Step Place(std::string target);
Step Follow(std::string target, std::optional<double> seconds = {});
Step Photo();
Step Light(std::string color);
Step Say(std::string text);
Step Wait(double seconds);
Step Stop();

// True where every number lies in the range of the instruction set and every text has its length.
bool InRange(const Step& step);

// Compact JSON with the fields in the order of the schema. Numbers carry at most two decimals and
// no trailing zeros: {"do":"drive","distance_m":-0.2,"speed_mps":0.15}
std::string ToJson(const Step& step);

// One training example: what a person says and the plan that is right.
struct Example {
  std::string text;
  std::vector<Step> steps;  // empty: nothing in the text can be done
  std::string kind;         // the generator rule that made it, for counting and balance

  // {"steps":[...]}; more than 16 steps or a value out of range is the caller's error.
  std::string PlanJson() const;
};

}  // namespace ganglion::learn
