#include "ganglion/robot/sense/place_map.h"

#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/robot/world/rover_test.h"

namespace ganglion::robot::sense {
namespace {

class PlaceMapTest : public ::testing::Test {
 protected:
  std::string ErrorOf(const std::string& json) const {
    const auto places = ParsePlaceMap(json, rover_);
    return places.ok() ? "accepted" : std::string(places.error().message());
  }

  RobotDescription rover_ = Rover();
};

TEST_F(PlaceMapTest, TheRoomOfTheTreeKnowsEveryPlaceOfTheRover) {
  const auto places = LoadPlaceMap(std::string(GANGLION_SOURCE_DIR) + "/robots/room.json", rover_);
  ASSERT_TRUE(places.ok()) << places.error().message();
  std::size_t colorless = 0;
  for (const ThingDescription& thing : rover_.things) colorless += thing.color == kNoColor;
  EXPECT_EQ(places->size(), colorless);
}

TEST_F(PlaceMapTest, PlacesAreSeenFromWhereTheRoverIs) {
  const auto places =
      ParsePlaceMap(R"({"places":[{"thing":"table","x_m":2.0,"y_m":1.0}]})", rover_);
  ASSERT_TRUE(places.ok());
  Observation observation;
  observation.pose = {.x_m = 2.0, .y_m = -1.0, .heading_rad = std::numbers::pi / 2};
  AddPlaces(*places, rover_, observation);
  ASSERT_EQ(observation.object_count, 1);
  EXPECT_NEAR(observation.objects[0].range_m, 2.0, 1e-9);
  EXPECT_NEAR(observation.objects[0].bearing_rad, 0.0, 1e-9);
  EXPECT_EQ(rover_.things[static_cast<std::size_t>(observation.objects[0].thing)].name, "table");
}

TEST_F(PlaceMapTest, AFullObservationTakesNoMore) {
  const auto places =
      ParsePlaceMap(R"({"places":[{"thing":"table","x_m":2.0,"y_m":1.0}]})", rover_);
  ASSERT_TRUE(places.ok());
  Observation observation;
  observation.object_count = kObjectsMax;
  AddPlaces(*places, rover_, observation);
  EXPECT_EQ(observation.object_count, kObjectsMax);
}

TEST_F(PlaceMapTest, BadMapsAreRefusedByPlaceAndKey) {
  EXPECT_NE(ErrorOf("{").find("not JSON"), std::string::npos);
  EXPECT_NE(ErrorOf("[]").find("places"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"places":[{"thing":"moon","x_m":0,"y_m":0}]})").find("'moon'"),
            std::string::npos);
  EXPECT_NE(ErrorOf(R"({"places":[{"thing":"table","y_m":0}]})").find("'x_m'"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"places":[{"thing":"table","x_m":1e9,"y_m":0}]})").find("1000 m"),
            std::string::npos);
  EXPECT_NE(ErrorOf(R"({"places":[{"thing":"table","x_m":1,"y_m":0},
                                  {"thing":"table","x_m":1,"y_m":0}]})")
                .find("place 2: 'table' stands twice"),
            std::string::npos);
  EXPECT_NE(ErrorOf(std::string(300'000, ' ')).find("256 KiB"), std::string::npos);
  EXPECT_EQ(LoadPlaceMap("/nowhere/room.json", rover_).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace ganglion::robot::sense
