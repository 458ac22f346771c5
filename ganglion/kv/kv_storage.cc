#include "ganglion/kv/kv_storage.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "ganglion/base/check.h"
#include "ganglion/kv/limits.h"

namespace ganglion {

std::size_t PageBytes(const KvShape& shape, KvType type) {
  return shape.heads * shape.layers *
         (KvBytes(type, kPageTokens * std::size_t{shape.key_dim}) +
          KvBytes(type, kPageTokens * std::size_t{shape.value_dim}));
}

void KvStorage::Free::operator()(std::byte* bytes) const { std::free(bytes); }

Result<KvStorage> KvStorage::Create(const KvShape& shape, KvType type, std::uint32_t pages) {
  for (const std::uint32_t size : {shape.layers, shape.heads, shape.key_dim, shape.value_dim}) {
    if (size == 0 || size > kKvDimensionMax) {
      return Status(Code::kInvalidArgument,
                    "KV cache: layers, heads and head sizes must lie in 1 to " +
                        std::to_string(kKvDimensionMax));
    }
  }
  if (type == KvType::kQ8_0 && (shape.key_dim % kKvBlock != 0 || shape.value_dim % kKvBlock != 0)) {
    return Status(Code::kInvalidArgument,
                  "KV cache: q8_0 has blocks of " + std::to_string(kKvBlock) +
                      " elements, and heads of " + std::to_string(shape.key_dim) + " and " +
                      std::to_string(shape.value_dim) + " do not divide into them; use f16");
  }
  if (pages == 0 || pages > kKvPagesMax) {
    return Status(Code::kInvalidArgument,
                  "KV cache: the number of pages must lie in 1 to " + std::to_string(kKvPagesMax));
  }
  const std::size_t page_bytes = PageBytes(shape, type);
  if (page_bytes > kKvBytesMax / pages) {
    return Status(Code::kResourceExhausted, "KV cache: " + std::to_string(pages) + " pages of " +
                                                std::to_string(page_bytes) +
                                                " bytes are more than the limit of " +
                                                std::to_string(kKvBytesMax) + " bytes");
  }
  KvStorage storage;
  storage.shape_ = shape;
  storage.type_ = type;
  storage.pages_ = pages;
  storage.page_bytes_ = page_bytes;
  // calloc, so that the system hands out zero pages when they are first touched.
  storage.bytes_.reset(static_cast<std::byte*>(std::calloc(pages, page_bytes)));
  if (storage.bytes_ == nullptr) {
    return Status(Code::kResourceExhausted, "KV cache: the system refuses " +
                                                std::to_string(storage.size_bytes()) +
                                                " bytes; ask for fewer pages or a smaller KV type");
  }
  return storage;
}

std::byte* KvStorage::page(PageId page) {
  GN_CHECK(static_cast<std::uint32_t>(page) < pages_);
  return bytes_.get() + static_cast<std::size_t>(page) * page_bytes_;
}

std::size_t KvStorage::KeyOffset(std::uint32_t layer, std::uint32_t head) const {
  const std::size_t layer_bytes = page_bytes_ / shape_.layers;
  return layer * layer_bytes + head * KvBytes(type_, kPageTokens * std::size_t{shape_.key_dim});
}

std::size_t KvStorage::ValueOffset(std::uint32_t layer, std::uint32_t head) const {
  return KeyOffset(layer, shape_.heads) +
         head * KvBytes(type_, kPageTokens * std::size_t{shape_.value_dim});
}

void KvStorage::CopyPage(PageId from, PageId to) {
  GN_CHECK(from != to);
  std::memcpy(page(to), page(from), page_bytes_);
}

}  // namespace ganglion
