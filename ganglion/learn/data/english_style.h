#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/rng.h"
#include "ganglion/learn/data/example.h"

namespace ganglion::learn::english {

// Who speaks. It decides the wording, how numbers are said, and the noise laid over the text.
enum class Voice {
  kPlain,
  kPolite,
  kChild,
  kElderly,
  kOffice,
  kTerse,
  kTechnician,
  kNonnative,
  kSpeech
};

struct Style {
  Voice voice = Voice::kPlain;
  double number_words = 0.5;  // how often a number is said in words
  bool articles = true;       // off: "go to table"

  bool Clipped() const { return voice == Voice::kTerse || voice == Voice::kTechnician; }
};

// A piece of an instruction that asks for its own steps. In the form that can be reused anywhere it
// is imperative: `adverb` ("slowly", may be empty), then `text` that begins with a verb's base
// form.
struct Clause {
  enum class Form {
    kImperative,  // "turn left": can be conjugated and put into any frame
    kFragment,    // "lights off", "fwd 2 m": only in lists and alone
    kSentence,    // "the lamp should be red": a sentence of its own
  };
  std::string text;
  std::vector<Step> steps;
  Form form = Form::kImperative;
  std::string adverb;
  bool open_end = false;  // ends in spoken words without quotation marks: nothing may follow

  std::string Imperative() const { return adverb.empty() ? text : adverb + " " + text; }
  std::string Gerund() const;      // "slowly turning left"
  std::string Participle() const;  // "slowly turned left"
};

// A thing or place as it is said ("the red ball") and as the plan names it ("red ball").
struct Target {
  std::string said;
  std::string plan;
  const char* pronoun = "it";
};

// What was named earlier in the instruction, for pronouns.
struct Scene {
  std::optional<Target> thing;  // the last thing or being a pronoun can mean
  std::optional<Target> place;  // the last place "there" can mean
  bool holding = false;
};

// "turn" -> "turning", "turned"; only the first word of the text changes.
std::string Gerund(std::string_view text);
std::string Participle(std::string_view text);

std::string Lower(std::string_view text);
std::string Capitalized(std::string_view text);

// The parts of a list written "a|b|c".
std::vector<std::string_view> Split(std::string_view list);

}  // namespace ganglion::learn::english
