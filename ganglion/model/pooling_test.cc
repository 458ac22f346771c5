#include "ganglion/model/pooling.h"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

const std::vector<float> kRows = {1, 2, 3, 4, 5, 60};  // three rows of two

std::vector<float> Pooled(Pooling pooling, std::size_t piece) {
  Pooler pooler(2);
  pooler.Start(Pooling::kMean);
  pooler.Add(std::vector<float>{7, 7});
  pooler.Start(pooling);
  for (std::size_t first = 0; first < kRows.size(); first += piece) {
    pooler.Add(std::span(kRows).subspan(first, std::min(piece, kRows.size() - first)));
  }
  std::vector<float> vector(2);
  pooler.Finish(vector);
  return vector;
}

TEST(Pooling, TakesTheMeanTheFirstOrTheLastRow) {
  for (const std::size_t piece : {2u, 4u, 6u}) {
    EXPECT_EQ(Pooled(Pooling::kMean, piece), (std::vector<float>{3, 22}));
    EXPECT_EQ(Pooled(Pooling::kCls, piece), (std::vector<float>{1, 2}));
    EXPECT_EQ(Pooled(Pooling::kLast, piece), (std::vector<float>{5, 60}));
  }
}

TEST(Pooling, PiecesDoNotChangeABit) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  constexpr std::size_t kWidth = 5;
  std::vector<float> rows(100 * kWidth);
  for (float& value : rows) value = static_cast<float>(rng.Below(100'000)) / 777.0f - 50.0f;
  const auto pooled = [&](std::size_t piece_rows) {
    Pooler pooler(kWidth);
    pooler.Start(Pooling::kMean);
    for (std::size_t first = 0; first < 100; first += piece_rows) {
      pooler.Add(
          std::span(rows).subspan(first * kWidth, std::min(piece_rows, 100 - first) * kWidth));
    }
    std::vector<float> vector(kWidth);
    pooler.Finish(vector);
    return vector;
  };
  for (const std::size_t piece : {1u, 3u, 50u}) EXPECT_EQ(pooled(piece), pooled(100));
}

TEST(Pooling, NormalizedVectorsHaveLengthOne) {
  std::vector<float> vector = {3e20f, -4e20f};
  EXPECT_TRUE(NormalizeVector(vector));
  EXPECT_FLOAT_EQ(vector[0], 0.6f);
  EXPECT_FLOAT_EQ(vector[1], -0.8f);
}

TEST(Pooling, WhatHasNoLengthIsLeftAsItIs) {
  std::vector<float> zeros(3, 0.0f);
  EXPECT_TRUE(NormalizeVector(zeros));
  EXPECT_EQ(zeros, std::vector<float>(3, 0.0f));
  std::vector<float> broken = {1.0f, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_FALSE(NormalizeVector(broken));
  EXPECT_EQ(broken[0], 1.0f);
}

}  // namespace
}  // namespace ganglion
