#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/robot/act/control_loop.h"
#include "ganglion/robot/drivers/fake_chassis.h"
#include "ganglion/robot/drivers/fake_devices.h"
#include "ganglion/robot/drivers/fake_servo_bus.h"
#include "ganglion/robot/world/diff_drive.h"
#include "ganglion/robot/world/rover_test.h"

namespace ganglion::robot {

// The rover on fake devices in an endless empty room, with a clock that the test turns. Things
// stand where the test puts them; a camera of wide view sees those in front of the head.
class FakeRobot {
 public:
  FakeRobot() {
    std::vector<ServoId> ids;
    for (const ServoDescription& servo : description->servos) ids.push_back(servo.id);
    servos = std::make_unique<FakeServoBus>(ids);
    loop = std::move(*ControlLoop::Create(description, {chassis, *servos, light, proximity}));
  }

  void Start() {
    ASSERT_TRUE(loop->Start(OperatorKey::ForThePersonWhoAskedForIt(), now).ok());
    Tick();
  }

  // Refused plans give 0 and their reason in `refusal`.
  std::uint64_t Submit(const std::string& steps) {
    auto plan = ParsePlan(R"({"steps":[)" + steps + "]}", *description);
    EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().message());
    if (!plan.ok()) return 0;
    const auto number = loop->Submit(*plan, now);
    refusal = number.ok() ? "" : std::string(number.error().message());
    if (number.ok()) {
      ended = false;
      newest_plan = *number;
    }
    return number.ok() ? *number : 0;
  }

  void Tick() {
    now += 5_ms;
    if (owner_lives) loop->RenewLease(now);
    if (camera_works && ++ticks_ % 10 == 0) See();
    loop->Tick(now);
    loop->TakeState(state);
    for (StepReport report; loop->TakeReport(report);) {
      last_report = report;
      ended = ended || (report.plan_ended && report.plan_number == newest_plan);
      ++report_count;
      if (photographer && report.behavior == Behavior::kPhoto &&
          report.phase == StepPhase::kStarted) {
        loop->AcknowledgePhoto(true);
      }
    }
  }

  // Runs until the plan has ended; the test fails after `time_max`.
  void RunToEnd(TimeNs time_max = 120_s) {
    const TimeNs end = now + time_max;
    while (!ended && now < end) Tick();
    EXPECT_TRUE(ended) << "the plan does not end";
  }
  void Run(TimeNs duration) {
    for (const TimeNs end = now + duration; now < end;) Tick();
  }
  void RunPlan(const std::string& steps) {
    ASSERT_NE(Submit(steps), 0u) << refusal;
    RunToEnd();
  }
  void PutThing(const std::string& name, double x_m, double y_m) {
    for (std::size_t i = 0; i < description->things.size(); ++i) {
      if (description->things[i].name == name) {
        things.push_back({static_cast<std::int16_t>(i), {x_m, y_m, 0.03}});
      }
    }
  }
  double JointInput(Joint joint) const {
    return description->FindServo(joint)->map.FromRadians(
        state.joint_rad[static_cast<std::size_t>(joint)]);
  }

  struct Thing {
    std::int16_t thing;
    Point3 position;
  };

  std::shared_ptr<const RobotDescription> description =
      std::make_shared<const RobotDescription>(Rover());
  FakeChassis chassis;
  std::unique_ptr<FakeServoBus> servos;
  FakeLight light;
  FakeProximity proximity;
  std::unique_ptr<ControlLoop> loop;
  TimeNs now = 1000_s;
  RobotState state;
  StepReport last_report;
  std::size_t report_count = 0;
  bool ended = true;  // the newest plan
  std::uint64_t newest_plan = 0;
  std::string refusal;
  bool owner_lives = true;
  bool camera_works = true;
  bool photographer = true;
  std::vector<Thing> things;

 private:
  void See() {
    Observation seen;
    seen.at = now;
    seen.pose = state.pose;
    for (const Thing& thing : things) {
      const Point3 local = ToLocal(state.pose, thing.position);
      const double bearing = std::atan2(local.y_m, local.x_m);
      const double range = std::hypot(local.x_m, local.y_m);
      const double off_axis = bearing - state.joint_rad[static_cast<std::size_t>(Joint::kPan)];
      if (std::abs(WrapAngle(off_axis)) > 0.5 || range > 5.0) continue;
      DetectedObject& object = seen.objects[seen.object_count++];
      object.thing = thing.thing;
      object.bearing_rad = bearing;
      object.range_m = range;
      object.position = local;
      object.confidence = 0.9;
    }
    loop->Observe(seen);
  }

  std::uint64_t ticks_ = 0;
};

}  // namespace ganglion::robot
