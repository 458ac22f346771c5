#pragma once

#include <string>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::serve::http {

// What a request line asks for: "/v1/models?limit=3" or "http://host/v1/models".
struct Target {
  std::string path;       // percent signs decoded; "*" for OPTIONS of the whole server
  std::string query;      // as sent
  std::string authority;  // of an absolute form, which wins over Host; empty otherwise
};

Result<Target> ParseTarget(std::string_view text);

}  // namespace ganglion::serve::http
