#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/rng.h"

namespace ganglion::learn::chinese {

// Words of one kind, written in the source as one text with white space between them. Immutable
// once made; any thread may read.
class WordList {
 public:
  explicit WordList(std::string_view words);

  const std::string& Draw(Rng& rng) const { return words_[rng.Below(words_.size())]; }
  std::size_t size() const { return words_.size(); }

 private:
  std::vector<std::string> words_;
};

const WordList& Things();      // what a gripper can lift
const WordList& Surfaces();    // things one can put something on (上), or drive to
const WordList& Containers();  // things one can put something into (里), or drive to
const WordList& Places();      // rooms and spots one can drive to
const WordList& People();      // persons as they are called
const WordList& Animals();
const WordList& Vehicles();  // what moves and can be followed

// One of the 3755 most common characters (GB 2312, level 1), each as likely.
std::string_view AnyCharacter(Rng& rng);

}  // namespace ganglion::learn::chinese
