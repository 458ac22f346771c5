#pragma once

#include <map>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// The sets of texts that the patterns and formats of one document name, each compiled once. One
// thread; references stay valid as long as it lives.
class Languages {
 public:
  explicit Languages(Work& work) : work_(work) {}

  Result<const Dfa*> Pattern(const std::string& pattern);  // a match anywhere
  // AnyText() for a name that the standard does not define.
  Result<const Dfa*> Format(const std::string& name);

 private:
  Work& work_;
  std::map<std::string, Dfa> patterns_;
  std::map<std::string, Dfa> formats_;
};

}  // namespace ganglion::grammar
