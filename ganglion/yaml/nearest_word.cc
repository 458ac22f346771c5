#include <algorithm>
#include <array>

#include "ganglion/yaml/limits.h"
#include "ganglion/yaml/section.h"

namespace ganglion::yaml {
namespace {

// Letters to put in, leave out, replace or swap with their neighbour to make one of the other.
// Both have at most kKeyBytesMax bytes.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kKeyBytesMax + 1>;
  Row before_last = {};
  Row last = {};
  Row row = {};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string_view NearestWord(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > kKeyBytesMax) return {};
  std::string_view nearest;
  std::size_t distance_min = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kKeyBytesMax) continue;
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < distance_min) {
      distance_min = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace ganglion::yaml
