#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::learn {

struct DataOptions {
  std::string out;
  std::size_t examples = 0;
  double chinese_share = 0.45;
  std::uint64_t seed = 1;
  // A file of fingerprints, one a line, of texts that must not occur in the data: the sets that
  // measure the model. May be empty.
  std::string exclude = "";
};

// 16 hexadecimal digits that stand for a text whatever its case, punctuation and white space.
std::string Fingerprint(std::string_view text);

// Writes training examples as lines of {"text", "plan", "kind"}, none twice and none of the
// excluded texts (compared without case, punctuation and white space). Prints how many of each kind
// there are. The same options give the same file, byte for byte.
Status WriteData(const DataOptions& options);

}  // namespace ganglion::learn
