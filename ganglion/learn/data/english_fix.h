#pragma once

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {

// Two clauses that differ in one part: what was said first and what is meant. From it come
// corrections ("turn left, no, right") and contrasts ("turn right, not left").
struct Fix {
  std::string wrong;        // "turn left"
  std::string right;        // "turn right", by the same words
  std::string wrong_part;   // "left"
  std::string right_part;   // "right"
  std::vector<Step> steps;  // of what is meant
  const char* topic = "";   // "direction", "amount", "target" ...
  bool open_end = false;
  bool part_fits = true;  // the part can stand alone behind "no,"
};

Fix DrawFix(Rng& rng, const Style& style);

}  // namespace ganglion::learn::english
