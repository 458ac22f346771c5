#include "ganglion/serve/http/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ganglion/base/check.h"

// The life of a connection: reading, writing, deadlines, ends. What a request means is decided in
// connection_request.cc.

namespace ganglion::serve::http {
namespace {

constexpr std::size_t kInputBytesMin = 16 << 10;
// A connection that rests gives back what a long answer took.
constexpr std::size_t kOutputBytesKept = 64 << 10;

}  // namespace

Connection::Connection(std::uint64_t id, std::string peer, std::unique_ptr<Transport> transport,
                       Context& context, ConnectionHost& host, std::shared_ptr<ReadySignal> signal)
    : id_(id),
      peer_(std::move(peer)),
      transport_(std::move(transport)),
      context_(context),
      limits_(context.options.limits),
      host_(host),
      signal_(std::move(signal)),
      // A header must fit as a whole, and the byte that makes it too long.
      input_capacity_(std::max(kInputBytesMin, limits_.header_bytes_max + 8)),
      reader_(limits_) {}

Connection::~Connection() { GN_CHECK(state_ == State::kClosed); }

void Connection::Start() {
  deadline_ns_ = host_.Now() + limits_.handshake_ns_max;
  transport_->Start(shared_from_this());
}

void Connection::StartRefused(std::string_view why) {
  refused_ = true;
  refusal_ = why;
  Start();
}

void Connection::OnReady(bool ok) {
  if (state_ == State::kClosed) return;
  if (!ok) return Close();
  input_ = std::make_unique_for_overwrite<char[]>(input_capacity_);
  state_ = State::kIdle;
  deadline_ns_ = host_.Now() + limits_.idle_ns_max;
  if (refused_) {
    FailReading(503, refusal_);
  }
  StartRead();
}

void Connection::StartRead() {
  if (reading_ || ended_ || state_ == State::kClosed) return;
  if (state_ == State::kLinger) input_begin_ = input_end_ = 0;
  if (input_begin_ == input_end_) input_begin_ = input_end_ = 0;
  if (input_end_ == input_capacity_ && input_begin_ > 0) {
    std::memmove(input_.get(), input_.get() + input_begin_, input_end_ - input_begin_);
    input_end_ -= std::exchange(input_begin_, 0);
  }
  if (input_end_ == input_capacity_) return;  // requests ahead of their turn wait in the kernel
  reading_ = true;
  transport_->Read({input_.get() + input_end_, input_capacity_ - input_end_});
}

void Connection::OnRead(std::size_t size) {
  if (state_ == State::kClosed) return;
  reading_ = false;
  if (size == 0) {
    ended_ = true;
    // A whole answer that is on its way is still written; everything else has no reader.
    if (state_ == State::kAnswer && answer_->complete()) return;
    return state_ == State::kAnswer ? Abort() : Close();
  }
  input_end_ += size;
  context_.counters->bytes_in += size;
  Process();
  StartRead();
}

void Connection::OnWritten(std::size_t size) {
  if (state_ == State::kClosed) return;
  writing_ = false;
  if (size == 0) return state_ == State::kAnswer ? Abort() : Close();
  context_.counters->bytes_out += size;
  bytes_out_ += size;
  output_begin_ += size;
  if (output_begin_ < output_.size()) return StartWrite();
  output_.clear();
  output_begin_ = 0;
  Pump();
}

void Connection::StartWrite() {
  writing_ = true;
  write_deadline_ns_ = host_.Now() + limits_.write_stall_ns_max;
  transport_->Write(std::string_view(output_).substr(output_begin_));
}

void Connection::OnAnswer() {
  if (state_ != State::kAnswer) return;
  // Even in the middle of a write, which may never come to its end.
  if (answer_->cut()) return Abort();
  Pump();
}

void Connection::Pump() {
  while (state_ == State::kAnswer && !writing_) {
    if (last_taken_) return FinishAnswer();
    switch (answer_->Take(output_)) {
      case Answer::Taken::kMore:
        if (output_.empty()) return;
        break;
      case Answer::Taken::kLast:
        last_taken_ = true;
        break;
      case Answer::Taken::kAbandoned:
        answer_->Reply(context_.options.error_answer(
            {.status = 500, .message = "the request was given up", .path = request_.path}));
        continue;
      case Answer::Taken::kCut:
        return Abort();
    }
    if (!output_.empty()) StartWrite();
  }
}

void Connection::FinishAnswer() {
  const bool keep_alive = answer_->keep_alive();
  Record(false);
  answer_.reset();
  if (output_.capacity() > kOutputBytesKept) output_ = {};
  if (!keep_alive) return Linger();
  reader_.Reset();
  state_ = State::kIdle;
  deadline_ns_ = host_.Now() + limits_.idle_ns_max;
  Process();
  if (ended_ && state_ != State::kAnswer) return Close();
  StartRead();
}

void Connection::OnTick(TimeNs now) {
  if (writing_ && now > write_deadline_ns_) return Abort();
  if (deadline_ns_ == 0 || now <= deadline_ns_) return;
  switch (state_) {
    case State::kHead:
      return FailReading(408, "the request's header did not arrive in time");
    case State::kBody:
      return FailReading(408, "the request's body did not arrive in time");
    case State::kAnswer:
    case State::kClosed:
      return;
    case State::kHandshake:
    case State::kIdle:
    case State::kLinger:
      return Close();
  }
}

void Connection::FinishIdle() {
  if (state_ == State::kIdle || state_ == State::kHead) return Linger();
  if (state_ == State::kHandshake) return Close();
}

void Connection::Cut() {
  if (state_ != State::kClosed) Abort();
}

void Connection::Linger() {
  if (ended_) return Close();
  state_ = State::kLinger;
  deadline_ns_ = host_.Now() + limits_.linger_ns_max;
  transport_->Finish();
  StartRead();
}

void Connection::Abort() {
  if (answer_ != nullptr) answer_->Gone();
  Close();
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  if (counted_) Record(true);
  answer_.reset();
  context_.counters->body_bytes_held -= std::exchange(body_charged_, 0);
  const auto self = shared_from_this();
  transport_->Close();
  host_.Closed(id_);
}

}  // namespace ganglion::serve::http
