#include "ganglion/model/packed_store.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/packed.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {
namespace {

TEST(PackedStore, PiecesAreAlignedApartAndStayWhenTheStoreMoves) {
  sys::ThreadPool pool(2);
  PackedStore store;
  std::vector<std::span<const std::byte>> pieces;
  const std::size_t sizes[] = {1, 64, 100, 40 << 20, 40 << 20, 7};
  for (const std::size_t bytes : sizes) {
    const auto mark = static_cast<std::byte>(pieces.size() + 1);
    auto piece = store.Add({.name = "t", .bytes = bytes}, 1, pool, [&](std::size_t, std::byte* to) {
      EXPECT_EQ(to[0], std::byte{0});
      EXPECT_EQ(to[bytes - 1], std::byte{0});
      to[0] = to[bytes - 1] = mark;
    });
    ASSERT_TRUE(piece.ok());
    ASSERT_EQ(piece->size(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece->data()) % kernels::kPanelAlignment, 0u);
    pieces.push_back(*piece);
  }
  const PackedStore moved = std::move(store);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(pieces[i].front(), static_cast<std::byte>(i + 1));
    EXPECT_EQ(pieces[i].back(), static_cast<std::byte>(i + 1));
  }
}

TEST(PackedStore, NothingTakesNoMemory) {
  sys::ThreadPool pool(1);
  PackedStore store;
  auto piece = store.Add({}, 0, pool, [](std::size_t, std::byte*) { FAIL(); });
  ASSERT_TRUE(piece.ok());
  EXPECT_TRUE(piece->empty());
}

}  // namespace
}  // namespace ganglion
