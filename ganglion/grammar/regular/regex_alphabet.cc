#include "ganglion/grammar/regular/regex_alphabet.h"

#include <algorithm>
#include <cstddef>

#include "ganglion/grammar/regular/regex_limits.h"

namespace ganglion::grammar {
namespace {

Status TooManyClasses() {
  return {Code::kResourceExhausted, "the pattern has too many different classes"};
}

// Calls visit(segment) for each one in the set.
template <class Visit>
void ForEachIn(const CodePointRanges& set, std::vector<RegexAlphabet::Segment>& segments,
               const Visit& visit) {
  for (const CodePointRange range : set) {
    auto segment = std::partition_point(segments.begin(), segments.end(),
                                        [&](const auto& s) { return s.low < range.low; });
    for (; segment != segments.end() && segment->low <= range.high; ++segment) visit(*segment);
  }
}

}  // namespace

Result<RegexAlphabet> RegexAlphabet::Of(const std::vector<CodePointRanges>& sets, Work& work) {
  constexpr std::uint32_t kNone = 0xFFFFFFFFu;
  constexpr char32_t kSurrogatesBegin = 0xD800;
  constexpr char32_t kSurrogatesEnd = 0xE000;
  std::vector<char32_t> begins = {0, kSurrogatesBegin, kSurrogatesEnd};
  for (const CodePointRanges& set : sets) {
    if (!work.Spend(set.size())) return TooManyClasses();
    for (const CodePointRange range : set) {
      begins.push_back(range.low);
      if (range.high < kCodePointLast) begins.push_back(range.high + 1);
    }
  }
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  RegexAlphabet alphabet;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (begins[i] >= kSurrogatesBegin && begins[i] < kSurrogatesEnd) continue;
    const char32_t high = i + 1 < begins.size() ? begins[i + 1] - 1 : kCodePointLast;
    alphabet.segments_.push_back({begins[i], high, 0});
  }
  // Each set splits the blocks that it holds in part; a block that it holds whole gets a new name.
  std::vector<std::uint32_t> renamed = {kNone};
  for (const CodePointRanges& set : sets) {
    std::vector<std::uint32_t> touched;
    std::size_t visited = 0;
    ForEachIn(set, alphabet.segments_, [&](Segment& segment) {
      const std::uint32_t old = segment.block;
      if (renamed[old] == kNone) {
        renamed[old] = static_cast<std::uint32_t>(renamed.size());
        renamed.push_back(kNone);
        touched.push_back(old);
      }
      segment.block = renamed[old];
      ++visited;
    });
    for (const std::uint32_t old : touched) renamed[old] = kNone;
    if (!work.Spend(visited) || renamed.size() > kRegexEdgesMax) return TooManyClasses();
  }
  std::vector<std::uint32_t> number(renamed.size(), kNone);
  for (Segment& segment : alphabet.segments_) {
    if (number[segment.block] == kNone) number[segment.block] = alphabet.blocks_++;
    segment.block = number[segment.block];
  }
  const std::size_t bits = sets.size() * alphabet.blocks_;
  if (bits > kRegexClassBitsMax || !work.Spend(bits / 64)) return TooManyClasses();
  alphabet.holds_.assign(bits, false);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    ForEachIn(sets[i], alphabet.segments_, [&](const Segment& segment) {
      alphabet.holds_[i * alphabet.blocks_ + segment.block] = true;
    });
  }
  return alphabet;
}

}  // namespace ganglion::grammar
