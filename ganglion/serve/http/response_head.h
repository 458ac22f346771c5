#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/time.h"
#include "ganglion/serve/http/exchange.h"

namespace ganglion::serve::http {

struct HeadForm {
  enum class Body : std::uint8_t { kLength, kChunks, kUntilClose };
  Body body = Body::kLength;
  std::size_t length = 0;  // where the body has one
  bool is_http_1_1 = true;
  bool keep_alive = true;
  std::string_view id = {};
  const Headers* extra = nullptr;  // beside those of the response
  TimeNs wall_ns = 0;              // since 1970
};

// Writes the status line and the fields of `response`, with the empty line that ends them. Fields
// that could break out of their line are left out: a value may repeat what a client has sent.
void AppendHead(const Response& response, const HeadForm& form, std::string& out);

// One chunk of a body in chunks; `bytes` must not be empty, which would mean the end.
void AppendChunk(std::string_view bytes, std::string& out);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// 1xx, 204 and 304 have no body and no length.
bool StatusHasBody(int status);

}  // namespace ganglion::serve::http
