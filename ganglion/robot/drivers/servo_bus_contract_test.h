#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "ganglion/robot/drivers/safe_command_forge.h"
#include "ganglion/robot/drivers/servo_bus.h"
#include "ganglion/testing/no_alloc.h"

namespace ganglion::robot {

// The promises of ServoBus, tested for every implementation; used as chassis_contract_test.h says.
// The first servo of the bus must be free to move by 0.3 rad upward from where it starts.
struct ServoBusUnderTest {
  std::shared_ptr<void> world;
  std::unique_ptr<ServoBus> bus;
  ServoId first_id = {};
  std::function<void(TimeNs)> run_until = [](TimeNs) {};
};

struct ServoBusMaker {
  const char* name;
  ServoBusUnderTest (*make)();
};

class ServoBusContract : public ::testing::TestWithParam<ServoBusMaker> {
 protected:
  static IoWindow At(TimeNs now) { return {.now = now, .deadline = now + 4_ms}; }
  SafeCommand Command(TimeNs now, double position_rad) const {
    const std::array targets = {ServoTarget{under_test_.first_id, position_rad, 1.0}};
    return SafeCommandForge::Make(now, {}, targets);
  }
  void OpenAndArm() {
    ASSERT_TRUE(bus_.Open().ok());
    ASSERT_TRUE(bus_.Arm(token_).ok());
  }

  ServoBusUnderTest under_test_ = GetParam().make();
  ServoBus& bus_ = *under_test_.bus;
  BusToken token_ = std::move(*bus_.Claim("test"));
  std::array<ServoState, 1> states_ = {};
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServoBusContract);

TEST_P(ServoBusContract, RefusesTargetsUntilArmed) {
  EXPECT_EQ(bus_.Write(token_, Command(0, 0.1), At(0)), BusResult::kNotArmed);
  ASSERT_TRUE(bus_.Open().ok());
  EXPECT_EQ(bus_.Write(token_, Command(0, 0.1), At(0)), BusResult::kNotArmed);
  ASSERT_TRUE(bus_.Arm(token_).ok());
  EXPECT_EQ(bus_.Write(token_, Command(0, 0.1), At(0)), BusResult::kOk);
}

TEST_P(ServoBusContract, CannotBeArmedWhileClosedOrByAnother) {
  EXPECT_EQ(bus_.Arm(token_).code(), Code::kFailedPrecondition);
  ASSERT_TRUE(bus_.Open().ok());
  EXPECT_EQ(bus_.Arm(BusToken()).code(), Code::kFailedPrecondition);
  EXPECT_FALSE(bus_.Claim("intruder").ok());
}

TEST_P(ServoBusContract, ArmingMovesNothing) {
  ASSERT_TRUE(bus_.Open().ok());
  ASSERT_EQ(bus_.Read(states_, At(0)), BusResult::kOk);
  const double before = states_[0].position_rad;
  ASSERT_TRUE(bus_.Arm(token_).ok());
  under_test_.run_until(200_ms);
  ASSERT_EQ(bus_.Read(states_, At(200_ms)), BusResult::kOk);
  EXPECT_NEAR(states_[0].position_rad, before, 0.02);
}

TEST_P(ServoBusContract, AServoRunsToItsTarget) {
  OpenAndArm();
  ASSERT_EQ(bus_.Read(states_, At(0)), BusResult::kOk);
  const double target = states_[0].position_rad + 0.3;
  TimeNs now = 0;
  for (; now < 1_s; now += 5_ms) {
    under_test_.run_until(now);
    ASSERT_EQ(bus_.Write(token_, Command(now, target), At(now)), BusResult::kOk);
  }
  under_test_.run_until(now);
  ASSERT_EQ(bus_.Read(states_, At(now)), BusResult::kOk);
  EXPECT_EQ(states_[0].id, under_test_.first_id);
  EXPECT_NEAR(states_[0].position_rad, target, 0.03);
  EXPECT_EQ(states_[0].sampled_at, now);
}

TEST_P(ServoBusContract, DisarmWorksInEveryState) {
  bus_.Disarm();
  OpenAndArm();
  bus_.Disarm();
  EXPECT_EQ(bus_.Write(token_, Command(0, 0.1), At(0)), BusResult::kNotArmed);
}

TEST_P(ServoBusContract, RefusesOldUnknownAndNonFiniteTargets) {
  OpenAndArm();
  EXPECT_EQ(bus_.Write(token_, Command(0, 0.1), At(200_ms)), BusResult::kExpired);
  EXPECT_EQ(bus_.Write(token_, Command(0, NAN), At(0)), BusResult::kFault);
  EXPECT_EQ(bus_.Write(token_, Command(0, INFINITY), At(0)), BusResult::kFault);
  const std::array unknown = {ServoTarget{ServoId{250}, 0.0, 1.0}};
  EXPECT_EQ(bus_.Write(token_, SafeCommandForge::Make(0, {}, unknown), At(0)), BusResult::kFault);
  EXPECT_EQ(bus_.Write(BusToken(), Command(0, 0.1), At(0)), BusResult::kNotOwner);
}

TEST_P(ServoBusContract, ControlLoopCallsDoNotAllocate) {
  OpenAndArm();
  const SafeCommand command = Command(0, 0.1);
  const std::size_t before = testing::AllocationCount();
  ASSERT_EQ(bus_.Read(states_, At(0)), BusResult::kOk);
  ASSERT_EQ(bus_.Write(token_, command, At(0)), BusResult::kOk);
  EXPECT_EQ(testing::AllocationCount(), before);
}

}  // namespace ganglion::robot
