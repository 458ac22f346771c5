#pragma once

namespace ganglion::app {

// While one lives, Ctrl-C (SIGINT) is counted and does not end the process; a read from the
// terminal then fails with EINTR. One at a time, made on the main thread.
class InterruptCounter {
 public:
  InterruptCounter();
  ~InterruptCounter();
  InterruptCounter(const InterruptCounter&) = delete;
  InterruptCounter& operator=(const InterruptCounter&) = delete;

  // Whether Ctrl-C was pressed since the last call.
  bool Take();
};

}  // namespace ganglion::app
