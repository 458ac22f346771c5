#pragma once

#include <cstddef>

#include "ganglion/base/time.h"

namespace ganglion::serve::http {

// Everything that a client can make grow, and every time it can make us wait. What is passed is
// answered where an answer still makes sense (the status stands beside it), and cut otherwise.
struct Limits {
  std::size_t connections_max = 1024;          // 503
  std::size_t connections_per_peer_max = 256;  // 503
  std::size_t requests_per_connection_max = 100'000;

  std::size_t request_line_bytes_max = 8 << 10;  // 414
  std::size_t header_bytes_max = 32 << 10;       // 431; request line included
  std::size_t header_fields_max = 100;           // 431
  std::size_t body_bytes_max = 16u << 20;        // 413
  // Of all requests that are being read or answered, together.
  std::size_t body_bytes_total_max = 256u << 20;  // 503

  TimeNs handshake_ns_max = 10_s;  // TLS
  TimeNs idle_ns_max = 75_s;       // between requests, and before the first
  TimeNs header_ns_max = 10_s;     // 408; from its first byte
  TimeNs body_ns_max = 60_s;       // 408
  // A write of which the client takes not one byte for so long.
  TimeNs write_stall_ns_max = 20_s;
  // How long a connection that we end waits for the client's end, so that the last answer arrives.
  TimeNs linger_ns_max = 2_s;

  // Bytes of one stream that wait to be written; a Reply() may be longer.
  std::size_t stream_bytes_max = 1u << 20;
  // The kernel's buffer of each connection, which a slow reader fills first; 0: as the system says.
  int socket_send_bytes = 0;
};

// Deadlines are looked at so often.
inline constexpr TimeNs kTickNs = 50_ms;
// Connections over the limit that are being told so at a time; more are closed without a word.
inline constexpr std::size_t kRefusalsMax = 64;
inline constexpr int kThreadsMax = 64;
inline constexpr int kListenBacklog = 4096;
// After accept() fails for want of descriptors or memory.
inline constexpr TimeNs kAcceptRetryNs = 100_ms;
// Empty lines that old clients send before a request.
inline constexpr std::size_t kLeadingLinesMax = 2;
// What a browser may ask to send, when it asks whether it may.
inline constexpr std::size_t kCorsHeaderBytesMax = 1024;
// Memory taken at once on the word of a Content-Length; the rest comes with the bytes.
inline constexpr std::size_t kBodyReserveBytes = 64 << 10;
// How long clients should wait after a 503 of the server itself.
inline constexpr int kRetryAfterSeconds = 1;

}  // namespace ganglion::serve::http
