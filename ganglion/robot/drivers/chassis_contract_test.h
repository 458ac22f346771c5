#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "ganglion/robot/drivers/chassis.h"
#include "ganglion/robot/drivers/safe_command_forge.h"
#include "ganglion/testing/no_alloc.h"

namespace ganglion::robot {

// The promises of Chassis, tested for every implementation: include this in a test and instantiate
// it with a maker.
//
//   INSTANTIATE_TEST_SUITE_P(Fake, ChassisContract, ::testing::Values(ChassisMaker{"Fake", Make}),
//                            NameOfMaker<ChassisMaker>);
struct ChassisUnderTest {
  std::shared_ptr<void> world;  // what must outlive the chassis, if anything
  std::unique_ptr<Chassis> chassis;
  // Lets the device's own world run up to this time. Times start at 0 and step by 5 ms.
  std::function<void(TimeNs)> run_until = [](TimeNs) {};
};

struct ChassisMaker {
  const char* name;
  ChassisUnderTest (*make)();
};

template <class Maker>
std::string NameOfMaker(const ::testing::TestParamInfo<Maker>& info) {
  return info.param.name;
}

class ChassisContract : public ::testing::TestWithParam<ChassisMaker> {
 protected:
  static IoWindow At(TimeNs now) { return {.now = now, .deadline = now + 4_ms}; }
  void OpenAndArm() {
    ASSERT_TRUE(chassis_.Open().ok());
    ASSERT_TRUE(chassis_.Arm(token_).ok());
  }
  // Commands both wheels for 300 ms, and returns the time.
  TimeNs Drive(double left_rad_s, double right_rad_s) {
    TimeNs now = 0;
    for (; now < 300_ms; now += 5_ms) {
      under_test_.run_until(now);
      const SafeCommand command = SafeCommandForge::Make(now, {left_rad_s, right_rad_s}, {});
      EXPECT_EQ(chassis_.Write(token_, command, At(now)), BusResult::kOk);
    }
    under_test_.run_until(now);
    return now;
  }

  ChassisUnderTest under_test_ = GetParam().make();
  Chassis& chassis_ = *under_test_.chassis;
  BusToken token_ = std::move(*chassis_.Claim("test"));
  WheelState state_;
  const SafeCommand forward_ = SafeCommandForge::Make(0, {2.0, 2.0}, {});
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChassisContract);

TEST_P(ChassisContract, RefusesCommandsUntilArmed) {
  EXPECT_EQ(chassis_.Write(token_, forward_, At(0)), BusResult::kNotArmed);
  ASSERT_TRUE(chassis_.Open().ok());
  EXPECT_EQ(chassis_.Write(token_, forward_, At(0)), BusResult::kNotArmed);
  ASSERT_TRUE(chassis_.Arm(token_).ok());
  EXPECT_EQ(chassis_.Write(token_, forward_, At(0)), BusResult::kOk);
}

TEST_P(ChassisContract, CannotBeArmedWhileClosedOrByAnother) {
  EXPECT_EQ(chassis_.Arm(token_).code(), Code::kFailedPrecondition);
  ASSERT_TRUE(chassis_.Open().ok());
  EXPECT_EQ(chassis_.Arm(BusToken()).code(), Code::kFailedPrecondition);
}

TEST_P(ChassisContract, HasOneOwner) {
  OpenAndArm();
  const auto second = chassis_.Claim("intruder");
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message().find("'test' holds it"), std::string_view::npos);
  EXPECT_EQ(chassis_.Write(BusToken(), forward_, At(0)), BusResult::kNotOwner);
}

TEST_P(ChassisContract, DeathOfTheOwnerDisarmsAndFrees) {
  OpenAndArm();
  token_ = BusToken();
  EXPECT_EQ(chassis_.Write(token_, forward_, At(0)), BusResult::kNotArmed);
  EXPECT_TRUE(chassis_.Claim("next").ok());
}

TEST_P(ChassisContract, ReadsNothingWhileClosed) {
  state_.left_rad = 42.0;
  EXPECT_NE(chassis_.Read(state_, At(0)), BusResult::kOk);
  EXPECT_EQ(state_.left_rad, 42.0);
}

TEST_P(ChassisContract, ArmingMovesNothing) {
  OpenAndArm();
  under_test_.run_until(500_ms);
  ASSERT_EQ(chassis_.Read(state_, At(500_ms)), BusResult::kOk);
  EXPECT_NEAR(state_.left_rad_s, 0.0, 0.02);
  EXPECT_NEAR(state_.right_rad_s, 0.0, 0.02);
}

TEST_P(ChassisContract, WheelsTurnTheWayTheyAreTold) {
  OpenAndArm();
  WheelState before;
  ASSERT_EQ(chassis_.Read(before, At(0)), BusResult::kOk);
  const TimeNs now = Drive(1.0, -1.0);
  ASSERT_EQ(chassis_.Read(state_, At(now)), BusResult::kOk);
  EXPECT_GT(state_.left_rad - before.left_rad, 0.1);
  EXPECT_LT(state_.right_rad - before.right_rad, -0.1);
  EXPECT_NEAR(state_.left_rad_s, 1.0, 0.2);
  EXPECT_NEAR(state_.right_rad_s, -1.0, 0.2);
  EXPECT_EQ(state_.sampled_at, now);
}

TEST_P(ChassisContract, StopsByItselfWhenCommandsStop) {
  OpenAndArm();
  const TimeNs end = Drive(1.0, 1.0);
  under_test_.run_until(end + 1_s);
  ASSERT_EQ(chassis_.Read(state_, At(end + 1_s)), BusResult::kOk);
  EXPECT_NEAR(state_.left_rad_s, 0.0, 0.02);
}

TEST_P(ChassisContract, DisarmWorksInEveryStateAndStopsMotion) {
  chassis_.Disarm();
  OpenAndArm();
  const TimeNs end = Drive(1.0, 1.0);
  chassis_.Disarm();
  EXPECT_EQ(chassis_.Write(token_, SafeCommandForge::Make(end, {1.0, 1.0}, {}), At(end)),
            BusResult::kNotArmed);
  under_test_.run_until(end + 1_s);
  ASSERT_EQ(chassis_.Read(state_, At(end + 1_s)), BusResult::kOk);
  EXPECT_NEAR(state_.left_rad_s, 0.0, 0.02);
}

TEST_P(ChassisContract, RefusesOldFutureAndNonFiniteCommands) {
  OpenAndArm();
  EXPECT_EQ(chassis_.Write(token_, forward_, At(forward_.expires_at())), BusResult::kExpired);
  EXPECT_EQ(chassis_.Write(token_, SafeCommandForge::Make(50_ms, {1.0, 1.0}, {}), At(45_ms)),
            BusResult::kExpired);
  EXPECT_EQ(chassis_.Write(token_, SafeCommandForge::Make(0, {NAN, 1.0}, {}), At(0)),
            BusResult::kFault);
}

TEST_P(ChassisContract, ControlLoopCallsDoNotAllocate) {
  OpenAndArm();
  const std::size_t before = testing::AllocationCount();
  ASSERT_EQ(chassis_.Read(state_, At(0)), BusResult::kOk);
  ASSERT_EQ(chassis_.Write(token_, forward_, At(0)), BusResult::kOk);
  EXPECT_EQ(testing::AllocationCount(), before);
}

}  // namespace ganglion::robot
