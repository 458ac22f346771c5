#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ganglion/base/time.h"
#include "ganglion/serve/http/answer.h"
#include "ganglion/serve/http/context.h"
#include "ganglion/serve/http/request_reader.h"
#include "ganglion/serve/http/transport.h"

namespace ganglion::serve::http {

// The loop that a connection lives on. Its thread is the connection's.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual TimeNs Now() const = 0;
  virtual void Closed(std::uint64_t connection) = 0;
};

// One client: reads its requests one after the other and writes their answers.
//
// | state      | waits for                       | at the deadline | the client leaves      |
// | ---------- | ------------------------------- | --------------- | ---------------------- |
// | kHandshake | TLS                             | closes          | closes                 |
// | kIdle      | the first byte of a request     | closes          | closes                 |
// | kHead      | the rest of its header          | 408             | closes                 |
// | kBody      | the rest of its body            | 408             | closes                 |
// | kAnswer    | the handler, and the answer     | (write stall)   | OnGone, closes         |
// | kLinger    | the client's end, after ours    | closes          | closes                 |
// | kClosed    | nothing                         |                 |                        |
//
// Invariants: (1) one read is under way whenever there is room for its bytes, while an answer is
// computed too, so that a client's end is seen at once; (2) one write at most; (3) no call of ours
// blocks, and none of the handler's is waited for. Knows no socket: a test can be the transport.
class Connection final : public TransportOwner, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::uint64_t id, std::string peer, std::unique_ptr<Transport> transport,
             Context& context, ConnectionHost& host, std::shared_ptr<ReadySignal> signal);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start();
  // For a client over the limit of connections: says 503 and closes, without reading a request.
  void StartRefused(std::string_view why);

  void OnReady(bool ok) override;
  void OnRead(std::size_t size) override;
  void OnWritten(std::size_t size) override;

  void OnAnswer();  // the handler said something
  void OnTick(TimeNs now);
  void FinishIdle();  // the server drains, and no request is in progress
  void Cut();

 private:
  enum class State : std::uint8_t { kHandshake, kIdle, kHead, kBody, kAnswer, kLinger, kClosed };

  void StartRead();
  void Process();
  // Whether there is more to do with what was read.
  bool Step();
  void BeginHead();
  // Looks at the header. False where the request is refused, and answered.
  bool CheckRequest();
  bool CheckRoute();
  bool ChargeBody();
  void AnswerOptions(std::string_view allow);
  void Dispatch();

  void BeginAnswer(bool keep_alive);
  void RespondError(int status, std::string_view message, Headers extra = {});
  void Respond(Response response);
  void FailReading(int status, std::string_view message);
  void Pump();
  void StartWrite();
  void FinishAnswer();
  void Record(bool aborted);

  void Linger();
  void Abort();
  void Close();

  const std::uint64_t id_;
  const std::string peer_;
  const std::unique_ptr<Transport> transport_;
  Context& context_;
  const Limits& limits_;
  ConnectionHost& host_;
  const std::shared_ptr<ReadySignal> signal_;

  State state_ = State::kHandshake;
  TimeNs deadline_ns_ = 0;  // 0: none
  bool refused_ = false;    // from the beginning
  std::string refusal_;

  // What was read and not understood yet.
  std::unique_ptr<char[]> input_;
  std::size_t input_capacity_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  bool reading_ = false;
  bool ended_ = false;  // nothing more will come

  RequestReader reader_;
  Request request_;
  Headers extra_;  // of the answer
  std::string route_;
  const Handler* handler_ = nullptr;
  std::size_t body_charged_ = 0;
  std::size_t requests_ = 0;
  bool counted_ = false;  // as a request that is open
  TimeNs began_ns_ = 0;
  std::uint64_t bytes_in_ = 0;  // of this request
  std::uint64_t bytes_out_ = 0;

  std::shared_ptr<Answer> answer_;
  bool last_taken_ = false;
  std::string output_;
  std::size_t output_begin_ = 0;
  bool writing_ = false;
  TimeNs write_deadline_ns_ = 0;
};

}  // namespace ganglion::serve::http
