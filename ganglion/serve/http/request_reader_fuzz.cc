#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/serve/http/request_reader.h"
#include "ganglion/serve/http/target.h"

namespace {

using ganglion::serve::http::Headers;
using ganglion::serve::http::RequestReader;

struct Outcome {
  RequestReader::State state = RequestReader::State::kHead;
  int status = 0;
  std::string method = {};
  std::string target = {};
  Headers headers = {};
  std::string body = {};
  std::size_t taken = 0;

  bool operator==(const Outcome&) const = default;
};

Outcome Read(std::string_view bytes, std::size_t piece) {
  const ganglion::serve::http::Limits limits = {.request_line_bytes_max = 200,
                                                .header_bytes_max = 600,
                                                .header_fields_max = 10,
                                                .body_bytes_max = 300};
  RequestReader reader(limits);
  std::size_t begin = 0;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    for (;;) {
      const std::size_t taken = reader.Feed(bytes.substr(begin, end - begin));
      GN_CHECK(taken <= end - begin);
      begin += taken;
      if (taken == 0) break;
    }
  }
  Outcome outcome = {.state = reader.state(), .taken = begin};
  if (outcome.state == RequestReader::State::kError) {
    // How much was taken before an error depends on the pieces; the connection ends anyway.
    outcome.taken = 0;
    outcome.status = reader.failure().status;
    GN_CHECK(outcome.status >= 400 && outcome.status <= 505);
  } else if (outcome.state == RequestReader::State::kDone) {
    outcome.method = reader.method();
    outcome.target = reader.target();
    outcome.headers = reader.TakeHeaders();
    outcome.body = reader.TakeBody();
    GN_CHECK(outcome.body.size() <= limits.body_bytes_max);
    const auto target = ganglion::serve::http::ParseTarget(outcome.target);
    GN_CHECK(!target.ok() || target->path.size() <= outcome.target.size());
  }
  return outcome;
}

}  // namespace

// The input is what a client sends. However the network cuts it, the request must be the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = Read(bytes, std::max<std::size_t>(size, 1));
  GN_CHECK(whole == Read(bytes, 1));
  GN_CHECK(whole == Read(bytes, 13));
  return 0;
}
