#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/time.h"

// One HTTP request and its answer, as handlers see them: plain types, no library.

namespace ganglion::serve::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = {};  // "GET", "POST", ...
  std::string path = {};    // decoded, without the query: "/v1/models"
  std::string query = {};   // as sent, without '?'
  Headers headers = {};     // names in lower case
  std::string body = {};
  std::string peer = {};     // address of the client
  std::string id = {};       // unique in this process; x-request-id of the answer
  std::uint64_t tenant = 0;  // who it was by its token; 0: nobody asked
  TimeNs arrival_ns = 0;     // when the whole request was there

  // Empty where there is none. `name` in lower case.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  Headers headers = {};  // beside those that every answer has
};

// The answer to one request: either one Reply(), or BeginStream(), any number of Append(), End().
//
// The handler returns at once and keeps the exchange as long as it has something to say. An
// exchange that is dropped without an end answers 500, or cuts the stream.
//
// Thread: any, one at a time; no call blocks. OnGone is called on the server's thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;

  virtual void Reply(Response response) = 0;

  // `head.body` is not used. Bytes leave as they are appended, in HTTP/1.1 as chunks.
  virtual void BeginStream(Response head) = 0;
  // False where nobody reads any more, or so slowly that the limit of bytes that wait is passed
  // (the connection is cut then): whoever computes the rest should stop.
  virtual bool Append(std::string_view bytes) = 0;
  virtual void End() = 0;

  // `gone` is called once when the client goes away before the answer is complete; at once where
  // that has happened already. At most one.
  virtual void OnGone(std::function<void()> gone) = 0;
};

// Must not block for longer than it takes to read the request.
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

}  // namespace ganglion::serve::http
