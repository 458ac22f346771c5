#pragma once

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {

// Every target is drawn from wide word lists, and now and then from invented words, so that a
// learner copies what it reads. `said` has its article or possessive, `plan` has none and is lower
// case.
Target DrawThing(Rng& rng, const Style& style);     // something to pick up
Target DrawPlace(Rng& rng, const Style& style);     // somewhere to go
Target DrawAnything(Rng& rng, const Style& style);  // something to look for
Target DrawSurface(Rng& rng, const Style& style);   // something to put things on or in
Target DrawLeader(Rng& rng, const Style& style);    // someone or something to follow
Target DrawPerson(Rng& rng, const Style& style);    // someone, never "me"

// A bare noun phrase without article, for reasons and spoken texts: "old ladder".
std::string PlainNoun(Rng& rng);
// "blorp", "tavikom": a word that no list holds.
std::string InventedWord(Rng& rng);

}  // namespace ganglion::learn::english
