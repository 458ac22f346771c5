#pragma once

#include <string>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::app {

// A new, empty file in the folder for temporary files that goes when this does. Empty path: none.
class TemporaryFile {
 public:
  static Result<TemporaryFile> Create(std::string_view name);

  TemporaryFile() = default;
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&& other) noexcept;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ganglion::app
