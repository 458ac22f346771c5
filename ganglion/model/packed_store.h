#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/model/cache_file.h"
#include "ganglion/model/cache_writer.h"
#include "ganglion/model/weight_cache_options.h"
#include "ganglion/sys/memory_map.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// The packed weights of a model: in memory, or in a cache file that holds them already, or in one
// that is being written. What it gave stays where it is as long as the store lives, also when the
// store is moved. A cache file that fails costs a warning and no more: what it lacks lies in
// memory.
class PackedStore {
 public:
  PackedStore() = default;                            // in memory
  PackedStore(CacheWriter writer, Warn warn);         // in a new file
  PackedStore(sys::MemoryMap file, CacheTable table,  // in a file that is whole
              std::string path, Warn warn);

  // The tensor `key` of `panels` panels, all of a size, which start at a multiple of
  // kernels::kPanelAlignment. Calls `pack` for each panel, which is zeroed, unless the bytes are
  // there already. An error is kResourceExhausted: there is no memory.
  Result<std::span<const std::byte>> Add(const PackedKey& key, std::size_t panels,
                                         sys::ThreadPool& pool, const PackPanel& pack);

  // After the last tensor: completes the cache file.
  void Finish();

 private:
  struct Reading {
    sys::MemoryMap file;
    std::unordered_map<std::string, CacheEntry> entries;
    std::string path;
    bool complete = true;
  };

  Result<std::span<std::byte>> Allocate(std::size_t bytes);
  void GiveUpWriting(const Status& why);

  Warn warn_ = nullptr;
  std::unique_ptr<Reading> reading_;
  std::unique_ptr<CacheWriter> writer_;
  bool writing_ = false;  // a writer that is done, or failed, still holds bytes
  std::vector<sys::MemoryMap> blocks_;
  std::size_t used_ = 0;  // bytes of the last block
};

}  // namespace ganglion
