#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/half.h"
#include "ganglion/kernels/isa_test.h"
#include "ganglion/kernels/reference.h"

namespace ganglion::kernels {
namespace {

// What the tests need to know of a type to make rows of it up.
struct TypeCase {
  const char* name;
  WeightType type;
  std::vector<std::size_t> halves;  // where 16-bit floats lie in the file's block
};
const TypeCase kCases[] = {
    {"F32", WeightType::kF32, {}},         {"F16", WeightType::kF16, {0}},
    {"BF16", WeightType::kBF16, {0}},      {"Q8_0", WeightType::kQ8_0, {0}},
    {"Q4_0", WeightType::kQ4_0, {0}},      {"Q4_1", WeightType::kQ4_1, {0, 2}},
    {"Q5_0", WeightType::kQ5_0, {0}},      {"Q5_1", WeightType::kQ5_1, {0, 2}},
    {"Q2_K", WeightType::kQ2_K, {80, 82}}, {"Q3_K", WeightType::kQ3_K, {108}},
    {"Q4_K", WeightType::kQ4_K, {0, 2}},   {"Q5_K", WeightType::kQ5_K, {0, 2}},
    {"Q6_K", WeightType::kQ6_K, {208}},    {"IQ4_NL", WeightType::kIQ4_NL, {0}},
    {"IQ4_XS", WeightType::kIQ4_XS, {0}},  {"MXFP4", WeightType::kMXFP4, {}},
};
static_assert(std::size(kCases) == kWeightTypes);

struct FreeAligned {
  void operator()(std::byte* p) const { std::free(p); }
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeAligned>;

// A matrix as a file holds it and packed, with a product of random activations.
struct Product {
  const TypeCase& test;
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

  // The same for `count` tokens from `first` on.
  MatmulArgs ArgsOf(float* y, std::size_t first, std::size_t count) {
    MatmulArgs args = Args(y + first * (rows + 2));
    args.tokens = count;
    args.x += first * args.stride_x;
    args.quantized.codes += first * cols;
    args.quantized.scales += first * cols / kBlock;
    args.quantized.sums += first * cols / kHalfBlock;
    return args;
  }
};

class MatmulTest : public IsaTest {
 protected:
  std::vector<std::byte> RandomRows(const TypeCase& test, std::size_t rows, std::size_t cols) {
    std::vector<std::byte> bytes(rows * RowBytes(test.type, cols));
    for (std::byte& byte : bytes) byte = std::byte(rng_.Below(256));
    for (std::size_t i = 0; i < bytes.size(); i += RowCellBytes(test.type)) {
      if (test.type == WeightType::kF32) {
        const float value = Uniform();
        std::memcpy(&bytes[i], &value, 4);
      }
      if (test.type == WeightType::kMXFP4) bytes[i] = std::byte(116 + rng_.Below(16));
      for (const std::size_t at : test.halves) {
        const float value = Uniform();
        const std::uint16_t half =
            test.type == WeightType::kBF16 ? FloatToBfloat16(value) : FloatToHalf(value);
        std::memcpy(&bytes[i + at], &half, 2);
      }
    }
    return bytes;
  }

  Product Make(const TypeCase& test, std::size_t rows, std::size_t cols, std::size_t tokens) {
    const std::size_t bytes = Panels(rows) * PanelBytes(test.type, cols);
    Product p = {test,
                 rows,
                 cols,
                 tokens,
                 RandomRows(test, rows, cols),
                 AlignedBytes(static_cast<std::byte*>(std::aligned_alloc(kPanelAlignment, bytes))),
                 UniformVector(tokens * (cols + 3)),
                 UniformVector(rows),
                 UniformVector(tokens * (rows + 2)),
                 OwnedRows(tokens, cols)};
    Prepare(p);
    return p;
  }

  void Prepare(Product& p) {
    PackPanels(
        {p.test.type, p.file_rows.data(), p.rows, p.cols, p.packed.get(), 0, Panels(p.rows)});
    if (!IsQuantized(p.test.type)) return;
    kernels().quantize_rows({p.x.data(), p.cols + 3, p.quantized.view(), p.tokens, p.cols});
  }

  void Multiply(const Product& p, const MatmulArgs& args) {
    kernels().matmul[static_cast<std::size_t>(p.test.type)](args);
  }

  std::vector<float> Run(Product& p) {
    std::vector<float> y = p.before;
    Multiply(p, p.Args(y.data()));
    return y;
  }

  // The activation that the kernel is given, quantized where it reads it so.
  static double Activation(const Product& p, std::size_t t, std::size_t c) {
    if (!IsQuantized(p.test.type)) return p.x[t * (p.cols + 3) + c];
    return double{p.quantized.scales[(t * p.cols + c) / kBlock]} *
           p.quantized.codes[t * p.cols + c];
  }

  void ExpectMatchesReference(Product& p) {
    const std::vector<float> got = Run(p);
    std::vector<ReferenceParts> weights(p.cols);
    for (std::size_t r = 0; r < p.rows; ++r) {
      for (std::size_t c = 0; c < p.cols; ++c) {
        weights[c] = ReferenceWeight(p.test.type, p.file_rows.data(), p.cols, r, c);
      }
      for (std::size_t t = 0; t < p.tokens; ++t) {
        double want = double{p.bias[r]} + p.before[t * (p.rows + 2) + r];
        double magnitude = std::fabs(p.bias[r]) + std::fabs(p.before[t * (p.rows + 2) + r]);
        for (std::size_t c = 0; c < p.cols; ++c) {
          const double x = Activation(p, t, c);
          want += weights[c].sum() * x;
          magnitude += (std::fabs(weights[c].product) + std::fabs(weights[c].min)) * std::fabs(x);
        }
        // Each of the terms passes at most cols + 4 roundings.
        const double bound = static_cast<double>(p.cols + 4) * (FLT_EPSILON / 2) * magnitude;
        ASSERT_NEAR(got[t * (p.rows + 2) + r], want, bound)
            << p.test.name << " " << p.rows << "x" << p.cols << ", row " << r << ", token " << t;
      }
    }
    for (std::size_t t = 0; t < p.tokens; ++t) {
      for (std::size_t pad = p.rows; pad < p.rows + 2; ++pad) {
        ASSERT_EQ(got[t * (p.rows + 2) + pad], p.before[t * (p.rows + 2) + pad]) << "padding";
      }
    }
  }
};

TEST_P(MatmulTest, MatchesReferenceForEveryRowTail) {
  for (const TypeCase& test : kCases) {
    for (std::size_t rows = 1; rows <= 34; ++rows) {
      Product p = Make(test, rows, CellCols(test.type) == kCellColsMax ? 256 : 64, rows % 3 + 1);
      ExpectMatchesReference(p);
    }
  }
}

// From one token to several tiles of every kernel.
TEST_P(MatmulTest, MatchesReferenceForEveryTokenTail) {
  for (const TypeCase& test : kCases) {
    for (std::size_t tokens = 1; tokens <= 39; ++tokens) {
      Product p = Make(test, 17, CellCols(test.type) == kCellColsMax ? 256 : 32, tokens);
      ExpectMatchesReference(p);
    }
  }
}

TEST_P(MatmulTest, MatchesReferenceForEveryColumnTail) {
  for (const TypeCase& test : kCases) {
    const std::size_t step = CellCols(test.type);
    const std::size_t last = step == 1 ? 20 : step == kBlock ? 800 : 1024;
    for (std::size_t cols = step; cols <= last; cols += step == kBlock ? 96 : step) {
      for (const std::size_t tokens : {3u, 19u}) {
        Product p = Make(test, 17, cols, tokens);
        ExpectMatchesReference(p);
      }
    }
  }
}

// A row so long that fewer tokens than a tile's fit into the kernels' buffers.
TEST_P(MatmulTest, TheLongestRowsAreSummed) {
  const TypeCase& test = kCases[static_cast<std::size_t>(WeightType::kQ3_K)];
  Product p = Make(test, 1, kColsMax, 20);
  const std::vector<float> whole = Run(p);
  std::vector<float> single = p.before;
  for (std::size_t t = 0; t < p.tokens; ++t) Multiply(p, p.ArgsOf(single.data(), t, 1));
  EXPECT_EQ(whole, single);
}

// Codes and activations at the ends of their range must not saturate inside the kernel; the code
// -128 of Q8_0 is in no file that a quantizer wrote, but in one that somebody made up.
TEST_P(MatmulTest, ExtremeCodesDoNotSaturate) {
  for (const TypeCase& test : kCases) {
    if (!IsQuantized(test.type)) continue;
    for (const int byte : {0x80, 0x7f, 0x81, 0x00, 0xff}) {
      for (const std::size_t tokens : {2u, 18u}) {
        Product p = Make(test, 16, CellCols(test.type) * 2, tokens);
        for (std::size_t i = 0; i < p.file_rows.size(); ++i) {
          const std::size_t at = i % RowCellBytes(test.type);
          const auto is_half = [at](std::size_t half) { return at / 2 == half / 2; };
          if (std::any_of(test.halves.begin(), test.halves.end(), is_half)) continue;
          if (test.type == WeightType::kMXFP4 && at == 0) continue;
          p.file_rows[i] = std::byte(byte);
        }
        for (std::size_t i = 0; i < p.x.size(); ++i) p.x[i] = i % 3 == 0 ? -1.0f : 1.0f;
        Prepare(p);
        ExpectMatchesReference(p);
      }
    }
  }
}

// Threads take panels and the engine takes tokens as it pleases, and the bits must not change.
TEST_P(MatmulTest, AnySplitOverPanelsAndTokensGivesTheSameBits) {
  for (const TypeCase& test : kCases) {
    Product p = Make(test, 150, CellCols(test.type) == kCellColsMax ? 768 : 544, 43);
    const std::vector<float> whole = Run(p);
    std::vector<float> pieces = p.before;
    for (std::size_t panel = 0; panel < Panels(p.rows);) {
      const std::size_t panels = std::min(1 + rng_.Below(6), Panels(p.rows) - panel);
      for (std::size_t token = 0; token < p.tokens;) {
        const std::size_t most = rng_.Below(2) == 0 ? 9 : 40;
        const std::size_t count = std::min(1 + rng_.Below(most), p.tokens - token);
        MatmulArgs args = p.ArgsOf(pieces.data(), token, count);
        args.first_panel = panel;
        args.last_panel = panel + panels;
        Multiply(p, args);
        token += count;
      }
      panel += panels;
    }
    EXPECT_EQ(whole, pieces) << test.name;
  }
}

TEST_P(MatmulTest, BiasAndOldValueAreLeftOutWhereNotAskedFor) {
  for (const std::size_t tokens : {1u, 32u}) {
    for (const WeightType type : {WeightType::kF32, WeightType::kQ8_0}) {
      Product p = Make(kCases[static_cast<std::size_t>(type)], 16, 32, tokens);
      std::vector<float> plain(18 * tokens, 99.0f), with_bias(18 * tokens, 99.0f);
      MatmulArgs args = p.Args(plain.data());
      args.accumulate = false;
      args.bias = nullptr;
      Multiply(p, args);
      args.bias = p.bias.data();
      args.y = with_bias.data();
      Multiply(p, args);
      for (std::size_t t = 0; t < tokens; ++t) {
        for (std::size_t r = 0; r < 16; ++r) {
          EXPECT_EQ(with_bias[t * 18 + r], plain[t * 18 + r] + p.bias[r]);
        }
      }
    }
  }
}

// The matrix unit serves many tokens, vectors the others, and both tables give the same.
TEST_P(MatmulTest, TheMatrixUnitGivesTheBitsOfVectors) {
  if (&kernels() != &kAmxKernels) return;
  for (const TypeCase& test : kCases) {
    Product p = Make(test, 70, CellCols(test.type) == kCellColsMax ? 768 : 544, 37);
    std::vector<float> tiles = p.before;
    std::vector<float> vectors = p.before;
    kAmxKernels.matmul[static_cast<std::size_t>(test.type)](p.Args(tiles.data()));
    kAvx512Kernels.matmul[static_cast<std::size_t>(test.type)](p.Args(vectors.data()));
    EXPECT_EQ(tiles, vectors) << test.name;
  }
}

GN_FOR_EVERY_ISA(MatmulTest);

}  // namespace
}  // namespace ganglion::kernels
