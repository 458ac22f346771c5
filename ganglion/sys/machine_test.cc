#include "ganglion/sys/machine.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ganglion::sys {
namespace {

constexpr const char* kStatus =
    "Name:\tganglion\nVmHWM:\t  2048 kB\nVmRSS:\t    12 kB\nThreads:\t2\n";

TEST(Machine, LinesAreReadWithTheirUnit) {
  EXPECT_EQ(BytesOfLine(kStatus, "VmRSS"), 12u * 1024);
  EXPECT_EQ(BytesOfLine(kStatus, "VmHWM"), 2048u * 1024);
  EXPECT_EQ(BytesOfLine(kStatus, "Threads"), 2u);
}

TEST(Machine, ALineThatIsMissingOrNoNumberHasNoBytes) {
  EXPECT_EQ(BytesOfLine(kStatus, "VmSwap"), std::nullopt);
  EXPECT_EQ(BytesOfLine(kStatus, "Name"), std::nullopt);
  EXPECT_EQ(BytesOfLine(kStatus, "Vm"), std::nullopt);  // only the whole name counts
  EXPECT_EQ(BytesOfLine("VmRSS: 3 lightyears", "VmRSS"), std::nullopt);
  EXPECT_EQ(BytesOfLine("", "VmRSS"), std::nullopt);
}

TEST(Machine, TheMachineIsDescribed) {
  const MachineDescription machine = DescribeMachine();
  EXPECT_GE(machine.processors, 1u);
  EXPECT_GT(machine.memory_bytes, 0u);
  EXPECT_LE(machine.memory_available, machine.memory_bytes);
  EXPECT_THAT(machine.kernel, testing::StartsWith("Linux "));
}

TEST(Machine, MemoryThatIsTouchedIsResident) {
  constexpr std::size_t kBytes = 64u << 20;
  const ProcessMemory before = MeasureMemory();
  const std::vector<char> touched(kBytes, 1);
  const ProcessMemory after = MeasureMemory();
  EXPECT_EQ(touched.back(), 1);
  EXPECT_GE(after.resident, before.resident + kBytes / 2);
  EXPECT_GE(after.peak, after.resident / 2);
}

TEST(Machine, AFileThatIsDroppedKeepsItsBytes) {
  const std::string path = testing::TempDir() + "ganglion_machine_test";
  std::ofstream(path) << "content";
  EXPECT_TRUE(DropFileFromMemory(path).ok());
  std::string text;
  std::ifstream(path) >> text;
  EXPECT_EQ(text, "content");
  std::remove(path.c_str());
}

TEST(Machine, DroppingAFileThatIsNotThereSaysSo) {
  EXPECT_THAT(std::string(DropFileFromMemory("/nowhere/model.gguf").message()),
              testing::HasSubstr("/nowhere/model.gguf: open: No such file"));
}

}  // namespace
}  // namespace ganglion::sys
