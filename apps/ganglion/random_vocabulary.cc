#include "apps/ganglion/random_vocabulary.h"

#include <cstddef>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

constexpr std::size_t kLetters = 26;
constexpr std::int64_t kText = 1;
constexpr std::int64_t kControl = 3;

// Characters by which byte-level vocabularies write bytes: docs/formats/tokenizer.md.
std::string Utf8(std::uint32_t code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
}

void AddBytes(std::vector<std::string>& tokens) {
  std::uint32_t next = 0x100;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
    tokens.push_back(Utf8(printable ? byte : next++));
  }
}

// All words of `letters` small letters in order, each the join of its `left` first letters and the
// rest, until there are `size` tokens.
void AddWords(std::size_t letters, std::size_t left, std::size_t size, RandomVocabulary& out) {
  std::size_t count = 1;
  for (std::size_t i = 0; i < letters; ++i) count *= kLetters;
  for (std::size_t i = 0; i < count && out.tokens.size() < size; ++i) {
    std::string word(letters, 'a');
    for (std::size_t at = letters, rest = i; at-- > 0; rest /= kLetters) {
      word[at] = static_cast<char>('a' + rest % kLetters);
    }
    out.merges.push_back(
        Concat(std::string_view(word).substr(0, left), " ", std::string_view(word).substr(left)));
    out.tokens.push_back(std::move(word));
  }
}

}  // namespace

RandomVocabulary MakeVocabulary(std::uint32_t size) {
  GN_CHECK(size >= kRandomVocabularyMin && size <= kRandomVocabularyMax);
  RandomVocabulary out;
  AddBytes(out.tokens);
  const std::size_t words_end = size - 2;
  AddWords(2, 1, words_end, out);
  AddWords(3, 2, words_end, out);
  AddWords(4, 2, words_end, out);
  out.types.assign(words_end, kText);
  out.begin_id = static_cast<std::int64_t>(out.tokens.size());
  out.tokens.emplace_back("<|begin|>");
  out.end_id = static_cast<std::int64_t>(out.tokens.size());
  out.tokens.emplace_back("<|end|>");
  out.types.insert(out.types.end(), 2, kControl);
  return out;
}

}  // namespace ganglion::app
