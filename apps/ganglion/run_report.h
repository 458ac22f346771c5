#pragma once

#include <string>

#include "apps/ganglion/sim_rover.h"

namespace ganglion::app {

// One instruction from its words to its end, as `ganglion do` reports it. Times in milliseconds;
// below zero: there was no such stage.
struct DoResult {
  std::string instruction;  // empty where a plan was given
  std::string plan_json;
  std::string plan_say;          // the plan's answer to the person
  std::string plan_refused;      // why the model's answer was not taken
  double plan_ms = -1.0;         // from the text to the checked plan
  double first_wheel_ms = -1.0;  // from the text (or the given plan) to the first wheel command
  RunReport run;
  std::string picture;          // path; empty: none
  std::string picture_trouble;  // why there is none
};

// For a terminal: what is printed holds no control characters but line breaks.
std::string ReportText(const DoResult& result);
// One line of JSON; docs/formats/do_result.md explains it.
std::string ReportJson(const DoResult& result);
// In words, why it was not carried out; empty where it was.
std::string FailureText(const DoResult& result);

}  // namespace ganglion::app
