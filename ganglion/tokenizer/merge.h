#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/tokenizer/flat_map.h"

namespace ganglion::tokenizer {

// A number for a text that merging can produce: rows of the encoder's TextTable. kNoSymbol stands
// for a text that no merge knows.
using Symbol = std::int32_t;
constexpr Symbol kNoSymbol = -1;

struct Merge {
  static constexpr std::uint32_t kNever = ~std::uint32_t{0};
  std::uint32_t rank = kNever;  // lower is sooner
  Symbol result = kNoSymbol;
};

// Which two neighbours may become one.
class MergeTable {
 public:
  explicit MergeTable(std::size_t expected = 0) : merges_(expected) {}

  // Of two merges of one pair the first stays.
  void Add(Symbol left, Symbol right, Merge merge) { merges_.Add(Key(left, right), merge); }

  void Prefetch(Symbol left, Symbol right) const { merges_.Prefetch(Key(left, right)); }

  Merge Find(Symbol left, Symbol right) const {
    if (left < 0 || right < 0) return {};
    const Merge* merge = merges_.Find(Key(left, right));
    return merge != nullptr ? *merge : Merge{};
  }

  std::size_t size() const { return merges_.size(); }

 private:
  static std::uint64_t Key(Symbol left, Symbol right) {
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
  }
  FlatMap<Merge> merges_;
};

// Runs merges over a row of symbols: always the neighbours of lowest rank, of equal ones the
// leftmost, until no neighbours can merge. Both kinds of byte-pair encoding come down to this:
// ranks are the order of the merge list (byte-level) or the order of scores (SentencePiece).
//
// Time n log n in the symbols. Keeps its memory between runs. Thread: its owner's.
class Merger {
 public:
  struct Part {
    Symbol symbol = kNoSymbol;
    std::uint32_t begin = 0;  // index of the first symbol given that went into it
  };

  // The table must outlive the merger.
  explicit Merger(const MergeTable& table) : table_(table) {}

  // The result lies in the merger and holds until the next run. Fewer than 2^31 symbols.
  std::span<const Part> Run(std::span<const Symbol> symbols);

  // Table lookups and queue operations so far: what a test of the running time counts.
  std::uint64_t steps() const { return steps_; }

 private:
  struct Node {
    Symbol symbol = kNoSymbol;
    std::int32_t previous = -1;
    std::int32_t next = -1;
    Merge merge;  // with the next node
  };

  std::span<const Part> RunShort(std::span<const Symbol> symbols);
  std::span<const Part> RunLong(std::span<const Symbol> symbols);
  void Pair(std::int32_t left);
  void Join(std::int32_t left);

  const MergeTable& table_;
  std::vector<Part> parts_;
  std::vector<Merge> merges_;         // RunShort: of each part with the next one
  std::vector<Node> nodes_;           // RunLong
  std::vector<std::uint64_t> queue_;  // RunLong: a heap of rank << 32 | left node
  std::uint64_t steps_ = 0;
};

}  // namespace ganglion::tokenizer
