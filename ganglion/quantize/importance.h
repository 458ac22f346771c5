#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::quantize {

// An importance matrix: how large the activations are that each column of a weight matrix meets, as
// programs of the field measure it over a text. Both forms are read: the old binary file of names
// and sums, and the GGUF file with NAME.in_sum2 and NAME.counts. Immutable; any thread.
class Importance {
 public:
  static Result<Importance> Read(const std::string& path);
  static Result<Importance> Parse(std::span<const std::byte> bytes);

  // Mean squares: one for each column of the tensor, or of each of its experts in turn. Empty where
  // nothing was measured.
  std::span<const float> Find(std::string_view tensor) const;
  std::size_t size() const { return entries_.size(); }

 private:
  std::map<std::string, std::vector<float>, std::less<>> entries_;
};

}  // namespace ganglion::quantize
