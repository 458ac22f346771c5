#include "ganglion/model/cache_writer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/model/hash_index.h"
#include "ganglion/sys/clock.h"

namespace ganglion {
namespace {

// Packed before it is written: large enough to keep all threads busy.
constexpr std::size_t kPieceBytes = std::size_t{16} << 20;

// Of the file that is mapped at a time, also where it has not grown so far yet: models of thousands
// of matrices would use up the maps that a process may have.
constexpr std::size_t kWindowBytes = std::size_t{1} << 30;

Status Unavailable(std::string message) { return Status(Code::kUnavailable, std::move(message)); }

// A file that changes within a moment of its stamp would look the same.
Result<sys::FileStamp> SettledStamp(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const auto file, sys::File::OpenForReading(path));
  GN_ASSIGN_OR_RETURN(const sys::FileStamp stamp, file.Stamp());
  for (int wait = 0; wait < 100 && !IsSettled(stamp, sys::WallNow()); ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (!IsSettled(stamp, sys::WallNow()) || *file.Stamp() != stamp) {
    return Unavailable(path + ": its times are not those of this clock");
  }
  return stamp;
}

}  // namespace

Result<std::optional<CacheWriter>> CacheWriter::Create(std::string directory, const Model& model) {
  const std::string path = directory + "/" + model.hash.Hex() + ".part";
  GN_ASSIGN_OR_RETURN(sys::File file, sys::File::OpenOrCreate(path));
  if (!file.TryLock()) return std::optional<CacheWriter>();
  // Whoever held the lock before may have renamed the file that we opened.
  GN_ASSIGN_OR_RETURN(const sys::FileStamp ours, file.Stamp());
  const auto named = sys::File::OpenForReading(path);
  if (!named.ok() || named->Stamp()->inode != ours.inode) return std::optional<CacheWriter>();
  GN_RETURN_IF_ERROR(file.Resize(0));
  return std::optional<CacheWriter>(CacheWriter(std::move(directory), model, std::move(file)));
}

CacheWriter::CacheWriter(std::string directory, const Model& model, sys::File file)
    : directory_(std::move(directory)), model_(model), file_(std::move(file)) {
  table_.model_hash = model.hash;
  table_.model_bytes = model.stamp.size;
}

CacheWriter::~CacheWriter() { Abandon(); }

CacheWriter::CacheWriter(CacheWriter&& other) noexcept
    : directory_(std::move(other.directory_)),
      model_(other.model_),
      file_(std::exchange(other.file_, std::nullopt)),
      table_(std::move(other.table_)),
      end_(other.end_),
      window_(other.window_),
      maps_(std::move(other.maps_)) {}

void CacheWriter::Abandon() {
  if (file_) std::remove(PartPath().c_str());
  file_.reset();
}

std::string CacheWriter::PartPath() const { return directory_ + "/" + model_.hash.Hex() + ".part"; }

Result<std::span<const std::byte>> CacheWriter::Add(const PackedKey& key, std::size_t panels,
                                                    sys::ThreadPool& pool, const PackPanel& pack) {
  GN_RETURN_IF_ERROR(WriteTensor(key, panels, pool, pack));
  if (maps_.empty() || end_ + key.bytes > window_ + maps_.back().bytes().size()) {
    const std::size_t window_bytes = std::max<std::size_t>(key.bytes, kWindowBytes);
    GN_ASSIGN_OR_RETURN(sys::MemoryMap map, file_->Map(end_, window_bytes));
    maps_.push_back(std::move(map));
    window_ = end_;
  }
  const auto bytes = maps_.back().bytes().subspan(end_ - window_, key.bytes);
  end_ = CacheAlign(end_ + key.bytes);
  return bytes;
}

Status CacheWriter::WriteTensor(const PackedKey& key, std::size_t panels, sys::ThreadPool& pool,
                                const PackPanel& pack) {
  GN_CHECK(file_ && panels > 0 && key.bytes % panels == 0);
  const std::size_t panel_bytes = key.bytes / panels;
  const std::size_t step = std::clamp<std::size_t>(kPieceBytes / panel_bytes, 1, panels);
  GN_ASSIGN_OR_RETURN(const auto piece, sys::MemoryMap::Anonymous(step * panel_bytes));
  ContentHasher hasher;
  for (std::size_t first = 0; first < panels; first += step) {
    const std::size_t count = std::min(step, panels - first);
    pool.ParallelFor(static_cast<std::uint32_t>(count), [&](std::uint32_t i) {
      pack(first + i, piece.bytes().data() + i * panel_bytes);
    });
    const auto packed = piece.bytes().first(count * panel_bytes);
    GN_RETURN_IF_ERROR(file_->WriteAt(end_ + first * panel_bytes, packed));
    hasher.Add(packed);
  }
  file_->BeginSync(end_, key.bytes);
  table_.entries.push_back({.key = key, .offset = end_, .hash = hasher.Finish()});
  return Status();
}

Status CacheWriter::Finish() {
  GN_CHECK(file_);
  const std::vector<std::byte> table = EncodeCacheTable(table_);
  GN_RETURN_IF_ERROR(file_->WriteAt(end_, table));
  GN_RETURN_IF_ERROR(file_->WriteAt(0, EncodeCacheHeader(table_, end_, table)));
  GN_RETURN_IF_ERROR(file_->Sync());
  GN_ASSIGN_OR_RETURN(const sys::FileStamp now, sys::StampOf(model_.descriptor));
  if (now != model_.stamp) return Unavailable("the model's file changed while it was read");
  const std::string path = directory_ + "/" + model_.hash.Hex() + ".weights";
  if (std::rename(PartPath().c_str(), path.c_str()) != 0) {
    return Unavailable(path + ": rename failed");
  }
  file_.reset();
  GN_ASSIGN_OR_RETURN(const sys::FileStamp stamp, SettledStamp(path));
  return WriteRecord(directory_, {.kind = HashRecord::Kind::kCache,
                                  .stamp = stamp,
                                  .hash = model_.hash,
                                  .used = sys::WallNow()});
}

}  // namespace ganglion
