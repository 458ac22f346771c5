#include "ganglion/tokenizer/text_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "ganglion/base/check.h"
#include "ganglion/tokenizer/flat_map.h"

namespace ganglion::tokenizer {

void TextTable::Reserve(std::size_t rows, std::size_t bytes) {
  bytes_.reserve(bytes);
  ends_.reserve(rows);
  Grow(rows);
}

std::int32_t TextTable::AddHidden(std::string_view text) {
  bytes_.append(text);
  ends_.push_back(bytes_.size());
  return static_cast<std::int32_t>(ends_.size() - 1);
}

std::int32_t TextTable::Add(std::string_view text) {
  const std::int32_t row = AddHidden(text);
  if ((indexed_ + 1) * 2 > slots_.size()) Grow(indexed_ * 2);
  const std::uint32_t hash = Hash(Text(row));
  Slot& slot = slots_[Locate(Text(row), hash)];
  if (slot.row == kNone) {
    slot = Slot{hash, row};
    ++indexed_;
  }
  return row;
}

std::int32_t TextTable::Intern(std::string_view text) {
  const std::int32_t row = Find(text);
  return row != kNone ? row : Add(text);
}

std::int32_t TextTable::Find(std::string_view text) const {
  return slots_[Locate(text, Hash(text))].row;
}

void TextTable::FindMany(std::span<const std::string_view> texts,
                         std::span<std::int32_t> rows) const {
  GN_CHECK(texts.size() == rows.size());
  constexpr std::size_t kBatch = 64;  // more are on their way than the processor keeps track of
  std::array<std::uint32_t, kBatch> hashes;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t first = 0; first < texts.size(); first += kBatch) {
    const std::size_t count = std::min(kBatch, texts.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = Hash(texts[first + i]);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t row = slots_[hashes[i] & mask].row;
      if (row != kNone) __builtin_prefetch(&ends_[static_cast<std::size_t>(std::max(row, 1) - 1)]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t row = slots_[hashes[i] & mask].row;
      if (row != kNone) __builtin_prefetch(Text(row).data());
    }
    for (std::size_t i = 0; i < count; ++i) {
      rows[first + i] = slots_[Locate(texts[first + i], hashes[i])].row;
    }
  }
}

std::string_view TextTable::Text(std::int32_t row) const {
  const auto index = static_cast<std::size_t>(row);
  GN_CHECK(row >= 0 && index < ends_.size());
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

std::uint32_t TextTable::Hash(std::string_view text) {
  std::uint64_t hash = text.size() * 0x9e3779b97f4a7c15u;
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = std::rotl((hash ^ word) * 0xd6e8feb86659fd93u, 31);
    text.remove_prefix(8);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  return static_cast<std::uint32_t>(MixBits(hash ^ word) >> 32);
}

std::size_t TextTable::Locate(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t index = hash & mask;
  while (slots_[index].row != kNone &&
         (slots_[index].hash != hash || Text(slots_[index].row) != text)) {
    index = (index + 1) & mask;
  }
  return index;
}

void TextTable::Grow(std::size_t rows) {
  std::vector<Slot> old(std::bit_ceil(rows * 2 + 16));
  if (old.size() <= slots_.size()) return;
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.row == kNone) continue;
    std::size_t index = slot.hash & mask;
    while (slots_[index].row != kNone) index = (index + 1) & mask;
    slots_[index] = slot;
  }
}

}  // namespace ganglion::tokenizer
