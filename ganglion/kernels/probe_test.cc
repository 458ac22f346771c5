#include "ganglion/kernels/probe.h"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/amx.h"
#include "ganglion/kernels/isa_test.h"

namespace ganglion::kernels {
namespace {

class ProbeTest : public IsaTest {};

TEST_P(ProbeTest, ReadingVisitsEveryElement) {
  std::vector<float> x(4096);
  std::iota(x.begin(), x.end(), 1.0f);
  EXPECT_EQ(kernels().probe_read(x.data(), x.size()), 4096.0f * 4097.0f / 2.0f);
}

TEST_P(ProbeTest, OperationsAreProportionalToRounds) {
  EXPECT_GT(kernels().probe_float(10), 0u);
  EXPECT_EQ(kernels().probe_float(30), 3 * kernels().probe_float(10));
  EXPECT_EQ(kernels().probe_int8(30), 3 * kernels().probe_int8(10));
}

GN_FOR_EVERY_ISA(ProbeTest);

TEST(Probe, ReadingAheadVisitsEveryElement) {
  for (const std::size_t count : {0u, 1u, 31u, 32u, 33u, 4096u}) {
    std::vector<float> x(count);
    std::iota(x.begin(), x.end(), 1.0f);
    const auto size = static_cast<float>(count);
    EXPECT_EQ(ProbeReadPastCaches(x.data(), count), size * (size + 1.0f) / 2.0f) << count;
    EXPECT_EQ(ProbeReadIntoCache(x.data(), count), size * (size + 1.0f) / 2.0f) << count;
  }
}

TEST(Probe, OperationsOfTheMatrixUnitAreProportionalToRounds) {
  EXPECT_EQ(ProbeAmxInt8(30), 3 * ProbeAmxInt8(10));
  EXPECT_EQ(ProbeAmxInt8(10) > 0, AmxRunsHere());
}

TEST(Probe, Bf16OperationsAreProportionalToRounds) {
  EXPECT_EQ(ProbeBf16(30), 3 * ProbeBf16(10));
  EXPECT_EQ(ProbeBf16(10) > 0, __builtin_cpu_supports("avx512bf16") > 0);
}

}  // namespace
}  // namespace ganglion::kernels
