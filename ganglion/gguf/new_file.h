#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "ganglion/base/status.h"

namespace ganglion::gguf {

// A file in the making: bytes go into PATH.part, and Publish() renames it. So a reader never sees
// half a file, and what was at PATH stays where writing fails, be it for want of space. Errors name
// the path. One thread.
class NewFile {
 public:
  static Result<NewFile> Create(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  // removes PATH.part unless it was published

  Status Append(std::span<const std::byte> bytes);
  // To the disk, and then to its place. Once.
  Status Publish();

 private:
  NewFile(std::string path, int fd);
  Status Failure(const char* what) const;

  std::string path_;
  int fd_;
};

}  // namespace ganglion::gguf
