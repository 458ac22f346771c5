#include "ganglion/testing/shared_data.h"

#include <cstdlib>
#include <filesystem>

namespace ganglion::testing {

std::optional<std::string> SharedData(const std::string& name) {
  const char* named = std::getenv("GANGLION_SHARED");
  const std::filesystem::path folder = named != nullptr ? named : GANGLION_SHARED_DEFAULT;
  std::error_code ignored;
  if (!std::filesystem::exists(folder / name, ignored)) return std::nullopt;
  return (folder / name).string();
}

}  // namespace ganglion::testing
