#include "ganglion/serve/http/counters.h"

#include <chrono>

namespace ganglion::serve::http {

void Counters::Decrement(std::atomic<std::uint64_t>& count) {
  if (--count != 0) return;
  // With the mutex held between a waiter's look and its sleep, the news cannot fall in between.
  const std::lock_guard lock(mutex_);
  reached_zero_.notify_all();
}

bool Counters::WaitForZero(const std::atomic<std::uint64_t>& count, TimeNs time_ns_max) {
  std::unique_lock lock(mutex_);
  return reached_zero_.wait_for(lock, std::chrono::nanoseconds(time_ns_max),
                                [&] { return count == 0; });
}

ServerStats Counters::Stats() const {
  return {.connections_open = connections_open_,
          .connections_accepted = connections_accepted,
          .connections_refused = connections_refused,
          .requests_open = requests_open_,
          .requests = requests,
          .requests_aborted = requests_aborted,
          .bytes_in = bytes_in,
          .bytes_out = bytes_out,
          .body_bytes_held = body_bytes_held};
}

}  // namespace ganglion::serve::http
