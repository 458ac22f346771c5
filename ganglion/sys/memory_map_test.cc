#include "ganglion/sys/memory_map.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

namespace ganglion::sys {
namespace {

TEST(MemoryMap, AnonymousMemoryIsZeroedWholeHugePages) {
  auto map = MemoryMap::Anonymous(MemoryMap::kHugePageBytes + 1);
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->bytes().size(), 2 * MemoryMap::kHugePageBytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(map->bytes().data()) % MemoryMap::kHugePageBytes, 0u);
  EXPECT_TRUE(std::ranges::all_of(map->bytes(), [](std::byte b) { return b == std::byte{0}; }));
  map->bytes().back() = std::byte{1};  // mapped to its end
}

TEST(MemoryMap, AMovedMapKeepsItsBytes) {
  auto map = MemoryMap::Anonymous(1);
  ASSERT_TRUE(map.ok());
  map->bytes()[0] = std::byte{7};
  MemoryMap moved = std::move(*map);
  EXPECT_EQ(moved.bytes()[0], std::byte{7});
  moved = MemoryMap();
  EXPECT_TRUE(moved.bytes().empty());
}

TEST(MemoryMap, AskingForTooMuchIsAnError) {
  const auto map = MemoryMap::Anonymous(SIZE_MAX / 2);
  ASSERT_FALSE(map.ok());
  EXPECT_EQ(map.error().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace ganglion::sys
