// Any bytes: an importance matrix of numbers of 0 or more, or an error.

#include <cmath>
#include <cstdint>

#include "ganglion/base/check.h"
#include "ganglion/quantize/importance.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto importance =
      ganglion::quantize::Importance::Parse({reinterpret_cast<const std::byte*>(data), size});
  if (!importance.ok()) {
    GN_CHECK(!importance.error().message().empty());
    return 0;
  }
  for (const float value : importance->Find("a")) GN_CHECK(std::isfinite(value) && value >= 0.0f);
  return 0;
}
