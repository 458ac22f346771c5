#include "ganglion/model/weight_cache.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/model/cache_file.h"
#include "ganglion/model/cache_writer.h"
#include "ganglion/model/content_hash.h"
#include "ganglion/model/hash_index.h"
#include "ganglion/model/limits.h"
#include "ganglion/sys/clock.h"
#include "ganglion/sys/file.h"

namespace ganglion {
namespace {

namespace fs = std::filesystem;

// How exactly it is known when a file was last used.
constexpr TimeNs kUseGrainNs = TimeNs{3600} * 1'000'000'000;

void Say(const WeightCacheOptions& options, const std::string& message) {
  if (options.warn != nullptr) options.warn(message);
}

bool MakeDirectory(const std::string& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return true;
  fs::create_directories(directory, error);
  if (error) return false;
  fs::permissions(directory, fs::perms::owner_all, error);
  return true;
}

// The record is a convenience: without it the file is read again next time.
void Remember(const WeightCacheOptions& options, HashRecord record, TimeNs read_begin) {
  if (!IsSettled(record.stamp, read_begin)) return;
  record.used = sys::WallNow();
  (void)WriteRecord(options.directory, record).ok();
}

ContentHash HashOfModel(const gguf::File& file, const sys::FileStamp& stamp,
                        const std::vector<HashRecord>& index, const WeightCacheOptions& options,
                        sys::ThreadPool& pool) {
  const HashRecord* const known = FindRecord(index, HashRecord::Kind::kModel, stamp);
  const TimeNs now = sys::WallNow();
  if (known != nullptr && now - known->used < kUseGrainNs) return known->hash;
  const std::span<const std::byte> bytes = file.mapping()->bytes();
  const ContentHash hash = known != nullptr ? known->hash : HashInPieces(bytes, pool);
  if (known == nullptr) file.mapping()->Release(bytes);
  Remember(options, {.kind = HashRecord::Kind::kModel, .stamp = stamp, .hash = hash}, now);
  return hash;
}

bool AllWhole(std::span<const std::byte> file, const CacheTable& table, sys::ThreadPool& pool) {
  std::atomic<bool> whole = true;
  pool.ParallelFor(static_cast<std::uint32_t>(table.entries.size()), [&](std::uint32_t i) {
    const CacheEntry& entry = table.entries[i];
    if (HashOf(file.subspan(entry.offset, entry.key.bytes)) != entry.hash) whole = false;
  });
  return whole;
}

Result<PackedStore> OpenExisting(const std::string& path, const ContentHash& hash,
                                 const std::vector<HashRecord>& index,
                                 const WeightCacheOptions& options, sys::ThreadPool& pool) {
  GN_ASSIGN_OR_RETURN(const sys::File file, sys::File::OpenForReading(path));
  GN_ASSIGN_OR_RETURN(const sys::FileStamp stamp, file.Stamp());
  GN_ASSIGN_OR_RETURN(sys::MemoryMap map, file.Map(0, stamp.size));
  GN_ASSIGN_OR_RETURN(CacheTable table, DecodeCache(map.bytes()));
  if (table.model_hash != hash) return Status(Code::kDataLoss, "weights of another model");
  const HashRecord* const known = FindRecord(index, HashRecord::Kind::kCache, stamp);
  const bool verified = known != nullptr && known->hash == hash;
  const TimeNs now = sys::WallNow();
  if (!verified && !AllWhole(map.bytes(), table, pool)) {
    return Status(Code::kDataLoss, "the checksum of its weights is wrong");
  }
  if (!verified || now - known->used >= kUseGrainNs) {
    Remember(options, {.kind = HashRecord::Kind::kCache, .stamp = stamp, .hash = hash}, now);
  }
  return PackedStore(std::move(map), std::move(table), path, options.warn);
}

struct CachedFile {
  fs::path path;
  std::uint64_t bytes = 0;
  TimeNs used = 0;
};

std::vector<CachedFile> CachedFiles(const std::string& directory,
                                    const std::vector<HashRecord>& index) {
  std::vector<CachedFile> files;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".weights") continue;
    const auto open = sys::File::OpenForReading(it->path());
    if (!open.ok()) continue;
    const auto stamp = open->Stamp();
    if (!stamp.ok()) continue;
    CachedFile file = {.path = it->path(), .bytes = stamp->size, .used = stamp->modified};
    const HashRecord* const known = FindRecord(index, HashRecord::Kind::kCache, *stamp);
    if (known != nullptr) file.used = known->used;
    files.push_back(std::move(file));
  }
  return files;
}

// Whether there is room for `needed` bytes more, after deleting files that were used long ago.
bool MakeRoom(std::uint64_t needed, const std::vector<HashRecord>& index,
              const WeightCacheOptions& options) {
  std::vector<CachedFile> files = CachedFiles(options.directory, index);
  std::ranges::sort(files, {}, &CachedFile::used);
  std::uint64_t total = needed;
  for (const CachedFile& file : files) total += file.bytes;
  std::error_code error;
  for (const CachedFile& file : files) {
    if (total <= options.bytes_max || needed > options.bytes_max) break;
    if (fs::remove(file.path, error)) total -= file.bytes;
  }
  const fs::space_info space = fs::space(options.directory, error);
  if (error || total > options.bytes_max) return false;
  const std::uint64_t reserve = std::max<std::uint64_t>(kDiskReserveBytes, space.capacity / 20);
  return space.available >= reserve && space.available - reserve >= needed;
}

}  // namespace

PackedStore OpenWeightCache(const gguf::File& file, const WeightCacheOptions& options,
                            sys::ThreadPool& pool) {
  if (options.directory.empty() || file.mapping() == nullptr ||
      file.size_bytes() < options.model_bytes_min || !MakeDirectory(options.directory)) {
    return PackedStore();
  }
  const auto stamp = sys::StampOf(file.mapping()->descriptor());
  if (!stamp.ok()) return PackedStore();
  const std::vector<HashRecord> index = ReadIndex(options.directory);
  const ContentHash hash = HashOfModel(file, *stamp, index, options, pool);
  const std::string path = options.directory + "/" + hash.Hex() + ".weights";
  auto existing = OpenExisting(path, hash, index, options, pool);
  if (existing.ok()) return *std::move(existing);
  if (existing.error().code() != Code::kNotFound) {
    Say(options, Concat(path, ": ", existing.error().message(), "; it is made anew"));
  }
  // Packed weights are about as large as the file's own.
  if (!MakeRoom(file.size_bytes() + file.size_bytes() / 8, index, options)) {
    Say(options, Concat(options.directory, ": no room for ", file.size_bytes(),
                        " bytes of packed weights; the next load will pack them again"));
    return PackedStore();
  }
  auto writer = CacheWriter::Create(
      options.directory,
      {.hash = hash, .stamp = *stamp, .descriptor = file.mapping()->descriptor()});
  if (!writer.ok() || !writer->has_value()) return PackedStore();
  return PackedStore(**std::move(writer), options.warn);
}

}  // namespace ganglion
