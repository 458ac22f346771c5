#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "ganglion/robot/act/control_loop.h"

namespace ganglion::robot {

// Calls ControlLoop::Tick() every 5 ms of real time on a thread of its own. Ticks that come too
// late to count are skipped, not made up for: the supervisor sees the gap in the time it is told.
class ControlThread {
 public:
  // Starts at once. The loop must outlive it, and Start() must have been called before.
  explicit ControlThread(ControlLoop& loop);
  ControlThread(const ControlThread&) = delete;
  ControlThread& operator=(const ControlThread&) = delete;
  ~ControlThread();  // ends after the tick under way; drivers stop by their watchdogs

  // Ticks that began more than a whole period late. Any thread.
  std::uint64_t late_ticks() const { return late_ticks_.load(std::memory_order_relaxed); }

 private:
  void Run();

  ControlLoop& loop_;
  std::mutex mutex_;  // guards stop_
  std::condition_variable wake_;
  bool stop_ = false;
  std::atomic<std::uint64_t> late_ticks_{0};
  std::thread thread_;
};

}  // namespace ganglion::robot
