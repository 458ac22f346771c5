#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ganglion::tokenizer {

// Texts by row number and row numbers by text. Owns the bytes, in one block. Filled once, then read
// from any thread.
class TextTable {
 public:
  static constexpr std::int32_t kNone = -1;

  void Reserve(std::size_t rows, std::size_t bytes);

  // Adds a row that Find does not see.
  std::int32_t AddHidden(std::string_view text);
  // Adds a row. Of two rows with one text Find gives the first.
  std::int32_t Add(std::string_view text);
  // The row of this text, added where there is none.
  std::int32_t Intern(std::string_view text);

  std::int32_t Find(std::string_view text) const;
  // Find() of each text. Several times as fast where the table is larger than the caches: the
  // memory that the texts need is asked for before the first is compared.
  void FindMany(std::span<const std::string_view> texts, std::span<std::int32_t> rows) const;
  // The view holds until the next row is added.
  std::string_view Text(std::int32_t row) const;
  std::size_t size() const { return ends_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::int32_t row = kNone;
  };
  static std::uint32_t Hash(std::string_view text);
  std::size_t Locate(std::string_view text, std::uint32_t hash) const;
  void Grow(std::size_t rows);

  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<Slot> slots_ = std::vector<Slot>(16);
  std::size_t indexed_ = 0;
};

}  // namespace ganglion::tokenizer
