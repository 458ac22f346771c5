#include "ganglion/robot/sense/place_map.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "ganglion/robot/sense/limits.h"

namespace ganglion::robot::sense {
namespace {

Status Bad(std::size_t index, const std::string& what) {
  return Status(Code::kInvalidArgument, "map: place " + std::to_string(index + 1) + ": " + what);
}

Result<double> Coordinate(const nlohmann::json& place, std::size_t index, const char* key) {
  const auto found = place.find(key);
  if (found == place.end() || !found->is_number()) {
    return Bad(index, std::string("'") + key + "' must be a number of metres");
  }
  const double value = found->get<double>();
  if (!(std::abs(value) <= kMapReach_m)) {
    return Bad(index, std::string("'") + key + "' is beyond 1000 m");
  }
  return value;
}

}  // namespace

Result<std::vector<Place>> ParsePlaceMap(std::string_view json,
                                         const RobotDescription& description) {
  if (json.size() > kMapBytesMax) return Status(Code::kInvalidArgument, "map: above 256 KiB");
  const nlohmann::json root = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("places") || !root["places"].is_array()) {
    return Status(Code::kInvalidArgument, "map: not JSON with a list 'places'");
  }
  const nlohmann::json& list = root["places"];
  if (list.size() > kPlacesMax) return Status(Code::kInvalidArgument, "map: above 24 places");
  std::vector<Place> places;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const nlohmann::json& entry = list[i];
    if (!entry.is_object() || !entry.contains("thing") || !entry["thing"].is_string()) {
      return Bad(i, "'thing' must be the name of a thing");
    }
    const std::string name = entry["thing"].get<std::string>();
    const auto thing = std::ranges::find(description.things, name, &ThingDescription::name);
    if (thing == description.things.end()) {
      return Bad(i, "'" + name + "' is none of the robot's things");
    }
    Place place;
    place.thing = static_cast<std::int16_t>(std::distance(description.things.begin(), thing));
    if (std::ranges::find(places, place.thing, &Place::thing) != places.end()) {
      return Bad(i, "'" + name + "' stands twice in the map");
    }
    GN_ASSIGN_OR_RETURN(place.x_m, Coordinate(entry, i, "x_m"));
    GN_ASSIGN_OR_RETURN(place.y_m, Coordinate(entry, i, "y_m"));
    places.push_back(place);
  }
  return places;
}

Result<std::vector<Place>> LoadPlaceMap(const std::string& path,
                                        const RobotDescription& description) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kNotFound, "map: cannot open " + path);
  std::string text(kMapBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto places = ParsePlaceMap(text, description);
  if (!places.ok()) return std::move(places).error().WithContext(path);
  return places;
}

void AddPlaces(const std::vector<Place>& places, const RobotDescription& description,
               Observation& observation) {
  for (const Place& place : places) {
    if (observation.object_count >= kObjectsMax) return;
    const ThingDescription& thing = description.things[static_cast<std::size_t>(place.thing)];
    DetectedObject object;
    object.thing = place.thing;
    object.color = thing.color;
    object.shape = thing.shape;
    object.position = ToLocal(observation.pose, {place.x_m, place.y_m, thing.height_m});
    object.bearing_rad = std::atan2(object.position.y_m, object.position.x_m);
    object.range_m = std::hypot(object.position.x_m, object.position.y_m);
    object.confidence = 1.0;
    observation.objects[observation.object_count++] = object;
  }
}

}  // namespace ganglion::robot::sense
