#include "ganglion/learn/vocabulary.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "ganglion/base/concat.h"

namespace ganglion::learn {
namespace {

constexpr std::size_t kCharacterCountMin = 8;  // a rarer character stays a sequence of bytes

constexpr std::string_view kPlanParts[] = {
    R"({"steps":[)",
    R"(]})",
    R"(},)",
    R"(}]})",
    R"("},)",
    R"("}]})",
    R"({"do":"drive","distance_m":)",
    R"(,"speed_mps":)",
    R"({"do":"turn","angle_deg":)",
    R"(,"rate_dps":)",
    R"({"do":"look","pan_deg":)",
    R"(,"tilt_deg":)",
    R"({"do":"grip","opening_pct":)",
    R"({"do":"arm","height_pct":)",
    R"({"do":"goto","target":")",
    R"({"do":"find","target":")",
    R"({"do":"pick","target":")",
    R"({"do":"place","target":")",
    R"({"do":"follow","target":")",
    R"(","seconds":)",
    R"({"do":"photo")",
    R"({"do":"stop")",
    R"({"do":"light","color":"off)",
    R"({"do":"light","color":"white)",
    R"({"do":"light","color":"red)",
    R"({"do":"light","color":"green)",
    R"({"do":"light","color":"blue)",
    R"({"do":"light","color":"yellow)",
    R"({"do":"say","text":")",
    R"({"do":"wait","seconds":)",
};

// The character that stands for a byte in the texts of a byte-level vocabulary (GPT-2's table).
std::string StandIn(unsigned char byte) {
  static const std::array<int, 256> table = [] {
    std::array<int, 256> codes{};
    int next = 256;
    for (int b = 0; b < 256; ++b) {
      const bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      codes[static_cast<std::size_t>(b)] = printable ? b : next++;
    }
    return codes;
  }();
  const int code = table[byte];
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}

std::string StandIns(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += StandIn(static_cast<unsigned char>(c));
  return out;
}

struct Counts {
  std::map<std::string, std::size_t, std::less<>> words;       // runs of ASCII letters
  std::map<std::string, std::size_t, std::less<>> characters;  // of two bytes or more
};

Counts Count(const std::vector<std::string>& texts) {
  Counts counts;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (const std::string& text : texts) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      if (letter(text[at])) {
        while (end < text.size() && letter(text[end])) ++end;
        ++counts.words[text.substr(at, end - at)];
      } else if (static_cast<unsigned char>(text[at]) >= 0xC0) {
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        ++counts.characters[text.substr(at, end - at)];
      }
      at = end;
    }
  }
  return counts;
}

using Pair = std::pair<std::string, std::string>;

struct Word {
  std::vector<std::string> pieces;
  std::size_t count;
};

void Apply(const Pair& best, std::vector<Word>& words) {
  for (Word& word : words) {
    auto& pieces = word.pieces;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      if (pieces[i] != best.first || pieces[i + 1] != best.second) continue;
      pieces[i] += pieces[i + 1];
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
}

// Plain byte pair encoding: again and again the commonest pair becomes one piece. Ties go to the
// pair that sorts first, so the result does not depend on the order of the texts.
std::vector<Pair> LearnMerges(const Counts& counts, std::size_t merges_max) {
  std::vector<Word> words;
  for (const auto& [text, count] : counts.words) {
    if (count < 3 || text.size() > 24) continue;
    Word word{{}, count};
    for (const char c : text) word.pieces.emplace_back(1, c);
    words.push_back(std::move(word));
  }
  std::vector<Pair> merges;
  while (merges.size() < merges_max) {
    std::map<Pair, std::size_t> pairs;
    for (const Word& word : words) {
      for (std::size_t i = 0; i + 1 < word.pieces.size(); ++i) {
        pairs[{word.pieces[i], word.pieces[i + 1]}] += word.count;
      }
    }
    const auto best = std::ranges::max_element(
        pairs, [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == pairs.end() || best->second < 20) break;
    merges.push_back(best->first);
    Apply(merges.back(), words);
    std::erase_if(words, [](const Word& word) { return word.pieces.size() < 2; });
  }
  return merges;
}

// Two bytes first, then one more at a time, until the character is one piece.
std::vector<Pair> CharacterMerges(const Counts& counts) {
  std::set<Pair> shorter, longer;
  for (const auto& [character, count] : counts.characters) {
    if (count < kCharacterCountMin) continue;
    for (std::size_t length = 1; length < character.size(); ++length) {
      (length == 1 ? shorter : longer)
          .insert({character.substr(0, length), character.substr(length, 1)});
    }
  }
  std::vector<Pair> merges(shorter.begin(), shorter.end());
  merges.insert(merges.end(), longer.begin(), longer.end());
  return merges;
}

}  // namespace

std::string_view ChatTemplate() {
  return "{%- for message in messages -%}"
         "{%- if message['role'] == 'user' -%}"
         "{{- '<|instruction|>' + message['content'] + '<|plan|>' -}}"
         "{%- elif message['role'] == 'assistant' -%}"
         "{{- message['content'] + '<|end|>' -}}"
         "{%- endif -%}"
         "{%- endfor -%}";
}

VocabularySource BuildVocabulary(const std::vector<std::string>& texts, std::size_t word_merges) {
  const Counts counts = Count(texts);
  std::vector<Pair> merges = CharacterMerges(counts);
  for (Pair& merge : LearnMerges(counts, word_merges)) merges.push_back(std::move(merge));

  VocabularySource source;
  source.model = "gpt2";
  source.pre = "qwen2";
  const auto add = [&source](std::string text, TokenType type) {
    source.tokens.push_back(std::move(text));
    source.types.push_back(type);
  };
  for (const std::string_view text : {kEndToken, kInstructionToken, kPlanToken}) {
    add(std::string(text), TokenType::kControl);
  }
  for (const std::string_view part : kPlanParts) add(std::string(part), TokenType::kUserDefined);
  for (int byte = 0; byte < 256; ++byte) {
    add(StandIn(static_cast<unsigned char>(byte)), TokenType::kNormal);
  }
  for (const auto& [left, right] : merges) {
    source.merges.push_back(Concat(StandIns(left), " ", StandIns(right)));
    add(StandIns(left + right), TokenType::kNormal);
  }
  source.eos = TokenId{0};
  source.pad = TokenId{0};
  source.add_bos = false;
  return source;
}

}  // namespace ganglion::learn
