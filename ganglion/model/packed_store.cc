#include "ganglion/model/packed_store.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/kernels/packed.h"

namespace ganglion {
namespace {

// Small tensors share blocks. What a block does not use is never touched, and so costs no memory.
constexpr std::size_t kBlockBytes = std::size_t{64} << 20;

}  // namespace

PackedStore::PackedStore(CacheWriter writer, Warn warn)
    : warn_(warn), writer_(std::make_unique<CacheWriter>(std::move(writer))), writing_(true) {}

PackedStore::PackedStore(sys::MemoryMap file, CacheTable table, std::string path, Warn warn)
    : warn_(warn), reading_(std::make_unique<Reading>()) {
  reading_->file = std::move(file);
  reading_->path = std::move(path);
  for (CacheEntry& entry : table.entries) {
    std::string name = entry.key.name;
    reading_->entries.emplace(std::move(name), std::move(entry));
  }
}

Result<std::span<const std::byte>> PackedStore::Add(const PackedKey& key, std::size_t panels,
                                                    sys::ThreadPool& pool, const PackPanel& pack) {
  if (reading_ != nullptr) {
    const auto found = reading_->entries.find(key.name);
    if (found != reading_->entries.end() && found->second.key == key) {
      return reading_->file.bytes().subspan(found->second.offset, key.bytes);
    }
    reading_->complete = false;
  }
  if (writing_) {
    auto written = writer_->Add(key, panels, pool, pack);
    if (written.ok()) return written;
    GiveUpWriting(written.error());
  }
  GN_ASSIGN_OR_RETURN(const std::span<std::byte> bytes, Allocate(key.bytes));
  const std::size_t panel_bytes = panels == 0 ? 0 : key.bytes / panels;
  pool.ParallelFor(static_cast<std::uint32_t>(panels),
                   [&](std::uint32_t i) { pack(i, bytes.data() + i * panel_bytes); });
  return bytes;
}

void PackedStore::Finish() {
  if (reading_ != nullptr && !reading_->complete) {
    std::remove(reading_->path.c_str());
    if (warn_ != nullptr) {
      warn_(Concat(reading_->path, ": lacks weights of this model; it is made anew next time"));
    }
  }
  if (!writing_) return;
  writing_ = false;
  if (const Status done = writer_->Finish(); !done.ok()) GiveUpWriting(done);
}

void PackedStore::GiveUpWriting(const Status& why) {
  writing_ = false;
  writer_->Abandon();
  if (warn_ != nullptr) warn_(Concat("the packed weights are not kept: ", why.message()));
}

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
