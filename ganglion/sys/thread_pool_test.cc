#include "ganglion/sys/thread_pool.h"

#include <atomic>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/no_alloc.h"

namespace ganglion::sys {

class ThreadPoolPeer {
 public:
  static std::uint32_t SleepingHelpers(const ThreadPool& pool) { return pool.sleepers_.load(); }
  static std::uint32_t AloneLeft(const ThreadPool& pool) { return pool.alone_left_; }
  static bool CallerSleeps(const ThreadPool& pool) { return pool.caller_sleeps_.load(); }
};

namespace {

TEST(ThreadPool, RunsEveryTaskOnceOnAnyNumberOfThreads) {
  for (const std::uint32_t threads : {1u, 2u, 4u, 7u, 64u}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (std::uint32_t tasks = 0; tasks < 100; ++tasks) {
      std::vector<int> runs(tasks, 0);  // plain: each task owns its element
      pool.ParallelFor(tasks, [&](std::uint32_t i) { ++runs[i]; });
      ASSERT_EQ(runs, std::vector<int>(tasks, 1)) << threads << " threads";
    }
  }
}

// Short loops one after another are where a late helper could take a task of the wrong loop.
TEST(ThreadPool, ManyShortLoopsDoNotMix) {
  ThreadPool pool(4);
  std::vector<std::uint64_t> sums(5);
  for (std::uint64_t loop = 0; loop < 20'000; ++loop) {
    pool.ParallelFor(5, [&](std::uint32_t i) { sums[i] += loop; });
  }
  for (const std::uint64_t sum : sums) EXPECT_EQ(sum, 20'000ull * 19'999 / 2);
}

TEST(ThreadPool, HelpersWakeFromSleep) {
  ThreadPool pool(3);
  for (int round = 0; round < 5; ++round) {
    while (ThreadPoolPeer::SleepingHelpers(pool) < 2) std::this_thread::yield();
    std::atomic<std::uint32_t> helped{0};
    const auto caller = std::this_thread::get_id();
    // The caller's first task waits until a helper has taken one: the test hangs if none wakes.
    pool.ParallelFor(64, [&](std::uint32_t) {
      if (std::this_thread::get_id() != caller) helped.fetch_add(1);
      while (helped.load() == 0) std::this_thread::yield();
    });
    EXPECT_GT(helped.load(), 0u);
  }
}

TEST(ThreadPool, TheCallerSleepsThroughALongTaskOfAHelper) {
  ThreadPool pool(2);
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> taken{false};
  bool finished = false;
  pool.ParallelFor(2, [&](std::uint32_t) {
    if (std::this_thread::get_id() != caller) {
      taken = true;
      while (!ThreadPoolPeer::CallerSleeps(pool)) std::this_thread::yield();
      finished = true;
    } else {
      while (!taken) std::this_thread::yield();
    }
  });
  EXPECT_TRUE(finished);
}

// The clock of the next test; only the caller reads it.
std::atomic<TimeNs> fake_now{0};
TimeNs FakeNow() { return fake_now.load(); }

// One loop of two tasks, one on each thread. The caller's takes `own`, and it waits for `late`
// more.
void RunLoop(ThreadPool& pool, TimeNs own, TimeNs late) {
  const auto caller = std::this_thread::get_id();
  std::atomic<int> begun{0};
  pool.ParallelFor(2, [&](std::uint32_t) {
    begun.fetch_add(1);
    while (begun.load() < 2) std::this_thread::yield();
    if (std::this_thread::get_id() == caller) {
      fake_now.fetch_add(own);
    } else {
      while (!ThreadPoolPeer::CallerSleeps(pool)) std::this_thread::yield();
      fake_now.fetch_add(late);
    }
  });
}

TEST(ThreadPool, AfterALateHelperTheNextLoopsRunAlone) {
  ThreadPool pool(2, &FakeNow);
  RunLoop(pool, 1'000'000, 1'900'000);
  EXPECT_EQ(ThreadPoolPeer::AloneLeft(pool), 0u) << "no later than the loop alone";
  RunLoop(pool, 1'000'000, 3'000'000);
  const std::uint32_t first = ThreadPoolPeer::AloneLeft(pool);
  ASSERT_GT(first, 0u);
  const auto caller = std::this_thread::get_id();
  for (std::uint32_t i = 0; i < first; ++i) {
    pool.ParallelFor(8, [&](std::uint32_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
  }
  EXPECT_EQ(ThreadPoolPeer::AloneLeft(pool), 0u);
  RunLoop(pool, 1'000'000, 3'000'000);
  EXPECT_EQ(ThreadPoolPeer::AloneLeft(pool), 2 * first) << "late again: longer alone";
}

TEST(ThreadPool, ALoopDoesNotAllocate) {
  ThreadPool pool(2);
  std::vector<float> values(1000, 1.0f);
  const std::size_t before = testing::AllocationCount();
  for (int i = 0; i < 100; ++i) pool.ParallelFor(1000, [&](std::uint32_t j) { values[j] += 1.0f; });
  EXPECT_EQ(testing::AllocationCount(), before);
  EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0.0f), 101'000.0f);
}

TEST(ThreadPool, ThereIsAProcessor) { EXPECT_GE(UsableProcessors(), 1u); }

}  // namespace
}  // namespace ganglion::sys
