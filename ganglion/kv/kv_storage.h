#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "ganglion/base/status.h"
#include "ganglion/kv/kv_type.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"

namespace ganglion {

// What one token leaves behind in the cache of a model. All fields are positive.
struct KvShape {
  std::uint32_t layers = 0;
  std::uint32_t heads = 0;  // of keys and values
  std::uint32_t key_dim = 0;
  std::uint32_t value_dim = 0;

  bool operator==(const KvShape&) const = default;
};

// The bytes of the KV cache in main memory; which page belongs to whom is the PagePool's business.
//
// A page is one piece of memory, so that copying it is one memcpy:
//
//   for each layer:  for each head: keys   [key_dim][kPageTokens]
//                    for each head: values [kPageTokens][value_dim]
//
// Keys lie transposed, so that the scores of a page's tokens are computed side by side. That is for
// types whose elements stand for themselves; Q8_0 lies in blocks (ganglion/kernels/attention.h).
//
// Thread: written by the thread that runs the model (and its helpers within a call). Memory: one
// zeroed allocation in Create(), touched page by page as it is used.
class KvStorage {
 public:
  // Fails where the total would exceed the limits of this room or the memory cannot be had.
  static Result<KvStorage> Create(const KvShape& shape, KvType type, std::uint32_t pages);

  const KvShape& shape() const { return shape_; }
  KvType type() const { return type_; }
  std::uint32_t pages() const { return pages_; }
  std::size_t page_bytes() const { return page_bytes_; }
  std::size_t size_bytes() const { return page_bytes_ * pages_; }

  std::byte* page(PageId page);

  // Byte offsets within a page of the keys or values of one layer and head.
  std::size_t KeyOffset(std::uint32_t layer, std::uint32_t head) const;
  std::size_t ValueOffset(std::uint32_t layer, std::uint32_t head) const;

  // Copies the content of a page, as a writer needs who has to leave a shared page.
  void CopyPage(PageId from, PageId to);

 private:
  struct Free {
    void operator()(std::byte* bytes) const;
  };

  KvStorage() = default;

  KvShape shape_;
  KvType type_ = KvType::kF32;
  std::uint32_t pages_ = 0;
  std::size_t page_bytes_ = 0;
  std::unique_ptr<std::byte[], Free> bytes_;
};

// Bytes of one page of this shape and type.
std::size_t PageBytes(const KvShape& shape, KvType type);

}  // namespace ganglion
