#include "ganglion/kv/page_table.h"

#include "ganglion/base/check.h"
#include "ganglion/kv/limits.h"

namespace ganglion {

PageTable::PageTable(std::uint32_t pages_max) : pages_max_(pages_max) {
  GN_CHECK(pages_max > 0 && pages_max <= kKvPagesMax);
  pages_.reserve(pages_max);
}

bool PageTable::TryGrow(PagePool& pool, std::uint32_t tokens) {
  const std::uint32_t wanted = PagesFor(tokens);
  if (wanted > pages_max_) return false;
  const std::size_t owned = pages_.size();
  if (wanted <= owned) return true;
  pages_.resize(wanted);
  if (pool.TryAllocate(std::span(pages_).subspan(owned))) return true;
  pages_.resize(owned);
  return false;
}

void PageTable::ShrinkTo(PagePool& pool, std::uint32_t tokens) {
  const std::uint32_t kept = PagesFor(tokens);
  while (pages_.size() > kept) {
    pool.Release(pages_.back());
    pages_.pop_back();
  }
}

void PageTable::SharePrefix(PagePool& pool, const PageTable& other, std::uint32_t pages) {
  GN_CHECK(pages_.empty());
  GN_CHECK(pages <= pages_max_ && pages <= other.pages_.size());
  for (std::uint32_t i = 0; i < pages; ++i) {
    pool.Share(other.pages_[i]);
    pages_.push_back(other.pages_[i]);
  }
}

void PageTable::AppendShared(PagePool& pool, PageId page) {
  GN_CHECK(pages_.size() < pages_max_);
  pool.Share(page);
  pages_.push_back(page);
}

void PageTable::ReplaceShared(PagePool& pool, std::uint32_t index, PageId page) {
  GN_CHECK(index < pages_.size());
  pool.Share(page);
  pool.Release(pages_[index]);
  pages_[index] = page;
}

}  // namespace ganglion
