#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "ganglion/base/time.h"
#include "ganglion/serve/http/server.h"

namespace ganglion::serve::http {

// What the threads of one server count together. Thread: any. Outlives the server where exchanges
// do, so it refers to nothing.
class Counters {
 public:
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> requests_aborted{0};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> body_bytes_held{0};
  std::atomic<bool> draining{false};

  void BeginConnection() { ++connections_open_; }
  void EndConnection() { Decrement(connections_open_); }
  void BeginRequest() { ++requests_open_; }
  void EndRequest() { Decrement(requests_open_); }
  std::uint64_t connections_open() const { return connections_open_; }

  // True where none was left in time.
  bool WaitForNoRequest(TimeNs time_ns_max) { return WaitForZero(requests_open_, time_ns_max); }
  bool WaitForNoConnection(TimeNs time_ns_max) {
    return WaitForZero(connections_open_, time_ns_max);
  }

  ServerStats Stats() const;

 private:
  void Decrement(std::atomic<std::uint64_t>& count);
  bool WaitForZero(const std::atomic<std::uint64_t>& count, TimeNs time_ns_max);

  std::atomic<std::uint64_t> connections_open_{0};
  std::atomic<std::uint64_t> requests_open_{0};
  std::mutex mutex_;  // guards nothing but the wait
  std::condition_variable reached_zero_;
};

}  // namespace ganglion::serve::http
