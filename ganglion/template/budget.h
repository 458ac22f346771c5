#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/base/status.h"
#include "ganglion/template/limits.h"
#include "ganglion/template/value.h"

namespace ganglion::jinja {

// What one rendering may still use. Asked before the work is done, so that no single operation can
// be large either.
class Budget {
 public:
  Status Spend(std::uint64_t steps);
  Status Iterate();
  Status Make(std::uint64_t bytes);
  // Looking at all of the value.
  Status Walk(const Value& value) { return Spend(Weight(value)); }
  Status Append(std::string_view piece, std::string& out);
  Result<Value> Text(std::string text);
  // Refuses lists that are nested too deeply, too.
  Result<Value> List(std::vector<Value> items, bool is_tuple = false);

 private:
  std::uint64_t steps_left_ = kStepsMax;
  std::uint64_t iterations_left_ = kLoopIterationsMax;
  std::uint64_t bytes_left_ = kBytesMadeMax;
};

}  // namespace ganglion::jinja
