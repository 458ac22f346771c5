#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ganglion::grammar {

// What a grammar leaves out of its schema, each once: "#/a/b: the keyword ... because".
struct LeftOut {
  std::vector<std::string> all = {};
  std::vector<std::string> unjudged = {};  // of these, what the validator cannot judge either

  void Add(std::string what, bool can_be_judged) {
    if (std::find(all.begin(), all.end(), what) != all.end()) return;
    if (!can_be_judged) unjudged.push_back(what);
    all.push_back(std::move(what));
  }
};

}  // namespace ganglion::grammar
