#include "ganglion/learn/data/english_style.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ganglion::learn::english {
namespace {

struct Irregular {
  std::string_view base;
  std::string_view gerund;
  std::string_view participle;
};

constexpr Irregular kIrregular[] = {
    {"go", "going", "gone"},
    {"drive", "driving", "driven"},
    {"take", "taking", "taken"},
    {"put", "putting", "put"},
    {"set", "setting", "set"},
    {"come", "coming", "come"},
    {"spin", "spinning", "spun"},
    {"swing", "swinging", "swung"},
    {"let", "letting", "let"},
    {"shut", "shutting", "shut"},
    {"find", "finding", "found"},
    {"get", "getting", "got"},
    {"grab", "grabbing", "grabbed"},
    {"drop", "dropping", "dropped"},
    {"say", "saying", "said"},
    {"tell", "telling", "told"},
    {"stop", "stopping", "stopped"},
    {"make", "making", "made"},
    {"do", "doing", "done"},
    {"give", "giving", "given"},
    {"hold", "holding", "held"},
    {"run", "running", "run"},
    {"bring", "bringing", "brought"},
    {"keep", "keeping", "kept"},
    {"pan", "panning", "panned"},
    {"shoot", "shooting", "shot"},
    {"snap", "snapping", "snapped"},
    {"leave", "leaving", "left"},
    {"lay", "laying", "laid"},
    {"stick", "sticking", "stuck"},
    {"pop", "popping", "popped"},
    {"sit", "sitting", "sat"},
    {"stay", "staying", "stayed"},
    {"stand", "standing", "stood"},
    {"speak", "speaking", "spoken"},
    {"read", "reading", "read"},
    {"creep", "creeping", "crept"},
    {"hang", "hanging", "hung"},
    {"grip", "gripping", "gripped"},
    {"spot", "spotting", "spotted"},
    {"swivel", "swivelling", "swivelled"},
    {"travel", "travelling", "travelled"},
    {"trail", "trailing", "trailed"},
    {"tail", "tailing", "tailed"},
    {"halt", "halting", "halted"},
    {"begin", "beginning", "begun"},
    {"shed", "shedding", "shed"},
    {"tag", "tagging", "tagged"},
    {"plug", "plugging", "plugged"},
    {"position", "positioning", "positioned"},
    {"hunt", "hunting", "hunted"},
    {"deposit", "depositing", "deposited"},
    {"centre", "centring", "centred"},
    {"re-centre", "re-centring", "re-centred"},
    {"seek", "seeking", "sought"},
    {"undo", "undoing", "undone"},
    {"back", "backing", "backed"},
    {"slip", "slipping", "slipped"},
    {"scan", "scanning", "scanned"},
    {"tilt", "tilting", "tilted"},
    {"dip", "dipping", "dipped"},
    {"nip", "nipping", "nipped"},
    {"swap", "swapping", "swapped"},
    {"see", "seeing", "seen"},
    {"unclip", "unclipping", "unclipped"},
    {"whisper", "whispering", "whispered"},
    {"be", "being", "been"},
    {"cut", "cutting", "cut"},
    {"have", "having", "had"},
};

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

enum class Ending { kGerund, kParticiple };

std::string Conjugated(std::string_view text, Ending ending) {
  // "go and find" bends both verbs; "go get" bends only the second, without the first.
  if (text.starts_with("go and ")) {
    return Conjugated("go", ending) + " and " + Conjugated(text.substr(7), ending);
  }
  for (std::string_view plain : {"go pick", "go get", "go find", "go look"}) {
    if (text.starts_with(plain)) return Conjugated(text.substr(3), ending);
  }
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view verb = text.substr(0, space);
  const std::string_view rest = text.substr(space);
  for (const Irregular& entry : kIrregular) {
    if (entry.base != verb) continue;
    return std::string(ending == Ending::kGerund ? entry.gerund : entry.participle) +
           std::string(rest);
  }
  std::string word(verb);
  const bool silent_e = word.size() > 2 && word.back() == 'e' && word[word.size() - 2] != 'e';
  if (ending == Ending::kGerund) {
    if (silent_e) word.pop_back();
    word += "ing";
  } else if (!word.empty() && word.back() == 'e') {
    word += 'd';
  } else if (word.size() > 2 && word.back() == 'y' && !IsVowel(word[word.size() - 2])) {
    word.back() = 'i';
    word += "ed";
  } else {
    word += "ed";
  }
  return word + std::string(rest);
}

}  // namespace

std::string Gerund(std::string_view text) { return Conjugated(text, Ending::kGerund); }
std::string Participle(std::string_view text) { return Conjugated(text, Ending::kParticiple); }

std::string Clause::Gerund() const {
  const std::string verb = english::Gerund(text);
  return adverb.empty() ? verb : adverb + " " + verb;
}

std::string Clause::Participle() const {
  const std::string verb = english::Participle(text);
  return adverb.empty() ? verb : adverb + " " + verb;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string Capitalized(std::string_view text) {
  std::string out(text);
  if (!out.empty()) {
    out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  }
  return out;
}

std::vector<std::string_view> Split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t bar = list.find('|');
    parts.push_back(list.substr(0, bar));
    if (bar == std::string_view::npos) return parts;
    list.remove_prefix(bar + 1);
  }
}

}  // namespace ganglion::learn::english
