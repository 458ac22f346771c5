#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/base/time.h"
#include "ganglion/serve/http/exchange.h"

// A client for tests that sends whatever bytes it is told to. Waits are bounded: what has not come
// in ten seconds does not come.

namespace ganglion::serve::http {

struct RawAnswer {
  int status = 0;
  std::string head;  // the status line and the fields
  std::string body;  // without chunks' frames
  bool whole = false;

  // The value of the first field of that name, in any case; empty where there is none.
  std::string field(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  // False where the server has closed.
  bool Send(std::string_view bytes);
  // One answer; HEAD's has no body, whatever its fields say.
  RawAnswer Read(std::string_view method = "GET");
  // Until `mark` has come, or the end. All bytes so far, which stay for later calls.
  std::string ReadUntil(std::string_view mark);
  std::string ReadToEnd();
  // Whether the server closes, by an end or a reset, in time.
  bool WaitForEnd(TimeNs time_ns_max = 10_s);
  void HalfClose();
  void Close();
  void Reset();  // closes without farewell

 private:
  bool Fill(TimeNs time_ns_max);

  int socket_ = -1;
  std::string received_;
};

// "GET <path> HTTP/1.1" with a Host.
std::string Get(std::string_view path, std::string_view fields = "");
std::string Post(std::string_view path, std::string_view body, std::string_view fields = "");

}  // namespace ganglion::serve::http
