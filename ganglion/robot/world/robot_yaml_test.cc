#include <fstream>
#include <sstream>

#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/rover_test.h"

namespace ganglion::robot {
namespace {

std::string RoverYaml() {
  std::ifstream file(std::string(GANGLION_SOURCE_DIR) + "/robots/rover.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The rover's file with the first `from` replaced by `to`.
std::string Edited(const std::string& from, const std::string& to) {
  std::string yaml = RoverYaml();
  const std::size_t at = yaml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return yaml.replace(at, from.size(), to);
}

TEST(RobotYaml, TheRoverIsRead) {
  const RobotDescription robot = Rover();
  EXPECT_EQ(robot.name, "rover");
  EXPECT_EQ(robot.servos.size(), 4u);
  EXPECT_EQ(robot.skills.size(), 15u);
  ASSERT_NE(robot.FindServo(Joint::kPan), nullptr);
  EXPECT_NEAR(robot.FindServo(Joint::kPan)->map.ToRadians(45.0), 0.7853981, 1e-6);
  EXPECT_NEAR(robot.FindServo(Joint::kTilt)->map.FromRadians(0.0), 0.0, 1e-6);
  EXPECT_EQ(robot.safety.velocity_watchdog, 250_ms);
}

struct Edit {
  const char* from;
  const char* to;
  const char* message;
};

TEST(RobotYaml, ABadFileIsRefusedWithItsPlace) {
  const Edit edits[] = {
      {"wheel_radius_m: ", "wheel_radius_m: .nan #", "wheel_radius_m must be between"},
      {"wheel_radius_m: ", "wheel_radius_m: 1e308 #", "wheel_radius_m must be between"},
      {"wheel_radius_m: ", "wheel_radius_m: many #", "must be a number"},
      {"wheel_radius_m: ", "wheel_radius_mm: ", "unknown key 'wheel_radius_mm'"},
      {"  wheel_radius_m: ", "  #", "'wheel_radius_m' is missing"},
      {"  wheel_radius_m: ", "  wheel_radius_m: 0.05\n  wheel_radius_m: ", "twice"},
      {"wheel_speed_rad_s_max: ", "wheel_speed_rad_s_max: 5 #", "is too low for both"},
      {"velocity_watchdog_ms: ", "velocity_watchdog_ms: 5000 #", "velocity_watchdog_ms must be"},
      {"drive_m_max: ", "drive_m_max: 1000 #", "drive_m_max must be"},
      {"behavior: drive", "behavior: fly", "unknown behavior 'fly'"},
      {"unit: m,", "unit: parsec,", "unknown unit 'parsec'"},
      {"unit: m,", "unit: s,", "no unit of this parameter"},
      {"kind: number, unit: m,", "kind: text, unit: m,", "cannot be a text"},
      {"name: distance_m,", "name: how_far,", "no parameter"},
      {"nonzero: true}", "nonzero: true, required: false}", "needs a required field"},
      {"[\"off\", white", "[\"off\", mauve", "none of the robot's colors"},
      {"    map: ", "    map: {90: -1.57, 90: 1.57} #", "must differ"},
      {"position_rad: ", "position_rad: [1.75] #", "must have 2 numbers"},
      {"    id: 2", "    id: 1", "share an id"},
      {"chassis:", "chassis: 5\nx:", "unknown key 'x'"},
      {"shape: ball", "shape: banana", "none of the robot's shapes"},
  };
  for (const Edit& edit : edits) {
    const auto robot = ParseRobotDescription(Edited(edit.from, edit.to));
    ASSERT_FALSE(robot.ok()) << edit.to;
    EXPECT_NE(robot.error().message().find(edit.message), std::string_view::npos)
        << edit.to << ": " << robot.error().message();
    EXPECT_NE(robot.error().message().find("line "), std::string_view::npos)
        << robot.error().message();
  }
}

TEST(RobotYaml, NonsenseIsAnErrorAndNoCrash) {
  for (const char* text : {"", "[]", "5", "a: [", "chassis: &a {x: *a}", "{{{{", "name: rover"}) {
    EXPECT_FALSE(ParseRobotDescription(text).ok()) << text;
  }
  EXPECT_FALSE(ParseRobotDescription(std::string(kDescriptionBytesMax + 1, ' ')).ok());
  EXPECT_FALSE(ParseRobotDescription(std::string(100000, '[')).ok());
  EXPECT_FALSE(LoadRobotDescription("/nowhere/robot.yaml").ok());
}

// Every prefix of the file: a cut upload must not become another robot that works.
TEST(RobotYaml, ACutFileIsNeverARobotWithFewerLimits) {
  const std::string yaml = RoverYaml();
  const std::size_t skills_at = yaml.find("\nskills:");
  for (std::size_t size = 0; size < skills_at; size += 97) {
    EXPECT_FALSE(ParseRobotDescription(yaml.substr(0, size)).ok()) << size;
  }
}

// Another robot, with other words and units, is a matter of its file.
TEST(RobotYaml, AnotherRobotNeedsNoCode) {
  std::string yaml = RoverYaml();
  yaml.erase(yaml.find("\nskills:"));
  yaml += R"(
skills:
  - name: advance
    behavior: drive
    fields: [{name: centimetres, means: distance_m, kind: number, unit: cm, min: 1, max: 50}]
  - name: halt
    behavior: stop
)";
  const auto robot = ParseRobotDescription(yaml);
  ASSERT_TRUE(robot.ok()) << robot.error().message();
  const auto plan =
      ParsePlan(R"({"steps":[{"do":"advance","centimetres":25},{"do":"halt"}]})", *robot);
  ASSERT_TRUE(plan.ok()) << plan.error().message();
  EXPECT_DOUBLE_EQ(*NumberOf(plan->steps[0], robot->skills[0], Parameter::kDistance), 0.25);
  EXPECT_FALSE(ParsePlan(R"({"steps":[{"do":"drive","distance_m":1}]})", *robot).ok());
}

}  // namespace
}  // namespace ganglion::robot
