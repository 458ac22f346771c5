#pragma once

namespace ganglion::robot {

// Says that a person stands behind a call: needed to arm a robot and to reset its emergency stop.
// Made only where a person's own act arrives (apps/: a key, a button, the command that the person
// typed) and in tests; drivers/only_door_test.cc looks. Nothing that runs a plan can reach one.
class OperatorKey {
 public:
  static OperatorKey ForThePersonWhoAskedForIt() { return OperatorKey(); }

 private:
  OperatorKey() = default;
};

}  // namespace ganglion::robot
