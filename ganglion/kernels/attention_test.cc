#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/isa_test.h"
#include "ganglion/kernels/reference.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kPage = kAttentionPageTokens;
constexpr CacheType kTypes[] = {CacheType::kF32, CacheType::kF16, CacheType::kBF16,
                                CacheType::kQ8_0};
constexpr std::size_t kPartTokens = kAttentionPartPages * kPage;

struct Shape {
  std::size_t key_dim, value_dim, group, tokens, keys;
  std::size_t window = 0;
  float softcap = 0.0f;
};

// A cache of one head with random content, in scattered pages, and queries for it.
struct Case {
  Shape shape;
  CacheType type;
  std::vector<std::vector<std::byte>> storage;
  std::vector<const std::byte*> pages;
  std::vector<double> k, v;  // [token][dim], as the kernel reads them
  std::vector<float> q;

  std::size_t KeyOffset() const { return 64; }
  std::size_t ValueOffset() const { return 64 + CacheBytes(type, shape.key_dim) + 64; }

  AttentionArgs Args(float* y) const {
    return {.q = q.data(),
            .stride_q = shape.group * shape.key_dim,
            .pages = pages.data(),
            .key_offset = KeyOffset(),
            .value_offset = ValueOffset(),
            .key_dim = shape.key_dim,
            .value_dim = shape.value_dim,
            .tokens = shape.tokens,
            .group = shape.group,
            .keys = shape.keys,
            .scale = 0.25f,
            .softcap = shape.softcap,
            .window = shape.window,
            .y = y,
            .stride_y = shape.group * shape.value_dim};
  }
};

class AttentionTest : public IsaTest {
 protected:
  const AttentionKernels& Of(CacheType type) const {
    return kernels().attention[static_cast<std::size_t>(type)];
  }

  // Stores a token and adds what the page then holds to `keys` or `values`.
  void Store(Case& c, std::size_t token, const std::vector<float>& k,
             const std::vector<float>& v) const {
    std::byte* const page = c.storage[token / kPage].data();
    Of(c.type).store_key({k.data(), k.size(), token % kPage, page + c.KeyOffset()});
    Of(c.type).store_value({v.data(), v.size(), token % kPage, page + c.ValueOffset()});
    for (std::size_t d = 0; d < k.size(); ++d) {
      c.k[token * k.size() + d] =
          ReferenceCachedKey(c.type, page + c.KeyOffset(), token % kPage, d);
    }
    for (std::size_t d = 0; d < v.size(); ++d) {
      c.v[token * v.size() + d] =
          ReferenceCachedValue(c.type, page + c.ValueOffset(), v.size(), token % kPage, d);
    }
  }

  // A cache in which nothing is stored. What nobody wrote is NaN, so that a kernel which lets it
  // through is seen.
  static Case MakeEmpty(const Shape& shape, CacheType type) {
    Case c = {shape, type, {}, {}, {}, {}, {}};
    const std::size_t keys = shape.keys + shape.tokens - 1;
    c.k.resize(keys * shape.key_dim);
    c.v.resize(keys * shape.value_dim);
    c.storage.resize((keys + kPage - 1) / kPage);
    for (auto& page : c.storage) {
      page.assign(c.ValueOffset() + CacheBytes(type, shape.value_dim), std::byte{0xff});
      c.pages.push_back(page.data());
    }
    return c;
  }

  Case Make(const Shape& shape, CacheType type) {
    Case c = MakeEmpty(shape, type);
    c.q = UniformVector(shape.tokens * shape.group * shape.key_dim, 2.0f);
    for (std::size_t t = 0; t < shape.keys + shape.tokens - 1; ++t) {
      Store(c, t, UniformVector(shape.key_dim, 2.0f), UniformVector(shape.value_dim));
    }
    return c;
  }

  std::vector<float> Run(const Case& c) {
    std::vector<float> y(c.shape.tokens * c.shape.group * c.shape.value_dim, 77.0f);
    Of(c.type).attend(c.Args(y.data()));
    return y;
  }

  // By the definition, in double precision. The scores may be off by `delta`, which changes each
  // weight by a factor of at most exp(2 delta) after normalization; the sums of weights and of
  // weighted values, and the shrinking page by page and part by part, add a rounding each.
  void ExpectMatchesReference(const Case& c) {
    const Shape& s = c.shape;
    const std::vector<float> got = Run(c);
    for (std::size_t row = 0; row < s.tokens * s.group; ++row) {
      const std::size_t keys = s.keys + row / s.group;
      const std::size_t first = s.window != 0 && keys > s.window ? keys - s.window : 0;
      const float* q = &c.q[row * s.key_dim];
      std::vector<double> weights(keys);
      double largest = -std::numeric_limits<double>::infinity();
      double delta = 0.0;
      for (std::size_t t = first; t < keys; ++t) {
        double score = 0.0, magnitude = 0.0;
        for (std::size_t d = 0; d < s.key_dim; ++d) {
          score += q[d] * c.k[t * s.key_dim + d];
          magnitude += std::fabs(q[d] * c.k[t * s.key_dim + d]);
        }
        weights[t] = 0.25 * score;
        delta = std::max(delta, 0.25 * magnitude * static_cast<double>(s.key_dim + 3));
        if (s.softcap != 0.0f) weights[t] = s.softcap * std::tanh(weights[t] / s.softcap);
        largest = std::max(largest, weights[t]);
      }
      delta += 6.0 * s.softcap;  // of its own; the rest it only brings together
      delta *= FLT_EPSILON;
      double sum = 0.0;
      for (std::size_t t = first; t < keys; ++t) {
        sum += weights[t] = std::exp(weights[t] - largest);
      }
      const auto roundings =
          static_cast<double>(keys + 4 * (keys / kPage + 1) + 4 * (keys / kPartTokens + 1) + 8);
      for (std::size_t d = 0; d < s.value_dim; ++d) {
        double want = 0.0, magnitude = 0.0;
        for (std::size_t t = first; t < keys; ++t) {
          want += weights[t] / sum * c.v[t * s.value_dim + d];
          magnitude += weights[t] / sum * std::fabs(c.v[t * s.value_dim + d]);
        }
        const double bound = magnitude * (2.5 * delta + 2.0 * roundings * FLT_EPSILON);
        ASSERT_NEAR(got[row * s.value_dim + d], want, bound)
            << "row " << row << ", keys " << keys << ", dim " << d;
      }
    }
  }
};

TEST_P(AttentionTest, MatchesReferenceForEveryNumberOfKeys) {
  for (const CacheType type : kTypes) {
    for (std::size_t keys = 1; keys <= 70; ++keys) {
      ExpectMatchesReference(Make({32, 32, 2, 1, keys}, type));
    }
  }
}

TEST_P(AttentionTest, MatchesReferenceForEveryShapeOfHeads) {
  for (const CacheType type : kTypes) {
    for (std::size_t group = 1; group <= 25; ++group) {  // every lot of rows, and several
      ExpectMatchesReference(Make({32, 64, group, 1, 33}, type));
    }
    ExpectMatchesReference(Make({128, 128, 7, 2, 300}, type));
    ExpectMatchesReference(Make({64, 96, 1, 70, 1}, type));
    ExpectMatchesReference(Make({1024, 512, 3, 7, 40}, type));
    if (type == CacheType::kQ8_0) continue;
    for (std::size_t dim = 1; dim <= 40; ++dim) {
      ExpectMatchesReference(Make({dim, 41 - dim, dim % 8 + 1, 3, 31}, type));
    }
  }
}

TEST_P(AttentionTest, MatchesReferenceForEveryWindowAndCap) {
  for (const CacheType type : {CacheType::kF32, CacheType::kQ8_0}) {
    for (std::size_t window = 1; window <= 70; ++window) {
      ExpectMatchesReference(Make({32, 32, 2, 9, 66, window}, type));
    }
    ExpectMatchesReference(Make({32, 32, 2, 3, 66, 0, 5.0f}, type));
    ExpectMatchesReference(Make({256, 256, 2, 3, 200, 40, 1.0f}, type));
  }
}

TEST_P(AttentionTest, MatchesReferenceOverSeveralParts) {
  ExpectMatchesReference(Make({8, 20, 2, 3, 2 * kPartTokens - 1}, CacheType::kF16));
  ExpectMatchesReference(Make({8, 8, 2, 3, 2 * kPartTokens - 1, kPartTokens}, CacheType::kF32));
}

TEST_P(AttentionTest, AnySplitOverTokensAndHeadsGivesTheSameBits) {
  for (const CacheType type : kTypes) {
    for (const std::size_t window : {0, 33}) {
      const Case c = Make({32, 32, 7, 40, kPartTokens - 20, window}, type);
      const std::vector<float> whole = Run(c);
      std::vector<float> pieces(whole.size());
      for (std::size_t token = 0; token < c.shape.tokens; ++token) {
        for (std::size_t head = 0; head < c.shape.group;) {
          AttentionArgs args = c.Args(pieces.data());
          args.group = std::min(1 + rng_.Below(4), c.shape.group - head);
          args.tokens = 1;
          args.keys += token;
          args.q += token * args.stride_q + head * args.key_dim;
          args.y += token * args.stride_y + head * args.value_dim;
          Of(type).attend(args);
          head += args.group;
        }
      }
      EXPECT_EQ(whole, pieces);
    }
  }
}

TEST_P(AttentionTest, PartsThatAreJoinedGiveTheSameBits) {
  for (const std::size_t window : {std::size_t{0}, kPartTokens + 7}) {
    const Case c = Make({8, 24, 3, 2, 2 * kPartTokens + 50, window}, CacheType::kF16);
    const std::vector<float> whole = Run(c);
    std::vector<float> joined(whole.size(), 77.0f);
    const AttentionArgs args = c.Args(joined.data());
    const std::size_t parts = AttentionParts(args.keys + args.tokens - 1);
    ASSERT_EQ(parts, 3u);
    const std::size_t floats = args.tokens * args.group * AttentionPartFloats(args.value_dim);
    std::vector<float> states(parts * floats);
    for (std::size_t part = 0; part < parts; ++part) {
      Of(c.type).attend_part(args, part, &states[part * floats]);
    }
    kernels().attention_join({.states = states.data(),
                              .parts = parts,
                              .tokens = args.tokens,
                              .group = args.group,
                              .value_dim = args.value_dim,
                              .y = joined.data(),
                              .stride_y = args.stride_y});
    EXPECT_EQ(whole, joined);
  }
}

TEST_P(AttentionTest, TheTypeOfTheCacheMattersOnlyByWhatItHolds) {
  for (const CacheType type : kTypes) {
    for (const std::size_t tokens : {1, 20}) {
      const Case c = Make({64, 96, 4, tokens, 70}, type);
      Case floats = MakeEmpty(c.shape, CacheType::kF32);
      floats.q = c.q;
      for (std::size_t t = 0; t < c.shape.keys + tokens - 1; ++t) {
        Store(floats, t, {&c.k[t * 64], &c.k[t * 64 + 64]}, {&c.v[t * 96], &c.v[t * 96 + 96]});
      }
      EXPECT_EQ(Run(c), Run(floats));
    }
  }
}

TEST_P(AttentionTest, StoringRoundsAsTheTypeDoes) {
  for (const CacheType type : kTypes) {
    for (std::size_t dim = 1; dim <= 96; ++dim) {
      if (type == CacheType::kQ8_0 && dim % kBlock != 0) continue;
      Case c = MakeEmpty({dim, dim, 1, 1, kPage}, type);
      const std::vector<std::byte> before = c.storage[0];
      const std::vector<float> x = UniformVector(dim, 3.0f);
      Store(c, 11, x, x);
      for (std::size_t d = 0; d < dim; ++d) {
        float largest = 0.0f;  // of its block
        for (std::size_t i = d / kBlock * kBlock; i < std::min(dim, (d / kBlock + 1) * kBlock);
             ++i) {
          largest = std::max(largest, std::fabs(x[i]));
        }
        // Half a step of the type; of Q8_0 also the rounding of the scale, times 127.
        double bound = 0.0;
        if (type == CacheType::kF16) bound = std::fabs(x[d]) * 0x1p-11 + 0x1p-25;
        if (type == CacheType::kBF16) bound = std::fabs(x[d]) * 0x1p-8;
        if (type == CacheType::kQ8_0) bound = largest * (0.5001 / 127.0 + 0x1p-11);
        ASSERT_NEAR(c.k[11 * dim + d], x[d], bound);
        ASSERT_EQ(c.v[11 * dim + d], c.k[11 * dim + d]);
      }
      const std::vector<std::byte> after = c.storage[0];
      c.storage[0] = before;
      Store(c, 11, x, x);
      EXPECT_EQ(c.storage[0], after) << "a store depends on nothing but its token";
      std::size_t changed = 0;
      for (std::size_t i = 0; i < before.size(); ++i) changed += before[i] != after[i] ? 1 : 0;
      EXPECT_LE(changed, 2 * CacheBytes(type, dim) / kPage) << "the others are left alone";
    }
  }
}

// The smallest numbers have an inverse that overflows, the largest a scale that does.
TEST_P(AttentionTest, StoringExtremesStaysInsideAByte) {
  for (const float value : {1e-45f, 1e-8f, 3e38f}) {
    Case c = MakeEmpty({kBlock, kBlock, 1, 1, kPage}, CacheType::kQ8_0);
    std::vector<float> x(kBlock, 0.0f);
    x[3] = value;
    x[4] = -value;
    Store(c, 0, x, x);
    EXPECT_EQ(c.k[3], -c.k[4]);
    EXPECT_EQ(c.k[5], 0.0);
    EXPECT_LE(c.k[3], 127.0 * 65504.0);
    EXPECT_GE(c.k[3], 0.0);
  }
}

// Scores far apart: the weights of the small ones vanish, and nothing overflows.
TEST_P(AttentionTest, HugeScoresPickTheirKey) {
  Case c = Make({4, 8, 1, 1, 100}, CacheType::kF32);
  for (std::size_t t = 0; t < 100; ++t) {
    Store(c, t, std::vector<float>(4, t == 57 ? 1e6f : -1e6f), UniformVector(8));
  }
  std::fill(c.q.begin(), c.q.end(), 100.0f);
  const std::vector<float> y = Run(c);
  for (std::size_t d = 0; d < 8; ++d) EXPECT_EQ(y[d], static_cast<float>(c.v[57 * 8 + d]));
}

GN_FOR_EVERY_ISA(AttentionTest);

}  // namespace
}  // namespace ganglion::kernels
