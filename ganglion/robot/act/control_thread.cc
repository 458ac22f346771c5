#include "ganglion/robot/act/control_thread.h"

#include <chrono>

#include "ganglion/sys/clock.h"

namespace ganglion::robot {

ControlThread::ControlThread(ControlLoop& loop) : loop_(loop), thread_([this] { Run(); }) {}

ControlThread::~ControlThread() {
  stop_.store(true);
  thread_.join();
}

void ControlThread::Run() {
  TimeNs next = sys::MonotonicNow();
  while (!stop_.load(std::memory_order_relaxed)) {
    const TimeNs now = sys::MonotonicNow();
    if (now < next) {
      std::this_thread::sleep_for(std::chrono::nanoseconds(next - now));
      continue;
    }
    if (now > next + kTickPeriod) {
      late_ticks_.fetch_add(1, std::memory_order_relaxed);
      next = now;
    }
    loop_.Tick(now);
    next += kTickPeriod;
  }
}

}  // namespace ganglion::robot
