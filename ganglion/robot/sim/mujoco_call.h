#pragma once

#include <exception>
#include <string>
#include <utility>

#include "ganglion/base/status.h"

namespace ganglion::robot::sim {

// Makes MuJoCo report its errors as exceptions instead of ending the process, and keeps its
// warnings out of files of its own. Idempotent; safe on any thread.
void InstallMujocoHandlers();

// Calls `body`, which calls MuJoCo, and turns what it throws into a Status.
template <class Body>
Status CallMujoco(const char* what, Body&& body) {
  InstallMujocoHandlers();
  try {
    std::forward<Body>(body)();
  } catch (const std::exception& error) {
    return Status(Code::kInternal, std::string(what) + ": " + error.what());
  }
  return {};
}

}  // namespace ganglion::robot::sim
