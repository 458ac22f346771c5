#include "ganglion/robot/world/mailbox.h"

#include <thread>

#include <gtest/gtest.h>

namespace ganglion::robot {
namespace {

struct Pair {
  std::uint64_t a = 0;
  std::array<std::uint64_t, 30> filler = {};
  std::uint64_t b = 0;
};

TEST(Mailbox, HandsOverTheNewestOnce) {
  Mailbox<int> box;
  int value = -1;
  EXPECT_FALSE(box.TakeNewest(value));
  box.Put(1);
  box.Put(2);
  ASSERT_TRUE(box.TakeNewest(value));
  EXPECT_EQ(value, 2);
  EXPECT_FALSE(box.TakeNewest(value));
  box.Put(3);
  ASSERT_TRUE(box.TakeNewest(value));
  EXPECT_EQ(value, 3);
}

TEST(Mailbox, NeverTearsAndNeverGoesBack) {
  Mailbox<Pair> box;
  constexpr std::uint64_t kLast = 200000;
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= kLast; ++i) box.Put({.a = i, .b = i});
  });
  Pair value;
  std::uint64_t last = 0;
  while (last < kLast) {
    if (!box.TakeNewest(value)) continue;
    ASSERT_EQ(value.a, value.b);
    ASSERT_GT(value.a, last);
    last = value.a;
  }
  writer.join();
}

TEST(SpscQueue, KeepsOrderAndRefusesWhenFull) {
  SpscQueue<int, 4> queue;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.Push(i));
  EXPECT_FALSE(queue.Push(4));
  int value = -1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(queue.Pop(value));
    EXPECT_EQ(value, i);
  }
  EXPECT_FALSE(queue.Pop(value));
}

}  // namespace
}  // namespace ganglion::robot
