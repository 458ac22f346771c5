#include "ganglion/model/packed_store.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/packed.h"

namespace ganglion {
namespace {

TEST(PackedStore, PiecesAreAlignedApartAndStayWhenTheStoreMoves) {
  PackedStore store;
  std::vector<std::span<std::byte>> pieces;
  for (const std::size_t bytes : {1u, 64u, 100u, 40u << 20, 40u << 20, 7u}) {
    auto piece = store.Allocate(bytes);
    ASSERT_TRUE(piece.ok());
    ASSERT_EQ(piece->size(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece->data()) % kernels::kPanelAlignment, 0u);
    EXPECT_EQ(piece->front(), std::byte{0});
    EXPECT_EQ(piece->back(), std::byte{0});
    const auto mark = static_cast<int>(pieces.size() + 1);
    piece->front() = piece->back() = static_cast<std::byte>(mark);
    pieces.push_back(*piece);
  }
  const PackedStore moved = std::move(store);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(pieces[i].front(), static_cast<std::byte>(i + 1));
    EXPECT_EQ(pieces[i].back(), static_cast<std::byte>(i + 1));
  }
}

TEST(PackedStore, NothingTakesNoMemory) {
  PackedStore store;
  auto piece = store.Allocate(0);
  ASSERT_TRUE(piece.ok());
  EXPECT_TRUE(piece->empty());
}

}  // namespace
}  // namespace ganglion
