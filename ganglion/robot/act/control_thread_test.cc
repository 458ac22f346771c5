#include "ganglion/robot/act/control_thread.h"

#include <fstream>

#include "ganglion/robot/act/fake_robot_test.h"
#include "ganglion/robot/act/latch_file.h"
#include "ganglion/sys/clock.h"

namespace ganglion::robot {
namespace {

// The one test with a real clock: that the thread ticks, hands over plans and ends.
TEST(ControlThread, RunsAPlanInRealTime) {
  FakeRobot robot;
  const TimeNs start = sys::MonotonicNow();
  ASSERT_TRUE(robot.loop->Start(OperatorKey::ForThePersonWhoAskedForIt(), start).ok());
  ControlThread thread(*robot.loop);
  const auto plan = ParsePlan(R"({"steps":[{"do":"light","color":"red"}]})", *robot.description);
  ASSERT_TRUE(robot.loop->Submit(*plan, sys::MonotonicNow()).ok());
  StepReport report;
  while (!report.plan_ended && sys::MonotonicNow() - start < 10_s) {
    robot.loop->RenewLease(sys::MonotonicNow());
    robot.loop->TakeReport(report);
    std::this_thread::yield();
  }
  EXPECT_EQ(report.phase, StepPhase::kDone);
}

TEST(LatchFile, RemembersAndFailsClosed) {
  const std::string path = ::testing::TempDir() + "/ganglion_latch_test";
  std::remove(path.c_str());
  LatchFile latch(path);
  EXPECT_FALSE(latch.WasStopped()) << "a first start";
  ASSERT_TRUE(latch.Record(true).ok());
  EXPECT_TRUE(LatchFile(path).WasStopped());
  ASSERT_TRUE(latch.Record(false).ok());
  EXPECT_FALSE(LatchFile(path).WasStopped());
  std::ofstream(path) << "fr";
  EXPECT_TRUE(LatchFile(path).WasStopped()) << "a cut file counts as a stop";
  std::remove(path.c_str());
  EXPECT_FALSE(LatchFile("/nowhere/latch").Record(true).ok());
}

}  // namespace
}  // namespace ganglion::robot
