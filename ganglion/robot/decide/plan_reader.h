#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// Reads the text of a plan as it is generated, and checks each step as soon as its last byte is
// there. A step that it gives is as ParsePlan() would read it. The whole is still for ParsePlan()
// to accept: what the steps stand in is not checked here, and a step says nothing of those to come.
//
// Invariants:
//   1. How the text is cut into pieces changes nothing.
//   2. A text that ParsePlan() accepts never fails here.
//
// Thread: its owner's. Memory: the text of one step, at most kPlanTextBytesMax.
class PlanReader {
 public:
  // The description outlives the reader.
  explicit PlanReader(const RobotDescription& description) : description_(description) {}

  // The steps that these bytes complete, up to one that fails.
  std::vector<Step> Feed(std::string_view bytes);
  // Names the step that failed and the reason, as ParsePlan() does. The plan can then not be taken
  // any more, and no further step is read.
  Status status() const {
    return failed_.empty() ? Status() : Status(Code::kInvalidArgument, failed_);
  }
  std::size_t steps_read() const { return steps_read_; }

 private:
  Status Take(char c, std::vector<Step>& steps);
  void TakeInString(char c);
  Status Open(char c);
  Status Close(std::vector<Step>& steps);
  Status Fail(std::string message);

  const RobotDescription& description_;
  std::size_t bytes_read_ = 0;
  std::size_t depth_ = 0;  // of open objects and lists
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_steps_ = false;   // inside of the list "steps"
  bool recording_ = false;  // inside of one of its steps
  std::string word_;        // the last string of the plan's own object, if it is short
  std::string step_;        // the text of the step so far
  std::size_t steps_read_ = 0;
  std::string failed_;
};

}  // namespace ganglion::robot
