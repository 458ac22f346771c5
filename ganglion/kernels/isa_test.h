#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/kernels.h"
#include "ganglion/testing/seed.h"

// What the tests of the kernels share.
namespace ganglion::kernels {

// A test that runs once for each instruction set this machine has. The seed is in every failure.
class IsaTest : public ::testing::TestWithParam<const KernelTable*> {
 protected:
  void SetUp() override {
    if (!GetParam()->runs_here()) GTEST_SKIP() << GetParam()->name << " does not run here";
  }

  const KernelTable& kernels() const { return *GetParam(); }

  // Evenly from -range to range.
  float Uniform(float range = 1.0f) {
    return range * (static_cast<float>(rng_.Below(2001)) / 1000.0f - 1.0f);
  }
  std::vector<float> UniformVector(std::size_t count, float range = 1.0f) {
    std::vector<float> values(count);
    for (float& v : values) v = Uniform(range);
    return values;
  }

  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_{__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())};
};

// Quantized rows that own their memory.
struct OwnedRows {
  OwnedRows(std::size_t rows, std::size_t cols)
      : codes(rows * cols), scales(rows * cols / kBlock), sums(rows * cols / kHalfBlock) {}
  QuantizedRows view() { return {codes.data(), scales.data(), sums.data()}; }

  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> sums;
};

inline std::string IsaName(const ::testing::TestParamInfo<const KernelTable*>& test) {
  return test.param->name;
}

#define GN_FOR_EVERY_ISA(Suite) \
  INSTANTIATE_TEST_SUITE_P(     \
      EveryIsa, Suite,          \
      ::testing::Values(&kScalarKernels, &kAvx2Kernels, &kAvx512Kernels, &kAmxKernels), IsaName)

}  // namespace ganglion::kernels
