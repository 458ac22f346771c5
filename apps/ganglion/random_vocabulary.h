#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ganglion::app {

// A byte-level vocabulary with merges, for models that only have to be fast. Every text can be
// written in it: the 256 bytes come first, then words of two, three and four small letters, each
// made by one merge of two tokens before it, then the tokens that begin and end a text.
struct RandomVocabulary {
  std::vector<std::string> tokens;  // all different
  std::vector<std::int64_t> types;  // GGUF's numbers: 1 text, 3 control
  std::vector<std::string> merges;  // "left right"
  std::int64_t begin_id = 0;
  std::int64_t end_id = 0;
};

constexpr std::uint32_t kRandomVocabularyMin = 258;
constexpr std::uint32_t kRandomVocabularyMax = 400'000;  // there are no more words of four letters

// `size` in kRandomVocabularyMin to kRandomVocabularyMax.
RandomVocabulary MakeVocabulary(std::uint32_t size);

}  // namespace ganglion::app
