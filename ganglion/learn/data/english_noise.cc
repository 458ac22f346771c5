#include <algorithm>
#include <cctype>

#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// One flag per character: true where a target or spoken text stands, which noise must not touch.
std::vector<bool> Protected(const Example& example) {
  std::vector<bool> held(example.text.size(), false);
  const std::string text = Lower(example.text);
  for (const Step& step : example.steps) {
    const std::string words = Lower(step.text);
    if (words.empty()) continue;
    for (std::size_t at = text.find(words); at != std::string::npos;
         at = text.find(words, at + 1)) {
      for (std::size_t i = at; i < at + words.size(); ++i) held[i] = true;
    }
  }
  return held;
}

// What a speech recogniser leaves: lower case, no punctuation but in figures.
std::string AsHeard(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_figure = c == '.' && i + 1 < text.size() && IsDigit(text[i + 1]) &&
                           (i == 0 || IsDigit(text[i - 1]) || text[i - 1] == ' ');
    const bool drops = std::string_view(".,!?;:\"").find(c) != std::string_view::npos && !in_figure;
    if (c == '-' && i > 0 && i + 1 < text.size() && text[i - 1] == ' ' && text[i + 1] == ' ')
      continue;
    if (drops) {
      if (c == '.' && !out.empty() && out.back() != ' ') out += ' ';
      continue;
    }
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return Tidy(out);
}

struct WordAt {
  std::size_t start;
  std::size_t length;
};

std::vector<WordAt> FreeWords(const std::string& text, const std::vector<bool>& held) {
  std::vector<WordAt> words;
  std::size_t i = 0;
  while (i < text.size()) {
    if (!IsLetter(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    bool free = true;
    for (; end < text.size() && (IsLetter(text[end]) || text[end] == '\''); ++end)
      free = free && !held[end];
    if (free) words.push_back({i, end - i});
    i = end;
  }
  return words;
}

// Before a spoken text a filler would become part of it, so only gaps that touch nothing held are
// used, or those in front of a target's article.
void AddFillers(Rng& rng, Example& example) {
  const std::vector<bool> held = Protected(example);
  const bool speaks = std::any_of(example.steps.begin(), example.steps.end(),
                                  [](const Step& step) { return step.kind == Step::Kind::kSay; });
  std::vector<WordAt> words = FreeWords(example.text, held);
  if (words.empty()) return;
  const std::size_t count = 1 + rng.Below(2);
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t at = 0;
    if (!speaks && rng.Chance(0.7)) at = Pick(rng, words).start;
    if (at != 0 && held[at]) continue;
    if (at > 0 && at < example.text.size() && example.text[at - 1] != ' ') continue;
    const std::string filler = Expand(rng,
                                      "(um|uh|er|um|uh|like|you know|well|so|hmm|erm|ah|i mean|ok "
                                      "so|okay|let me see|so um|uh uh)");
    if (filler == "i mean" && at != 0) continue;
    example.text.insert(at, filler + " ");
    return;  // Positions behind have moved; one filler inside is enough.
  }
}

void RepeatWord(Rng& rng, Example& example) {
  const std::vector<bool> held = Protected(example);
  constexpr std::string_view kMayRepeat[] = {"the", "to", "a", "can",   "you", "please",
                                             "and", "my", "i", "could", "for", "then"};
  std::vector<WordAt> words;
  for (const WordAt& word : FreeWords(example.text, held)) {
    const std::string_view text = std::string_view(example.text).substr(word.start, word.length);
    if (std::find(std::begin(kMayRepeat), std::end(kMayRepeat), text) != std::end(kMayRepeat))
      words.push_back(word);
  }
  if (words.empty()) return;
  const WordAt word = Pick(rng, words);
  const std::string twice = example.text.substr(word.start, word.length) + " ";
  example.text.insert(word.start, twice);
}

// "dont", "im"; what the steps copy keeps its apostrophes.
void DropApostrophes(Example& example) {
  const std::vector<bool> held = Protected(example);
  std::string out;
  for (std::size_t i = 0; i < example.text.size(); ++i) {
    if (example.text[i] == '\'' && !held[i]) {
      const bool inside = i > 0 && i + 1 < example.text.size() && IsLetter(example.text[i - 1]) &&
                          IsLetter(example.text[i + 1]);
      if (inside) continue;
    }
    out += example.text[i];
  }
  example.text = out;
}

constexpr std::string_view kKeyRows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};

char KeyBeside(Rng& rng, char c) {
  for (std::string_view row : kKeyRows) {
    const std::size_t at = row.find(c);
    if (at == std::string_view::npos) continue;
    const bool right = at == 0 || (at + 1 < row.size() && rng.Chance(0.5));
    return row[right ? at + 1 : at - 1];
  }
  return c;
}

// A slip of the fingers that leaves the word recognisable.
std::string Misspelled(Rng& rng, std::string word) {
  const std::size_t inner = 1 + rng.Below(word.size() - 2);
  switch (rng.Below(5)) {
    case 0:
    case 1:
      std::swap(word[inner], word[inner + (inner + 1 < word.size() ? 1 : 0)]);
      break;
    case 2:
      word.erase(inner, 1);
      break;
    case 3:
      word.insert(inner, 1, word[inner]);
      break;
    default:
      word[inner] = KeyBeside(rng, word[inner]);
      break;
  }
  return word;
}

// Words whose misspelling could be read as another word or number stay whole.
bool MayMisspell(std::string_view word) {
  if (word.size() < 4) return false;
  constexpr std::string_view kRisky[] = {
      "one",     "two",   "three", "four",   "five",  "six",   "seven",   "eight", "nine",
      "ten",     "teen",  "twent", "thir",   "fort",  "fift",  "hundred", "inch",  "half",
      "quarter", "metre", "meter", "minute", "milli", "centi", "not",     "don't", "never"};
  for (std::string_view part : kRisky) {
    if (word.find(part) != std::string_view::npos &&
        (part.size() > 3 || word.size() == part.size()))
      return part == "quarter" || part == "metre" || part == "meter" || part == "minute" ||
             part == "inch";
  }
  return true;
}

bool IsCommandWord(std::string_view word) {
  constexpr std::string_view kWords[] = {
      "let",  "lift", "left", "light", "right", "stop",  "step",   "drop",  "back",  "pack",
      "look", "took", "lock", "find",  "wait",  "take",  "tale",   "turn",  "torn",  "head",
      "hand", "heat", "open", "pen",   "raise", "lower", "follow", "close", "chose", "feet",
      "feed", "and",  "arm",  "put",   "place", "pick",  "photo",  "say",   "slow",  "last",
      "late", "on",   "off",  "of",    "form",  "from",  "for",    "to",    "too",   "down",
      "done", "up",   "blue", "red",   "green", "white", "write"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// Slips that people make again and again.
struct Slip {
  std::string_view word;
  std::string_view wrong;  // a pattern
};
constexpr Slip kSlips[] = {{"turn", "(trun|tunr|turm|tern|turnn)"},
                           {"left", "(lefft|letf|lfet|elft|leftt|leff)"},
                           {"right", "(rihgt|rigth|rigt|righht|wright|rght)"},
                           {"degrees", "(degress|degres|deegrees|degreees|dgrees|degreed)"},
                           {"degree", "(degre|deegree)"},
                           {"forward", "(foward|forwrad|foreward|farward|forwad|forwerd)"},
                           {"forwards", "(fowards|forwrads|forewards)"},
                           {"backwards", "(backwrads|bakwards|backwords|backwars)"},
                           {"back", "(bakc|bcak|bakk)"},
                           {"photo", "(foto|phtoo|phot|photto|pohto)"},
                           {"picture", "(pictur|picure|pitcure|picutre|piture)"},
                           {"please", "(plese|pleas|pls|plase|pleese|plaese)"},
                           {"gripper", "(griper|grippper|gripepr|griiper)"},
                           {"square", "(sqaure|sqare|squar|squrae)"},
                           {"metres", "(meteres|metrs|mters|metress)"},
                           {"meters", "(metters|metrs|meeters|mters)"},
                           {"seconds", "(secounds|secons|seconsd|sconds|secnds)"},
                           {"minutes", "(minuts|minites|mintues|minuets)"},
                           {"wait", "(wiat|waite|wai|wayt)"},
                           {"light", "(ligth|lihgt|lite|ligt|lightt)"},
                           {"open", "(opne|oepn|opeen)"},
                           {"close", "(clsoe|cloes|colse)"},
                           {"raise", "(rasie|raize|riase|raies)"},
                           {"lower", "(lowr|lwoer|loewr)"},
                           {"the", "(teh|hte|th|thee)"},
                           {"and", "(adn|nad|an|annd)"},
                           {"then", "(thne|tehn|hten|thn)"},
                           {"follow", "(folow|follwo|fallow|foolow)"},
                           {"find", "(fnid|fidn|fynd)"},
                           {"look", "(loook|lok|lokk|olok)"},
                           {"drive", "(drvie|driv|dirve|dryve)"},
                           {"move", "(mvoe|moev|moove)"},
                           {"rotate", "(rotaet|roatate|roate|rottate)"},
                           {"clockwise", "(clokwise|clockwize|clcokwise|clockwsie)"},
                           {"slowly", "(slwoly|slowley|slowy|slowlly)"},
                           {"quickly", "(qiuckly|quikly|quickley|quicky)"},
                           {"camera", "(camra|camera|caemra|cammera)"},
                           {"take", "(tkae|taek|tak)"},
                           {"stop", "(stpo|sotp|stopp)"},
                           {"pick", "(pcik|pikc|pikk)"},
                           {"green", "(gren|grene|geren)"},
                           {"yellow", "(yelow|yellwo|yelllow)"},
                           {"blue", "(bleu|bleue|bule)"},
                           {"white", "(wihte|whtie|whit)"},
                           {"your", "(yuor|yor|ur|youre)"},
                           {"you", "(yuo|u|yu)"},
                           {"half", "(hafl|halff|haf)"},
                           {"quarter", "(qarter|quater|quartre)"},
                           {"centimetres", "(centimters|centimeteres)"},
                           {"slightly", "(slighly|sligthly|slihgtly)"},
                           {"around", "(aroudn|arround|aruond)"},
                           {"say", "(sya|sai)"}};

std::string CommonSlip(Rng& rng, const std::string& word) {
  for (const Slip& slip : kSlips) {
    if (slip.word != word) continue;
    return Expand(rng, slip.wrong);
  }
  return {};
}

void AddTypos(Rng& rng, Example& example) {
  const std::size_t count = rng.Chance(0.5) ? 1 : 2 + rng.Below(3);
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<WordAt> words;
    for (const WordAt& word : FreeWords(example.text, Protected(example))) {
      const std::string text = Lower(example.text.substr(word.start, word.length));
      if (MayMisspell(text) || text == "the" || text == "and" || text == "say")
        words.push_back(word);
    }
    if (words.empty()) return;
    const WordAt at = Pick(rng, words);
    const std::string word = example.text.substr(at.start, at.length);
    std::string wrong = rng.Chance(0.5) ? CommonSlip(rng, Lower(word)) : std::string();
    if (wrong.empty() && word.size() < 4) continue;
    if (wrong.empty()) wrong = Misspelled(rng, word);
    if (wrong.find('\'') != word.find('\'') || IsCommandWord(Lower(wrong))) continue;
    example.text.replace(at.start, at.length, wrong);
  }
}

// Capitals after the ends of sentences, "I", and an end mark.
void Punctuate(Rng& rng, const Style& style, Example& example) {
  std::string& text = example.text;
  const bool question =
      text.starts_with("could") || text.starts_with("can ") || text.starts_with("would") ||
      text.starts_with("will you") || text.starts_with("do you") || text.starts_with("what") ||
      text.starts_with("where") || text.starts_with("how") || text.starts_with("who") ||
      text.starts_with("is ") || text.starts_with("are ") || text.starts_with("why") ||
      text.starts_with("may i");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts =
        i == 0 || (i > 1 && text[i - 1] == ' ' &&
                   (text[i - 2] == '.' || text[i - 2] == '!' || text[i - 2] == '?') &&
                   !(i > 3 && text[i - 3] == '.'));
    const bool pronoun = text[i] == 'i' && (i == 0 || text[i - 1] == ' ') &&
                         (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\'');
    if (starts || pronoun)
      text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
  }
  const char last = text.empty() ? '.' : text.back();
  if (last == '.' || last == '!' || last == '?') return;
  if (question && rng.Chance(0.8))
    text += '?';
  else if (style.voice == Voice::kChild && rng.Chance(0.5))
    text += '!';
  else if (rng.Chance(0.85))
    text += rng.Chance(0.06) ? '!' : '.';
}

}  // namespace

void AddNoise(Rng& rng, const Style& style, Example& example) {
  if (style.voice == Voice::kSpeech) {
    example.text = AsHeard(example.text);
    for (Step& step : example.steps) {
      if (!step.text.empty()) step.text = AsHeard(step.text);
    }
    if (rng.Chance(0.08)) DropApostrophes(example);
    if (rng.Chance(0.3)) AddFillers(rng, example);
    if (rng.Chance(0.05)) RepeatWord(rng, example);
    return;
  }
  if (rng.Chance(0.04)) AddFillers(rng, example);
  const bool typos = rng.Chance(0.07);
  if (typos && rng.Chance(0.4)) DropApostrophes(example);
  if (typos) AddTypos(rng, example);
  const double lower = style.Clipped() ? 0.6 : typos ? 0.5 : 0.12;
  if (rng.Chance(lower)) {
    if (!style.Clipped() && rng.Chance(0.5)) example.text += '.';
    return;
  }
  Punctuate(rng, style, example);
  if (example.text.size() < 40 && rng.Chance(0.015)) {  // Shouted.
    for (char& c : example.text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  if (example.text.ends_with('!') && rng.Chance(0.1)) example.text += rng.Chance(0.5) ? "!" : "!!";
}

}  // namespace ganglion::learn::english
