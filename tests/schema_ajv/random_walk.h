#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/rng.h"
#include "ganglion/grammar/grammar.h"

namespace ganglion::testing {

// All bytes, and pieces of JSON of several bytes, whose borders fall anywhere.
std::shared_ptr<const grammar::Vocabulary> RandomVocabulary(Rng& rng);

struct Walk {
  enum class End : std::uint8_t {
    kComplete,
    kTooLong,     // no end within the steps of a walk
    kDeadEnd,     // no token is allowed
    kWrongMask,   // mask and Accept disagree about a token
    kWrongForce,  // what is forced is not taken
  };
  End end = End::kTooLong;
  std::string text;
};

// Tokens at random among those that the mask allows, drawn towards an end the longer it takes.
Walk WalkAtRandom(std::shared_ptr<const grammar::Grammar> grammar,
                  const std::shared_ptr<const grammar::Vocabulary>& vocabulary, Rng& rng);

}  // namespace ganglion::testing
