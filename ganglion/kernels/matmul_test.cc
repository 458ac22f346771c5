#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/half.h"
#include "ganglion/kernels/isa_test.h"
#include "ganglion/kernels/reference.h"

namespace ganglion::kernels {
namespace {

constexpr WeightType kTypes[] = {WeightType::kF32, WeightType::kF16, WeightType::kBF16,
                                 WeightType::kQ8_0, WeightType::kQ4_0};
constexpr const char* kTypeNames[] = {"F32", "F16", "BF16", "Q8_0", "Q4_0"};

const char* Name(WeightType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

struct FreeAligned {
  void operator()(std::byte* p) const { std::free(p); }
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeAligned>;

// A matrix as a file holds it and packed, with a product of random activations.
struct Product {
  WeightType type;
  std::size_t rows, cols, tokens;
  std::vector<std::byte> file_rows;
  AlignedBytes packed;
  std::vector<float> x, bias, before;
  OwnedRows quantized;

  MatmulArgs Args(float* y) {
    return {.weights = packed.get(),
            .rows = rows,
            .cols = cols,
            .first_panel = 0,
            .last_panel = Panels(rows),
            .tokens = tokens,
            .x = x.data(),
            .stride_x = cols + 3,
            .quantized = quantized.view(),
            .bias = bias.data(),
            .y = y,
            .stride_y = rows + 2,
            .accumulate = true};
  }
};

class MatmulTest : public IsaTest {
 protected:
  std::uint16_t RandomHalf(WeightType type) {
    const float value = Uniform();
    return type == WeightType::kBF16 ? FloatToBfloat16(value) : FloatToHalf(value);
  }

  std::vector<std::byte> RandomRows(WeightType type, std::size_t rows, std::size_t cols) {
    std::vector<std::byte> bytes(rows * RowBytes(type, cols));
    const std::size_t block = type == WeightType::kQ8_0 ? 34 : 18;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(rng_.Below(256));
    if (type == WeightType::kF32) {
      for (std::size_t i = 0; i < bytes.size(); i += 4) {
        const float value = Uniform();
        std::memcpy(&bytes[i], &value, 4);
      }
      return bytes;
    }
    for (std::size_t i = 0; i < bytes.size(); i += IsQuantized(type) ? block : 2) {
      const std::uint16_t value = RandomHalf(type);
      std::memcpy(&bytes[i], &value, 2);
    }
    return bytes;
  }

  Product Make(WeightType type, std::size_t rows, std::size_t cols, std::size_t tokens) {
    const std::size_t bytes = Panels(rows) * PanelBytes(type, cols);
    Product p = {type,
                 rows,
                 cols,
                 tokens,
                 RandomRows(type, rows, cols),
                 AlignedBytes(static_cast<std::byte*>(std::aligned_alloc(kPanelAlignment, bytes))),
                 UniformVector(tokens * (cols + 3)),
                 UniformVector(rows),
                 UniformVector(tokens * (rows + 2)),
                 OwnedRows(tokens, cols)};
    PackPanels({type, p.file_rows.data(), rows, cols, p.packed.get(), 0, Panels(rows)});
    if (IsQuantized(type)) {
      kernels().quantize_rows({p.x.data(), cols + 3, p.quantized.view(), tokens, cols});
    }
    return p;
  }

  std::vector<float> Run(Product& p) {
    std::vector<float> y = p.before;
    kernels().matmul[static_cast<std::size_t>(p.type)](p.Args(y.data()));
    return y;
  }

  // The activation that the kernel is given, quantized where it reads it so.
  static double Activation(const Product& p, std::size_t t, std::size_t c) {
    if (!IsQuantized(p.type)) return p.x[t * (p.cols + 3) + c];
    return double{p.quantized.scales[(t * p.cols + c) / kBlock]} *
           p.quantized.codes[t * p.cols + c];
  }

  void ExpectMatchesReference(Product& p) {
    const std::vector<float> got = Run(p);
    for (std::size_t t = 0; t < p.tokens; ++t) {
      for (std::size_t r = 0; r < p.rows; ++r) {
        double want = double{p.bias[r]} + p.before[t * (p.rows + 2) + r];
        double magnitude = std::fabs(p.bias[r]) + std::fabs(p.before[t * (p.rows + 2) + r]);
        for (std::size_t c = 0; c < p.cols; ++c) {
          const double term =
              ReferenceWeight(p.type, p.file_rows.data(), p.cols, r, c) * Activation(p, t, c);
          want += term;
          magnitude += std::fabs(term);
        }
        // Each of the terms passes at most cols + 4 roundings.
        const double bound = static_cast<double>(p.cols + 4) * (FLT_EPSILON / 2) * magnitude;
        ASSERT_NEAR(got[t * (p.rows + 2) + r], want, bound)
            << Name(p.type) << " " << p.rows << "x" << p.cols << ", row " << r << ", token " << t;
      }
      for (std::size_t pad = p.rows; pad < p.rows + 2; ++pad) {
        ASSERT_EQ(got[t * (p.rows + 2) + pad], p.before[t * (p.rows + 2) + pad]) << "padding";
      }
    }
  }
};

TEST_P(MatmulTest, MatchesReferenceForEveryRowTailAndTokenTail) {
  for (const WeightType type : kTypes) {
    for (std::size_t rows = 1; rows <= 34; ++rows) {
      Product p = Make(type, rows, 64, rows % 18 + 1);
      ExpectMatchesReference(p);
    }
  }
}

TEST_P(MatmulTest, MatchesReferenceForEveryColumnTail) {
  for (const WeightType type : {WeightType::kF32, WeightType::kF16, WeightType::kBF16}) {
    for (std::size_t cols = 1; cols <= 20; ++cols) {
      Product p = Make(type, 17, cols, 3);
      ExpectMatchesReference(p);
    }
  }
  for (const WeightType type : {WeightType::kQ8_0, WeightType::kQ4_0}) {
    for (std::size_t cols = 32; cols <= 512; cols += 96) {
      Product p = Make(type, 17, cols, 3);
      ExpectMatchesReference(p);
    }
  }
}

// Codes and activations at the ends of their range must not saturate inside the kernel; the code
// -128 is in no file that a quantizer wrote, but in one that somebody made up.
TEST_P(MatmulTest, ExtremeCodesDoNotSaturate) {
  for (const WeightType type : {WeightType::kQ8_0, WeightType::kQ4_0}) {
    for (const int byte : {0x80, 0x7f, 0x81, 0x00, 0xff}) {
      Product p = Make(type, 16, 64, 2);
      const std::size_t block = type == WeightType::kQ8_0 ? 34 : 18;
      for (std::size_t i = 0; i < p.file_rows.size(); ++i) {
        if (i % block >= 2) p.file_rows[i] = std::byte(byte);
      }
      PackPanels({type, p.file_rows.data(), p.rows, p.cols, p.packed.get(), 0, 1});
      for (std::size_t i = 0; i < p.x.size(); ++i) p.x[i] = i % 3 == 0 ? -1.0f : 1.0f;
      kernels().quantize_rows({p.x.data(), p.cols + 3, p.quantized.view(), p.tokens, p.cols});
      ExpectMatchesReference(p);
    }
  }
}

// Threads take panels and the engine takes tokens as it pleases, and the bits must not change.
TEST_P(MatmulTest, AnySplitOverPanelsAndTokensGivesTheSameBits) {
  for (const WeightType type : kTypes) {
    Product p = Make(type, 50, 96, 21);
    const std::vector<float> whole = Run(p);
    std::vector<float> pieces = p.before;
    for (std::size_t panel = 0; panel < Panels(p.rows); ++panel) {
      for (std::size_t token = 0; token < p.tokens;) {
        MatmulArgs args = p.Args(pieces.data() + token * (p.rows + 2));
        args.tokens = std::min(1 + rng_.Below(9), p.tokens - token);
        args.first_panel = panel;
        args.last_panel = panel + 1;
        args.x += token * args.stride_x;
        args.quantized.codes += token * p.cols;
        args.quantized.scales += token * p.cols / kBlock;
        args.quantized.sums += token * p.cols / kHalfBlock;
        kernels().matmul[static_cast<std::size_t>(type)](args);
        token += args.tokens;
      }
    }
    EXPECT_EQ(whole, pieces) << Name(type);
  }
}

TEST_P(MatmulTest, BiasAndOldValueAreLeftOutWhereNotAskedFor) {
  Product p = Make(WeightType::kF32, 16, 8, 1);
  std::vector<float> plain(18, 99.0f), with_bias(18, 99.0f);
  MatmulArgs args = p.Args(plain.data());
  args.accumulate = false;
  args.bias = nullptr;
  kernels().matmul[0](args);
  args.bias = p.bias.data();
  args.y = with_bias.data();
  kernels().matmul[0](args);
  for (std::size_t r = 0; r < 16; ++r) EXPECT_EQ(with_bias[r], plain[r] + p.bias[r]);
}

GN_FOR_EVERY_ISA(MatmulTest);

}  // namespace
}  // namespace ganglion::kernels
