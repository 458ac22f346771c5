#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/model/cache_file.h"
#include "ganglion/sys/file.h"
#include "ganglion/sys/memory_map.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Packs one panel of a tensor. Called by several threads at once, for different panels.
using PackPanel = std::function<void(std::size_t panel, std::byte* to)>;

// Writes packed weights into a cache file piece by piece, so that memory never holds more than a
// piece of them that is not the file's, and hands out the file's own bytes.
//
// The file is `DIRECTORY/HASH.part` until Finish() gives it its name, HASH.weights. What was handed
// out stays readable as long as the writer lives, whatever becomes of the file's name.
class CacheWriter {
 public:
  struct Model {
    ContentHash hash;
    sys::FileStamp stamp;  // taken before the hash was
    int descriptor = -1;   // open until Finish() returns
  };

  // Nothing where another process is writing the same file. An error is kUnavailable.
  static Result<std::optional<CacheWriter>> Create(std::string directory, const Model& model);

  ~CacheWriter();
  CacheWriter(CacheWriter&& other) noexcept;
  CacheWriter& operator=(CacheWriter&& other) = delete;

  // An error is kUnavailable, and means that nothing more can be added or finished.
  Result<std::span<const std::byte>> Add(const PackedKey& key, std::size_t panels,
                                         sys::ThreadPool& pool, const PackPanel& pack);

  // Writes the table, waits for the disk and renames; remembers that the file is whole. Fails, too,
  // where the model's file has changed since its stamp was taken.
  Status Finish();

  // Removes the unfinished file.
  void Abandon();

 private:
  CacheWriter(std::string directory, const Model& model, sys::File file);
  Status WriteTensor(const PackedKey& key, std::size_t panels, sys::ThreadPool& pool,
                     const PackPanel& pack);
  std::string PartPath() const;

  std::string directory_;
  Model model_;
  std::optional<sys::File> file_;  // nothing once finished or abandoned; holds the lock
  CacheTable table_;
  std::uint64_t end_ = kCacheAlignment;
  std::uint64_t window_ = 0;  // where the last map begins
  std::vector<sys::MemoryMap> maps_;
};

}  // namespace ganglion
