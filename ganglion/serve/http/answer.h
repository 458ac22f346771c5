#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "ganglion/serve/http/counters.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/http/response_head.h"

namespace ganglion::serve::http {

// Wakes the thread of a connection. Thread: any.
class ReadySignal {
 public:
  virtual ~ReadySignal() = default;
  virtual void Ready(std::uint64_t connection) = 0;
};

// The queue between the handler of one request and the connection that it came by.
//
// | state      | becomes                                                              |
// | ---------- | -------------------------------------------------------------------- |
// | kWaiting   | kStreaming by BeginStream, kComplete by Reply, kAbandoned            |
// | kStreaming | kComplete by End, kGone by Append over the limit or by Abandon       |
// | kAbandoned | kComplete by the connection's Reply                                  |
// | any        | kGone when the client leaves, unless it is kComplete                 |
//
// Invariants: (1) one wake-up is under way at most, however often the handler speaks, and
// one more where the stream is cut; (2) no more
// than `bytes_max` bytes of a stream wait; (3) `gone` is called once, without the mutex.
class Answer final : public Exchange {
 public:
  struct Form {
    bool is_http_1_1 = true;
    bool keep_alive = true;
    bool is_head = false;  // the body is not sent
    Headers extra = {};
    std::size_t stream_bytes_max = 0;
  };
  enum class Taken : std::uint8_t { kMore, kLast, kAbandoned, kCut };

  // The body of `request` has been added to `counters->body_bytes_held`; this takes it off again.
  Answer(Request request, Form form, std::uint64_t connection, std::shared_ptr<ReadySignal> signal,
         std::shared_ptr<Counters> counters);
  ~Answer() override;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  const Request& request() const override { return request_; }
  void Reply(Response response) override;
  void BeginStream(Response head) override;
  bool Append(std::string_view bytes) override;
  void End() override;
  void OnGone(std::function<void()> gone) override;

  // What a handler gets: when its last copy is dropped, Abandon() is called.
  static std::shared_ptr<Exchange> Lend(const std::shared_ptr<Answer>& answer);

  // For the connection, on its thread. Moves what waits into `out`, which is empty; all that was
  // taken before has been written. Until the first call nothing is signalled.
  Taken Take(std::string& out);
  void Gone();
  bool cut() const;  // what waits will not be written: close
  bool complete() const;
  // Of the answer that has begun; 0 before.
  int status() const;
  bool keep_alive() const;

 private:
  enum class State : std::uint8_t { kWaiting, kStreaming, kAbandoned, kComplete, kGone };

  void Abandon();
  void AppendHeadLocked(const Response& head, HeadForm::Body body);
  // Whether the caller has to signal once it has let the mutex go.
  bool WantsSignalLocked();

  const Request request_;
  const std::uint64_t connection_;
  const std::shared_ptr<ReadySignal> signal_;
  const std::shared_ptr<Counters> counters_;

  mutable std::mutex mutex_;  // guards all below
  Form form_;
  State state_ = State::kWaiting;
  std::string pending_;
  std::size_t in_flight_ = 0;  // bytes of the last Take()
  bool signal_pending_ = true;
  int status_ = 0;
  bool in_chunks_ = false;
  bool sends_body_ = true;
  std::function<void()> gone_;
};

}  // namespace ganglion::serve::http
