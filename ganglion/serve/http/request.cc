#include "ganglion/serve/http/exchange.h"

namespace ganglion::serve::http {

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace ganglion::serve::http
