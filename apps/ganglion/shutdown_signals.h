#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "ganglion/base/time.h"

namespace ganglion::app {

// While one lives, SIGTERM and SIGINT ask for an orderly end, and the second of them ends the
// process at once; so does the first before Begin(), as there is nothing to be lost yet. SIGHUP
// calls `on_hangup`, on a thread of its own. SIGPIPE is ignored: whoever writes looks at the
// result.
//
// One at a time, made on the main thread before there are others, which then inherit that they are
// not interrupted.
class ShutdownSignals {
 public:
  ShutdownSignals();
  ~ShutdownSignals();
  ShutdownSignals(const ShutdownSignals&) = delete;
  ShutdownSignals& operator=(const ShutdownSignals&) = delete;

  // `on_hangup` is called until End().
  void Begin(std::function<void()> on_hangup);
  void End();

  // Whether an end was asked for, within this time.
  bool WaitFor(TimeNs time);
  void Wait();

 private:
  void Run();

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::function<void()> on_hangup_;
  bool begun_ = false;
  bool asked_ = false;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace ganglion::app
