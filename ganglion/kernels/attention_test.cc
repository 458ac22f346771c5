#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/half.h"
#include "ganglion/kernels/isa_test.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kPage = kAttentionPageTokens;

struct Shape {
  std::size_t key_dim, value_dim, group, tokens, keys;
  std::size_t window = 0;
  float softcap = 0.0f;
};

// A cache of one head with random content, in scattered pages, and queries for it.
struct Case {
  Shape shape;
  bool half;
  std::vector<std::vector<std::byte>> storage;
  std::vector<const std::byte*> pages;
  std::vector<double> k, v;  // [token][dim], as the kernel reads them
  std::vector<float> q;

  std::size_t ElementBytes() const { return half ? 2 : 4; }
  std::size_t KeyOffset() const { return 64; }
  std::size_t ValueOffset() const { return 64 + kPage * shape.key_dim * ElementBytes() + 64; }

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
  // Stores `value` as element `index` of the region at `region`, and returns what that reads as.
  static double Put(Case& c, std::size_t page, std::size_t region, std::size_t index, float value) {
    std::byte* const at = c.storage[page].data() + region + index * c.ElementBytes();
    if (!c.half) {
      std::memcpy(at, &value, 4);
      return value;
    }
    const std::uint16_t bits = FloatToHalf(value);
    std::memcpy(at, &bits, 2);
    return HalfToFloat(bits);
  }

  Case Make(const Shape& shape, bool half) {
    Case c = {shape, half, {}, {}, {}, {}, {}};
    const std::size_t keys = shape.keys + shape.tokens - 1;
    c.q = UniformVector(shape.tokens * shape.group * shape.key_dim, 2.0f);
    c.k.resize(keys * shape.key_dim);
    c.v.resize(keys * shape.value_dim);
    c.storage.resize((keys + kPage - 1) / kPage);
    // What nobody wrote is NaN, so that a kernel which lets it through is seen.
    for (auto& page : c.storage) {
      page.assign(c.ValueOffset() + kPage * shape.value_dim * c.ElementBytes(), std::byte{0xff});
    }
    for (std::size_t t = 0; t < keys; ++t) {
      for (std::size_t d = 0; d < shape.key_dim; ++d) {
        c.k[t * shape.key_dim + d] =
            Put(c, t / kPage, c.KeyOffset(), d * kPage + t % kPage, Uniform(2.0f));
      }
      for (std::size_t d = 0; d < shape.value_dim; ++d) {
        c.v[t * shape.value_dim + d] =
            Put(c, t / kPage, c.ValueOffset(), t % kPage * shape.value_dim + d, Uniform());
      }
    }
    for (const auto& page : c.storage) c.pages.push_back(page.data());
    return c;
  }

  std::vector<float> Run(const Case& c) {
    std::vector<float> y(c.shape.tokens * c.shape.group * c.shape.value_dim, 77.0f);
    (c.half ? kernels().attention_f16 : kernels().attention_f32)(c.Args(y.data()));
    return y;
  }

  // By the definition, in double precision. The scores may be off by `delta`, which changes each
  // weight by a factor of at most exp(2 delta) after normalization; the sums of weights and of
  // weighted values, and the shrinking page by page, add a rounding each.
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
      const auto roundings = static_cast<double>(keys + 4 * (keys / kPage + 1) + 8);
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
  for (const bool half : {false, true}) {
    for (std::size_t keys = 1; keys <= 70; ++keys) {
      ExpectMatchesReference(Make({16, 16, 2, 1, keys}, half));
    }
  }
}

TEST_P(AttentionTest, MatchesReferenceForEveryShapeOfHeads) {
  for (const bool half : {false, true}) {
    for (std::size_t dim = 1; dim <= 40; ++dim) {
      ExpectMatchesReference(Make({dim, 41 - dim, dim % 8 + 1, 3, 31}, half));
    }
    ExpectMatchesReference(Make({128, 128, 7, 2, 300}, half));
    ExpectMatchesReference(Make({64, 96, 1, 40, 1}, half));
  }
}

TEST_P(AttentionTest, MatchesReferenceForEveryWindowAndCap) {
  for (const bool half : {false, true}) {
    for (std::size_t window = 1; window <= 70; ++window) {
      ExpectMatchesReference(Make({16, 16, 2, 3, 66, window}, half));
    }
    ExpectMatchesReference(Make({32, 32, 2, 3, 66, 0, 5.0f}, half));
    ExpectMatchesReference(Make({256, 256, 2, 3, 200, 40, 1.0f}, half));
  }
}

TEST_P(AttentionTest, AnySplitOverTokensAndHeadsGivesTheSameBits) {
  for (const bool half : {false, true}) {
    const Case c = Make({32, 32, 7, 40, 25}, half);
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
        (half ? kernels().attention_f16 : kernels().attention_f32)(args);
        head += args.group;
      }
    }
    EXPECT_EQ(whole, pieces);
  }
}

// Scores far apart: the weights of the small ones vanish, and nothing overflows.
TEST_P(AttentionTest, HugeScoresPickTheirKey) {
  Case c = Make({4, 8, 1, 1, 100}, false);
  for (std::size_t t = 0; t < 100; ++t) {
    for (std::size_t d = 0; d < 4; ++d) {
      Put(c, t / kPage, c.KeyOffset(), d * kPage + t % kPage, t == 57 ? 1e6f : -1e6f);
    }
  }
  std::fill(c.q.begin(), c.q.end(), 100.0f);
  const std::vector<float> y = Run(c);
  for (std::size_t d = 0; d < 8; ++d) EXPECT_EQ(y[d], static_cast<float>(c.v[57 * 8 + d]));
}

GN_FOR_EVERY_ISA(AttentionTest);

}  // namespace
}  // namespace ganglion::kernels
