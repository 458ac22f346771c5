#include "apps/ganglion/weight_cache_flags.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ganglion::app {
namespace {

void PrintWarning(std::string_view message) {
  std::fprintf(stderr, "ganglion: %.*s\n", static_cast<int>(message.size()), message.data());
}

// After the XDG base directory specification: relative paths in the variable do not count. Empty
// where the user has no home.
std::string UserCacheDirectory() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/ganglion/weights";
  const char* const home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.cache/ganglion/weights";
  return {};
}

}  // namespace

void WeightCacheFlags::AddTo(CLI::App& command) {
  CLI::Option* const named =
      command.add_option("--weight-cache", directory,
                         "Folder of packed weights, which make the next load of a large model "
                         "fast; default: ganglion/weights in the user's cache folder");
  command.add_flag("--no-weight-cache", off, "Keep no packed weights")->excludes(named);
}

WeightCacheOptions WeightCacheFlags::Options() const {
  WeightCacheOptions options;
  options.warn = &PrintWarning;
  if (!off) options.directory = directory.empty() ? UserCacheDirectory() : directory;
  return options;
}

}  // namespace ganglion::app
