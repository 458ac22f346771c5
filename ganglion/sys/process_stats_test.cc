#include "ganglion/sys/process_stats.h"

#include <fstream>

#include <gtest/gtest.h>

#include "ganglion/sys/clock.h"

namespace ganglion::sys {
namespace {

TEST(ProcessStats, IsOfThisProcess) {
  const ProcessStats stats = MeasureProcess();
  ASSERT_TRUE(stats.resident_bytes && stats.virtual_bytes && stats.cpu_seconds);
  EXPECT_GT(*stats.resident_bytes, 100'000u);
  EXPECT_LT(*stats.resident_bytes, *stats.virtual_bytes);
  ASSERT_TRUE(stats.start_time_s);
  const double now_s = static_cast<double>(WallNow()) * 1e-9;
  EXPECT_LT(*stats.start_time_s, now_s + 2);
  EXPECT_GT(*stats.start_time_s, now_s - 3600);
  ASSERT_TRUE(stats.threads);
  EXPECT_GE(*stats.threads, 1u);  // sanitizers have some of their own
}

TEST(ProcessStats, OneMoreOpenFileIsOneMore) {
  const auto before = MeasureProcess().open_files;
  const std::ifstream file("/proc/self/stat");
  const auto after = MeasureProcess().open_files;
  ASSERT_TRUE(before && after);
  EXPECT_EQ(*after, *before + 1);
}

}  // namespace
}  // namespace ganglion::sys
