#include "ganglion/sys/processors.h"

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sched.h>

#include "ganglion/sys/thread_pool.h"

namespace ganglion::sys {
namespace {

using List = std::vector<std::uint32_t>;

TEST(Processors, AListNamesEachOnce) {
  EXPECT_EQ(ParseProcessorList("3"), (List{3}));
  EXPECT_EQ(ParseProcessorList("4,0-2,1-3"), (List{0, 1, 2, 3, 4}));
  EXPECT_EQ(ParseProcessorList("1023"), (List{1023}));
  for (const char* const bad : {"", ",", "1,", ",1", "2-1", "1-", "-1", "a", "1 2", "1;2", "1024",
                                "0-99999999999999999999", "1--2"}) {
    EXPECT_EQ(ParseProcessorList(bad), std::nullopt) << bad;
  }
}

TEST(Processors, TheQuotaIsRoundedUp) {
  EXPECT_EQ(ParseCpuMax("max 100000\n"), std::nullopt);
  EXPECT_EQ(ParseCpuMax("200000 100000\n"), 2u);
  EXPECT_EQ(ParseCpuMax("150000 100000\n"), 2u);
  EXPECT_EQ(ParseCpuMax("5000 100000\n"), 1u);
  EXPECT_EQ(ParseCpuMax("18446744073709551615 1"), 256u);
  for (const char* const bad : {"", "100000", "1 0", "x 1", "1  1"}) {
    EXPECT_EQ(ParseCpuMax(bad), std::nullopt) << bad;
  }
}

TEST(Processors, AThreadCountsOnlyThoseThatItMayUse) {
  EXPECT_GE(UsableProcessors(), 1u);
  EXPECT_GE(ProcessorsOfControlGroups(), UsableProcessors());
  // In a thread of its own: what it starts would inherit the list.
  std::thread([] {
    cpu_set_t set;
    ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    std::uint32_t first = 0;
    while (!CPU_ISSET(first, &set)) ++first;
    ASSERT_TRUE(UseProcessors(std::to_string(first)).ok());
    EXPECT_EQ(UsableProcessors(), 1u);
    EXPECT_FALSE(UseProcessors("1023").ok());
    EXPECT_FALSE(UseProcessors("none").ok());
    EXPECT_EQ(UsableProcessors(), 1u);
  }).join();
}

}  // namespace
}  // namespace ganglion::sys
