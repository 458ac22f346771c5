#pragma once

#include <string>

#include "ganglion/base/status.h"

namespace ganglion::robot {

// Remembers across restarts that the robot was stopped and nobody has reset it. The control loop
// knows nothing of it: who owns the loop records each change of "latched" and hands the answer of
// WasStopped() to ControlLoopOptions.
class LatchFile {
 public:
  explicit LatchFile(std::string path) : path_(std::move(path)) {}

  // True unless the file is absent or says otherwise: one that cannot be read counts as a stop.
  bool WasStopped() const;
  // On disk once it returns ok; a power cut leaves the old content or the new.
  Status Record(bool stopped);

 private:
  std::string path_;
};

}  // namespace ganglion::robot
