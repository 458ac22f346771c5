#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include "ganglion/base/time.h"
#include "ganglion/sys/clock.h"

namespace ganglion::sys {

// Processors that this process may use; at least 1.
std::uint32_t UsableProcessors();

// Helpers for the loops of one thread.
//
// ParallelFor() hands out its tasks one at a time to whoever comes, and the calling thread takes
// its share. It waits only for tasks that a helper has begun: a helper that sleeps, or that lost
// its processor to another program, costs its help and no more. Between loops the helpers spin for
// some ten microseconds, then give way to others, then sleep until there is work.
//
// Thread: ParallelFor() from one thread at a time, and not from within a task. Memory: allocates in
// the constructor and never again.
class ThreadPool {
 public:
  static constexpr std::uint32_t kThreadsMax = 256;

  using Clock = TimeNs (*)();

  // `threads` counts the caller's: 1 makes no helper. In 1 to kThreadsMax.
  explicit ThreadPool(std::uint32_t threads, Clock clock = &MonotonicNow);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::uint32_t threads() const { return static_cast<std::uint32_t>(helpers_.size()) + 1; }

  // Calls body(i) once for each i < tasks, on any threads in any order, and returns when all are
  // done. What the calls wrote is visible to the caller.
  template <class Body>
  void ParallelFor(std::uint32_t tasks, Body&& body) {
    if (tasks <= 1 || helpers_.empty() || RunsAlone()) {
      for (std::uint32_t i = 0; i < tasks; ++i) body(i);
      return;
    }
    using Plain = std::remove_reference_t<Body>;
    Run(
        tasks, [](void* context, std::uint32_t i) { (*static_cast<Plain*>(context))(i); }, &body);
  }

 private:
  friend class ThreadPoolPeer;  // of the test, which waits until somebody sleeps
  using Function = void (*)(void* context, std::uint32_t task);

  static constexpr std::uint32_t kAloneMin = 32;  // loops: about one step of a small model
  static constexpr std::uint32_t kAloneMax = 4096;

  bool RunsAlone();
  void JudgeWait(TimeNs waited, TimeNs alone);
  void Run(std::uint32_t tasks, Function function, void* context);
  bool RunOneTask();
  void WaitForTasks(std::uint32_t tasks);
  void HelperLoop();
  bool WaitForWork(std::uint32_t seen);

  // The loop in progress. Written before `unclaimed_` becomes positive, and left alone until every
  // task is done; so whoever claimed a task may read it.
  Function function_ = nullptr;
  void* context_ = nullptr;
  std::uint32_t tasks_ = 0;

  // The caller's alone.
  const Clock clock_;
  std::uint32_t alone_left_ = 0;          // loops still to be run without help
  std::uint32_t alone_next_ = kAloneMin;  // how many, when a helper is late again

  alignas(64) std::atomic<std::uint32_t> unclaimed_{0};
  alignas(64) std::atomic<std::uint32_t> done_{0};
  std::atomic<bool> caller_sleeps_{false};
  alignas(64) std::atomic<std::uint32_t> loops_{0};  // begun so far; changes wake the helpers
  std::atomic<std::uint32_t> sleepers_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> helpers_;
};

}  // namespace ganglion::sys
