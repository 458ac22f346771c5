#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/sys/memory_map.h"

namespace ganglion::sys {

// What tells one state of a file from another without reading it. Two equal stamps mean equal
// contents only where the later one was taken well after the file had last changed: clocks of file
// systems tick slowly, and what changes twice within a tick looks the same.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  TimeNs modified = 0;  // since 1970, as WallNow() counts
  TimeNs changed = 0;   // of the inode: also by renaming, and not to be set by programs

  bool operator==(const FileStamp&) const = default;
};

// Of an open file.
Result<FileStamp> StampOf(int descriptor);

// An open file. Errors are kNotFound where there is no such file, else kUnavailable.
//
// Thread: the object belongs to one thread.
class File {
 public:
  static Result<File> OpenForReading(const std::string& path);
  // For reading and writing, by this user alone. Made where there is none; what is there stays.
  static Result<File> OpenOrCreate(const std::string& path);

  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Result<FileStamp> Stamp() const { return StampOf(descriptor_); }
  // All of `bytes`; a shorter file is an error.
  Status ReadAt(std::uint64_t offset, std::span<std::byte> bytes) const;
  // All of `bytes`; the file grows where it must.
  Status WriteAt(std::uint64_t offset, std::span<const std::byte> bytes) const;
  Status Resize(std::uint64_t bytes) const;
  // Asks the disk to begin with what was written in this range; does not wait.
  void BeginSync(std::uint64_t offset, std::uint64_t bytes) const;
  // Waits until all that was written would outlive a loss of power.
  Status Sync() const;
  // Whether this process now holds the file's lock. It ends when the file is closed.
  bool TryLock() const;
  // Bytes that may only be read, and not beyond the end of the file, which may grow under the map.
  // `offset` is a multiple of the page size. The map outlives the object and the file's name, but
  // not a file that somebody shortens.
  Result<MemoryMap> Map(std::uint64_t offset, std::size_t bytes) const;

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  static Result<File> Open(const std::string& path, int flags);

  int descriptor_ = -1;
};

}  // namespace ganglion::sys
