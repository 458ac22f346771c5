#include "ganglion/sys/thread_pool.h"

#include <algorithm>

#include <sched.h>

#include "ganglion/base/check.h"
#include "ganglion/sys/processors.h"

namespace ganglion::sys {
namespace {

// A pause takes about 10 to 50 ns, depending on the processor. Spinning covers the time between two
// loops of one step; yielding that between two steps, where another program may want the processor.
constexpr int kSpins = 600;
constexpr int kYields = 40;

// A wait below this is no sign of anything.
constexpr TimeNs kSlackNs = 50'000;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// True as soon as `ready` is; false if it was not while spinning and yielding.
template <class Ready>
bool SpinUntil(const Ready& ready) {
  for (int i = 0; i < kSpins; ++i) {
    if (ready()) return true;
    Pause();
  }
  for (int i = 0; i < kYields; ++i) {
    if (ready()) return true;
    std::this_thread::yield();
  }
  return ready();
}

}  // namespace

std::uint32_t UsableProcessors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails only where there are more processors than the set can name.
  std::uint32_t count = ThreadPool::kThreadsMax;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    count = static_cast<std::uint32_t>(CPU_COUNT(&set));
  }
  return std::clamp(std::min(count, ProcessorsOfControlGroups()), 1u, ThreadPool::kThreadsMax);
}

ThreadPool::ThreadPool(std::uint32_t threads, Clock clock) : clock_(clock) {
  GN_CHECK(threads >= 1 && threads <= kThreadsMax);
  helpers_.reserve(threads - 1);
  for (std::uint32_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { HelperLoop(); });
}

ThreadPool::~ThreadPool() {
  stop_.store(true);
  loops_.fetch_add(1);
  loops_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void ThreadPool::Run(std::uint32_t tasks, Function function, void* context) {
  function_ = function;
  context_ = context;
  tasks_ = tasks;
  done_.store(0, std::memory_order_relaxed);
  unclaimed_.store(tasks, std::memory_order_release);
  // Sequentially consistent against the helper's `sleepers_` then `loops_`: either it sees the new
  // loop, or we see that it is about to sleep.
  loops_.fetch_add(1);
  if (sleepers_.load() > 0) loops_.notify_all();
  const TimeNs begun = clock_();
  std::uint32_t own = 0;
  while (RunOneTask()) ++own;
  const TimeNs own_end = clock_();
  WaitForTasks(tasks);
  // What the whole loop would have taken alone, by the pace of the caller's own tasks.
  if (own > 0) JudgeWait(clock_() - own_end, (own_end - begun) / own * tasks);
}

bool ThreadPool::RunsAlone() {
  if (alone_left_ == 0) return false;
  --alone_left_;
  return true;
}

void ThreadPool::JudgeWait(TimeNs waited, TimeNs alone) {
  if (waited > alone + kSlackNs) {
    alone_left_ = alone_next_;
    alone_next_ = std::min(2 * alone_next_, kAloneMax);
  } else if (alone_next_ > kAloneMin) {
    --alone_next_;
  }
}

bool ThreadPool::RunOneTask() {
  std::uint32_t left = unclaimed_.load(std::memory_order_relaxed);
  do {
    if (left == 0) return false;
  } while (!unclaimed_.compare_exchange_weak(left, left - 1, std::memory_order_acquire,
                                             std::memory_order_relaxed));
  const std::uint32_t tasks = tasks_;
  function_(context_, tasks - left);
  // From the last addition on, the caller may begin the next loop.
  if (done_.fetch_add(1) + 1 == tasks && caller_sleeps_.load()) done_.notify_one();
  return true;
}

void ThreadPool::WaitForTasks(std::uint32_t tasks) {
  const auto finished = [&] { return done_.load(std::memory_order_acquire) == tasks; };
  if (SpinUntil(finished)) return;
  caller_sleeps_.store(true);
  for (std::uint32_t done = done_.load(); done != tasks; done = done_.load()) done_.wait(done);
  caller_sleeps_.store(false);
}

void ThreadPool::HelperLoop() {
  std::uint32_t seen = 0;
  while (!stop_.load(std::memory_order_acquire)) {
    if (RunOneTask()) continue;
    if (WaitForWork(seen)) seen = loops_.load(std::memory_order_acquire);
  }
}

// Returns whether a loop has begun since `seen`.
bool ThreadPool::WaitForWork(std::uint32_t seen) {
  const auto begun = [&] { return loops_.load(std::memory_order_acquire) != seen; };
  if (SpinUntil(begun)) return true;
  sleepers_.fetch_add(1);
  loops_.wait(seen);
  sleepers_.fetch_sub(1);
  return begun();
}

}  // namespace ganglion::sys
