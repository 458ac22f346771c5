#pragma once

#include <string>

#include "ganglion/base/rng.h"

namespace ganglion::learn::chinese {

// What the robot shall say, without marks at its end so that the same words fit between quotation
// marks and without them: greetings, announcements, thanks, questions, English, sentences that
// sound like commands, and words that mean nothing.
std::string DrawSpeech(Rng& rng);

// Chinese only and without any comma: it can stand in running text.
std::string DrawShortSpeech(Rng& rng);

std::string DrawEnglishSpeech(Rng& rng);

}  // namespace ganglion::learn::chinese
