// Every fake against the contract of its interface.

#include "ganglion/robot/drivers/chassis_contract_test.h"
#include "ganglion/robot/drivers/fake_chassis.h"
#include "ganglion/robot/drivers/fake_devices.h"
#include "ganglion/robot/drivers/fake_servo_bus.h"
#include "ganglion/robot/drivers/servo_bus_contract_test.h"

namespace ganglion::robot {
namespace {

constexpr std::array kIds = {ServoId{1}, ServoId{2}};

ChassisUnderTest MakeChassis() { return {.world = {}, .chassis = std::make_unique<FakeChassis>()}; }
ServoBusUnderTest MakeServoBus() {
  return {.world = {}, .bus = std::make_unique<FakeServoBus>(kIds), .first_id = kIds[0]};
}

INSTANTIATE_TEST_SUITE_P(Fake, ChassisContract,
                         ::testing::Values(ChassisMaker{"Fake", &MakeChassis}),
                         NameOfMaker<ChassisMaker>);
INSTANTIATE_TEST_SUITE_P(Fake, ServoBusContract,
                         ::testing::Values(ServoBusMaker{"Fake", &MakeServoBus}),
                         NameOfMaker<ServoBusMaker>);

TEST(BusToken, MovesWithItsRight) {
  FakeChassis chassis;
  FakeChassis other;
  BusToken first = std::move(*chassis.Claim("a"));
  BusToken second = std::move(first);
  EXPECT_FALSE(chassis.Owns(first));  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(chassis.Owns(second));
  second = std::move(*other.Claim("b"));
  EXPECT_TRUE(chassis.Claim("c").ok()) << "overwriting a token gives its device back";
}

TEST(FakeSpeaker, RefusesWhatShouldNotBeSpoken) {
  FakeSpeaker speaker;
  EXPECT_TRUE(speaker.Say("你好").ok());
  EXPECT_FALSE(speaker.Say("").ok());
  EXPECT_FALSE(speaker.Say("a\x1b[2J").ok());
  EXPECT_FALSE(speaker.Say(std::string(201, 'a')).ok());
  EXPECT_EQ(speaker.said.size(), 1u);
}

TEST(FakeCamera, FillsWhatItsIntrinsicsSay) {
  FakeCamera camera({.width_px = 4, .height_px = 2}, true);
  CameraFrame frame;
  EXPECT_FALSE(camera.Capture(frame, {}).ok()) << "closed";
  ASSERT_TRUE(camera.Open().ok());
  ASSERT_TRUE(camera.Capture(frame, {.now = 7, .deadline = 8}).ok());
  EXPECT_EQ(frame.rgb.size(), 24u);
  EXPECT_EQ(frame.depth_m.size(), 8u);
  EXPECT_EQ(frame.captured_at, 7);
}

TEST(FakeProximity, RepeatsAnOldSampleWhenFrozen) {
  FakeProximity proximity;
  ProximityState state;
  EXPECT_EQ(proximity.Read(state, {}), BusResult::kTimeout);
  ASSERT_TRUE(proximity.Open().ok());
  ASSERT_EQ(proximity.Read(state, {.now = 5, .deadline = 6}), BusResult::kOk);
  proximity.samples_frozen = true;
  ASSERT_EQ(proximity.Read(state, {.now = 9, .deadline = 10}), BusResult::kOk);
  EXPECT_EQ(state.sampled_at, 5);
}

}  // namespace
}  // namespace ganglion::robot
