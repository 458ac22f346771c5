#include "ganglion/robot/act/control_thread.h"

#include <algorithm>
#include <chrono>

#include "ganglion/sys/clock.h"

namespace ganglion::robot {

ControlThread::ControlThread(ControlLoop& loop) : loop_(loop), thread_([this] { Run(); }) {}

ControlThread::~ControlThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ControlThread::Run() {
  TimeNs next = sys::MonotonicNow();
  while (true) {
    {
      // Held while waiting only, never during a tick.
      std::unique_lock lock(mutex_);
      const TimeNs wait_ns = std::max<TimeNs>(next - sys::MonotonicNow(), 0);
      if (wake_.wait_for(lock, std::chrono::nanoseconds(wait_ns), [this] { return stop_; })) return;
    }
    const TimeNs now = sys::MonotonicNow();
    if (now > next + kTickPeriod) {
      late_ticks_.fetch_add(1, std::memory_order_relaxed);
      next = now;
    }
    loop_.Tick(now);
    next += kTickPeriod;
  }
}

}  // namespace ganglion::robot
