#include <numeric>
#include <vector>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ganglion::kernels
