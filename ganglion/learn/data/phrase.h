#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "ganglion/base/rng.h"

namespace ganglion::learn {

// A value for each `$name` of a pattern. The value is a copy, so that a list of slots may be kept
// in a variable although its values were temporaries.
struct Slot {
  Slot(std::string_view slot_name, std::string_view slot_value)
      : name(slot_name), value(slot_value) {}

  std::string_view name;
  std::string value;
};
using Slots = std::initializer_list<Slot>;

// Writes one random reading of a pattern:
//   (a|b|c)   one of the alternatives, each as likely; an alternative may be empty, and may nest
//   [a]       `a` or nothing, each as likely
//   $name     the value of a slot; letters, digits and _ belong to the name, ${name} ends it early
// Everything else stands for itself. Slot values are not expanded again. A malformed pattern or an
// unknown slot is a mistake in the generator and stops the process.
//
//   Expand(rng, "[please ](go|drive|move) (forward|ahead) $distance", {{"distance", "two metres"}})
std::string Expand(Rng& rng, std::string_view pattern, Slots slots = {});

template <class T, std::size_t kSize>
const T& Pick(Rng& rng, const T (&items)[kSize]) {
  return items[rng.Below(kSize)];
}
template <class Container>
const auto& Pick(Rng& rng, const Container& items) {
  return items[rng.Below(items.size())];
}

// Folds runs of spaces into one, drops spaces at the ends and before , . ! ? ;
std::string Tidy(std::string_view text);

}  // namespace ganglion::learn
