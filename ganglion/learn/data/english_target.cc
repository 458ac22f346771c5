#include "ganglion/learn/data/english_target.h"

#include <algorithm>

#include "ganglion/learn/data/english_nouns.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

std::string Word(Rng& rng, const std::vector<std::string_view>& list) {
  return std::string(Pick(rng, list));
}

bool StartsWithVowel(std::string_view text) {
  return !text.empty() && std::string_view("aeiou").find(text[0]) != std::string_view::npos;
}

// An adjective group with a space behind it, or nothing.
std::string Modifier(Rng& rng, double share) {
  if (!rng.Chance(share)) return {};
  switch (rng.Below(12)) {
    case 0:
    case 1:
    case 2:
      return Word(rng, Colours()) + " ";
    case 3:
    case 4:
      return Word(rng, Adjectives()) + " ";
    case 5:
      return Word(rng, Superlatives()) + " ";
    case 6:
    case 7:
      return Word(rng, Materials()) + " ";
    case 8:
      return Word(rng, Adjectives()) + " " + Word(rng, Colours()) + " ";
    case 9:
      return Word(rng, Colours()) + " " + Word(rng, Materials()) + " ";
    case 10:
      return InventedWord(rng) + " ";
    default:
      return Word(rng, Adjectives()) + " ";
  }
}

std::string InnerNoun(Rng& rng) {
  const auto& list = rng.Chance(0.55) ? BigThings() : rng.Chance(0.5) ? Places() : Surfaces();
  return Modifier(rng, 0.2) + Word(rng, list);
}

// " next to the radiator", " with the broken lid": what tells one thing from another.
std::string Description(Rng& rng) {
  switch (rng.Below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return Expand(
          rng,
          " (next to|beside|by|behind|under|underneath|near|in front of|opposite|close to|"
          "on top of|to the left of|to the right of|against|below|above|beneath) "
          "(the|the|the|my|your|our) $n",
          {{"n", InnerNoun(rng)}});
    case 4:
    case 5:
    case 6:
      return Expand(rng, " (on|on|on|in|in|from|inside|at) (the|the|the|the|my|our) $n",
                    {{"n", InnerNoun(rng)}});
    case 7:
      return Expand(rng, " in the $n", {{"n", Word(rng, Places())}});
    case 8:
      return Expand(rng, " with the $a$n", {{"a", Modifier(rng, 0.6)}, {"n", Word(rng, Parts())}});
    case 9: {
      const std::string adjective = Modifier(rng, 0.7);
      return Expand(rng, " with (a|one|no|two) $a$n",
                    {{"a", adjective}, {"n", Word(rng, Parts())}});
    }
    case 10:
      return " with " + Word(rng, Colours()) + " " + Word(rng, Parts());
    case 11:
      return Expand(rng,
                    " (in the corner|in the middle|on the left|on the right|on the floor|on the "
                    "ground|at the back|"
                    "at the front|by the door|by the window|over there|outside|upstairs|in the "
                    "hall|at the end of the corridor|"
                    "on the left-hand side|in the next room|on the wall|at the far end|near the "
                    "exit|in the top drawer|"
                    "on the bottom shelf|in the garden|on the second shelf|in the back row|from "
                    "yesterday|for the guests)");
    case 12:
      return Expand(rng, " between the $a and the $b",
                    {{"a", InnerNoun(rng)}, {"b", InnerNoun(rng)}});
    case 13:
      return Expand(rng,
                    " (marked|labelled|with the number|number|labeled|with the letter) "
                    "(1|2|3|5|7|12|40|a|b|x|seven|three|nine)");
    case 14:
      return Expand(rng,
                    " (that is|which is|that's|lying|standing|hanging|leaning|sitting) "
                    "(on|under|behind|next to|in|by) the $n",
                    {{"n", InnerNoun(rng)}});
    default:
      return Expand(rng, " (of|for|belonging to|from) $n", {{"n", Word(rng, Names())}});
  }
}

// Puts an article or possessive before a noun phrase; the plan keeps the phrase alone.
Target Determined(Rng& rng, const Style& style, const std::string& phrase, bool owned) {
  Target target;
  target.plan = Lower(phrase);
  const std::string article = StartsWithVowel(phrase) ? "an " : "a ";
  const std::size_t form = rng.Below(100);
  if (!style.articles)
    target.said = phrase;
  else if (form < 68)
    target.said = "the " + phrase;
  else if (form < 86 && owned)
    target.said = Expand(rng, "(my|my|my|my|your|his|her|our|their|its) ") + phrase;
  else if (form < 92)
    target.said = Expand(rng, "(this|that|that|this) ") + phrase;
  else if (form < 97 || !owned)
    target.said = (rng.Chance(0.6) ? "the " : article) + phrase;
  else
    target.said = article + phrase;
  return target;
}

bool Plural(std::string_view noun) {
  constexpr std::string_view kPlurals[] = {
      "keys",      "glasses",    "scissors",  "headphones", "sunglasses", "goggles",
      "pliers",    "spectacles", "tweezers",  "earphones",  "dentures",   "pyjamas",
      "secateurs", "scales",     "stairs",    "twins",      "children",   "kids",
      "guests",    "visitors",   "defenders", "needles"};
  for (std::string_view plural : kPlurals) {
    if (noun.ends_with(plural)) return true;
  }
  return false;
}

// The shape all descriptive targets share; `heads` gives the noun.
Target Described(Rng& rng, const Style& style, const std::vector<std::string_view>& heads,
                 double owned) {
  std::string noun = rng.Chance(0.05) ? InventedWord(rng) : Word(rng, heads);
  if (rng.Chance(0.06)) noun = Word(rng, SmallThings()) + " " + noun;
  const double modifiers = style.voice == Voice::kTerse ? 0.35 : 0.45;
  std::string phrase = Modifier(rng, modifiers) + noun;
  const bool described = rng.Chance(style.Clipped() ? 0.15 : 0.22);
  if (described) phrase += Description(rng);
  Target target = Determined(rng, style, phrase, rng.Chance(owned));
  if (Plural(noun)) target.pronoun = "them";
  if (Plural(noun) && (target.said.starts_with("a ") || target.said.starts_with("an "))) {
    target.said = "the " + phrase;
  }
  return target;
}

Target Named(Rng& rng) {
  const std::string name = Word(rng, rng.Chance(0.7) ? Names() : Relatives());
  return {name, Lower(name), rng.Chance(0.5) ? "him" : "her"};
}

// "Anna's desk", "Grandpa's chair"
Target OwnedByName(Rng& rng, const std::vector<std::string_view>& heads) {
  const std::string name = Word(rng, rng.Chance(0.75) ? Names() : Relatives());
  const std::string said = name + "'s " + Modifier(rng, 0.25) + Word(rng, heads);
  return {said, Lower(said), "it"};
}

// "my wife's handbag": the possessive in front goes, the other stays.
Target OwnedByRelative(Rng& rng, const std::vector<std::string_view>& heads) {
  const std::string phrase = Word(rng, People()) + "'s " + Modifier(rng, 0.2) + Word(rng, heads);
  return {Expand(rng, "(my|the|the|our|her|his) ") + phrase, Lower(phrase), "it"};
}

// "dock 3", "room 12b", "bay seven"
Target NumberedPlace(Rng& rng, const Style& style) {
  std::string said = Word(rng, Numbered()) + " ";
  switch (rng.Below(8)) {
    case 0:
      said += Expand(rng, "(A|B|C|D|E|F|X|a|b|c)");
      break;
    case 1:
      said += std::to_string(1 + rng.Below(40)) + Expand(rng, "(a|b|c|A|B)");
      break;
    case 2:
      said += Expand(rng, "(A|B|C|D|H|K)") + std::to_string(1 + rng.Below(30));
      break;
    case 3:
      said += NumberWords(rng, static_cast<int>(1 + rng.Below(20)), style);
      break;
    case 4:
      said += std::to_string(100 + rng.Below(900));
      break;
    default:
      said += std::to_string(1 + rng.Below(20));
      break;
  }
  if (rng.Chance(0.06))
    said = "number " + std::to_string(1 + rng.Below(20)) + " " + Word(rng, Numbered());
  if (rng.Chance(0.08)) return {"the " + said, Lower(said), "it"};
  return {rng.Chance(0.2) ? Capitalized(said) : said, Lower(said), "it"};
}

}  // namespace

Target DrawThing(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 86) return Described(rng, style, SmallThings(), 0.6);
  if (form < 91) return OwnedByName(rng, SmallThings());
  if (form < 93) return OwnedByRelative(rng, SmallThings());
  return Described(rng, style, rng.Chance(0.5) ? BigThings() : Surfaces(), 0.4);
}

Target DrawPlace(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 36) {
    const std::string place = Word(rng, Places());
    return Determined(rng, style, Modifier(rng, 0.12) + place, rng.Chance(0.15));
  }
  if (form < 62) return Described(rng, style, BigThings(), 0.3);
  if (form < 68) return Described(rng, style, Places(), 0.2);
  if (form < 78) return NumberedPlace(rng, style);
  if (form < 83) return OwnedByName(rng, rng.Chance(0.5) ? BigThings() : Places());
  if (form < 85) return OwnedByRelative(rng, BigThings());
  if (form < 92) return DrawPerson(rng, style);
  return Described(rng, style, SmallThings(), 0.4);
}

Target DrawAnything(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 55) return DrawThing(rng, style);
  if (form < 75) return DrawPlace(rng, style);
  if (form < 85) return DrawPerson(rng, style);
  return Described(rng, style, Animals(), 0.5);
}

Target DrawSurface(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 76) return Described(rng, style, Surfaces(), 0.3);
  if (form < 84) return Described(rng, style, BigThings(), 0.3);
  if (form < 90) return NumberedPlace(rng, style);
  if (form < 95) return OwnedByName(rng, Surfaces());
  return Described(rng, style, SmallThings(), 0.3);
}

Target DrawPerson(Rng& rng, const Style& style) {
  if (rng.Chance(0.4)) return Named(rng);
  Target target = Described(rng, style, People(), 0.5);
  if (std::string_view(target.pronoun) == "it") target.pronoun = rng.Chance(0.5) ? "him" : "her";
  return target;
}

Target DrawLeader(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(100);
  if (form < 25) return {"me", "me", "me"};
  if (form < 60) return DrawPerson(rng, style);
  if (form < 75) return Described(rng, style, Animals(), 0.5);
  if (form < 95) return Described(rng, style, Movers(), 0.3);
  return DrawThing(rng, style);
}

std::string PlainNoun(Rng& rng) {
  const auto& list = rng.Chance(0.45)  ? SmallThings()
                     : rng.Chance(0.5) ? BigThings()
                     : rng.Chance(0.5) ? Places()
                                       : Movers();
  return Modifier(rng, 0.3) + Word(rng, list);
}

std::string InventedWord(Rng& rng) {
  std::string word;
  const std::size_t syllables = 1 + rng.Below(3);
  for (std::size_t i = 0; i < syllables; ++i) {
    word +=
        Expand(rng,
               "(b|d|f|g|h|j|k|l|m|n|p|r|s|t|v|w|z|br|ch|cl|dr|fl|gr|kr|pl|qu|sh|sk|st|str|th|tr|)"
               "(a|e|i|o|u|a|e|i|o|u|ai|ee|oo|ou|y)");
  }
  word += Expand(rng, "(b|d|ck|l|m|n|p|r|s|t|x|nd|rt|st|ng|sh|)");
  constexpr std::string_view kTaken[] = {"this", "that", "his",   "her",   "its",
                                         "our",  "the",  "their", "these", "those",
                                         "some", "them", "then",  "it",    "not"};
  const bool taken = std::find(std::begin(kTaken), std::end(kTaken), word) != std::end(kTaken);
  return taken || word.size() < 3 ? word + "lo" : word;
}

}  // namespace ganglion::learn::english
