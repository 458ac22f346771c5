#include "ganglion/model/packed_store.h"

#include <algorithm>
#include <utility>

#include "ganglion/kernels/packed.h"

namespace ganglion {
namespace {

// Small tensors share blocks. What a block does not use is never touched, and so costs no memory.
constexpr std::size_t kBlockBytes = std::size_t{64} << 20;

}  // namespace

Result<std::span<std::byte>> PackedStore::Allocate(std::size_t bytes) {
  if (bytes == 0) return std::span<std::byte>();
  const std::size_t room = blocks_.empty() ? 0 : blocks_.back().bytes().size() - used_;
  if (bytes > room) {
    GN_ASSIGN_OR_RETURN(auto block, sys::MemoryMap::Anonymous(std::max(bytes, kBlockBytes)));
    blocks_.push_back(std::move(block));
    used_ = 0;
  }
  const std::span<std::byte> given = blocks_.back().bytes().subspan(used_, bytes);
  constexpr std::size_t kAlign = kernels::kPanelAlignment;
  used_ = std::min((used_ + bytes + kAlign - 1) / kAlign * kAlign, blocks_.back().bytes().size());
  return given;
}

}  // namespace ganglion
