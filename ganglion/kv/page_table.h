#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/kv/page_pool.h"

namespace ganglion {

// Tokens whose keys and values one page holds. Also the block of the attention kernel, so that the
// order of its sums depends on positions alone.
constexpr std::uint32_t kPageTokens = 32;

// Pages that `tokens` tokens need.
constexpr std::uint32_t PagesFor(std::uint32_t tokens) {
  return tokens / kPageTokens + (tokens % kPageTokens != 0 ? 1 : 0);
}

// The pages of one sequence: position p lies in slot p % kPageTokens of pages()[p / kPageTokens].
//
// The table owns one share of each of its pages. It keeps no reference to the pool, so its user
// gives the pages back with ShrinkTo(pool, 0) before dropping it; a table that is destroyed with
// pages leaks them until the pool goes.
//
// Thread: the engine thread only. Memory: allocates in the constructor and never again.
class PageTable {
 public:
  explicit PageTable(std::uint32_t pages_max);

  PageTable(PageTable&&) = default;
  PageTable& operator=(PageTable&&) = default;
  PageTable(const PageTable&) = delete;
  PageTable& operator=(const PageTable&) = delete;

  std::span<const PageId> pages() const { return pages_; }
  std::uint32_t pages_max() const { return pages_max_; }
  std::uint32_t capacity_tokens() const {
    return static_cast<std::uint32_t>(pages_.size()) * kPageTokens;
  }

  // Makes room for `tokens` tokens in all. Takes nothing and returns false where the pool is short
  // of pages or the table would pass pages_max().
  [[nodiscard]] bool TryGrow(PagePool& pool, std::uint32_t tokens);

  // Gives back every page that the first `tokens` tokens do not need.
  void ShrinkTo(PagePool& pool, std::uint32_t tokens);

  // Becomes a co-owner of the first `pages` pages of `other`. This table is empty, and `pages` of
  // them fit. Only full pages may be shared: a page with two owners must not be written.
  void SharePrefix(PagePool& pool, const PageTable& other, std::uint32_t pages);

  // Becomes a co-owner of one more full page, which follows the last of this table. It fits.
  void AppendShared(PagePool& pool, PageId page);
  // Becomes a co-owner of `page` in place of the page at `index`, whose content is the same.
  void ReplaceShared(PagePool& pool, std::uint32_t index, PageId page);

 private:
  std::uint32_t pages_max_;
  std::vector<PageId> pages_;
};

}  // namespace ganglion
