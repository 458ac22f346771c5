#pragma once

#include <cmath>

#include <nlohmann/json.hpp>

namespace ganglion::robot {

// A finite number as JSON, whole ones without a fraction: 10, not 10.0.
inline nlohmann::ordered_json JsonNumber(double value) {
  if (std::abs(value) < 1e15 && value == std::trunc(value)) return static_cast<long long>(value);
  return value;
}

}  // namespace ganglion::robot
