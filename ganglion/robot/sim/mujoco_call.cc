#include "ganglion/robot/sim/mujoco_call.h"

#include <mutex>
#include <stdexcept>

#include <mujoco/mujoco.h>

namespace ganglion::robot::sim {
namespace {

[[noreturn]] void ThrowError(const char* message) { throw std::runtime_error(message); }

// Warnings are counted in mjData as well, and SimWorld looks there after every step.
void IgnoreWarning(const char*) {}

}  // namespace

void InstallMujocoHandlers() {
  // MuJoCo keeps its handlers in two global variables.
  static std::once_flag once;
  std::call_once(once, [] {
    mju_user_error = &ThrowError;
    mju_user_warning = &IgnoreWarning;
  });
}

}  // namespace ganglion::robot::sim
