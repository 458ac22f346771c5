// The simulated devices keep the promises of their interfaces.

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/robot/drivers/chassis_contract_test.h"
#include "ganglion/robot/drivers/servo_bus_contract_test.h"
#include "ganglion/robot/sim/sim_drivers.h"

namespace ganglion::robot::sim {
namespace {

std::shared_ptr<SimWorld> MakeWorld() {
  const std::string robots = std::string(GANGLION_SOURCE_DIR) + "/robots/";
  auto description = LoadRobotDescription(robots + "rover.yaml");
  GN_CHECK(description.ok());
  auto world = SimWorld::Create(robots + "room.xml", *description);
  GN_CHECK(world.ok());
  return *std::move(world);
}

// AdvanceTo() goes to the last physics step before the time that it is told; control ticks are a
// multiple of steps.
void Run(SimWorld& world, TimeNs until) {
  const Status advanced = world.AdvanceTo(until);
  EXPECT_TRUE(advanced.ok()) << advanced.message();
}

ChassisUnderTest MakeChassis() {
  std::shared_ptr<SimWorld> world = MakeWorld();
  return {.world = world,
          .chassis = std::make_unique<SimChassis>(*world),
          .run_until = [world](TimeNs until) { Run(*world, until); }};
}

ServoBusUnderTest MakeServoBus() {
  std::shared_ptr<SimWorld> world = MakeWorld();
  return {.world = world,
          .bus = std::make_unique<SimServoBus>(*world),
          .first_id = world->sim_model().servos.front().description.id,
          .run_until = [world](TimeNs until) { Run(*world, until); }};
}

}  // namespace
}  // namespace ganglion::robot::sim

namespace ganglion::robot {

INSTANTIATE_TEST_SUITE_P(Sim, ChassisContract,
                         ::testing::Values(ChassisMaker{"Sim", &sim::MakeChassis}),
                         NameOfMaker<ChassisMaker>);
INSTANTIATE_TEST_SUITE_P(Sim, ServoBusContract,
                         ::testing::Values(ServoBusMaker{"Sim", &sim::MakeServoBus}),
                         NameOfMaker<ServoBusMaker>);

}  // namespace ganglion::robot
