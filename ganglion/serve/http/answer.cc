#include "ganglion/serve/http/answer.h"

#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/sys/clock.h"

namespace ganglion::serve::http {

Answer::Answer(Request request, Form form, std::uint64_t connection,
               std::shared_ptr<ReadySignal> signal, std::shared_ptr<Counters> counters)
    : request_(std::move(request)),
      connection_(connection),
      signal_(std::move(signal)),
      counters_(std::move(counters)),
      form_(std::move(form)) {}

Answer::~Answer() { counters_->body_bytes_held -= request_.body.size(); }

std::shared_ptr<Exchange> Answer::Lend(const std::shared_ptr<Answer>& answer) {
  return {answer.get(), [answer](Exchange* /*lent*/) { answer->Abandon(); }};
}

bool Answer::WantsSignalLocked() { return !std::exchange(signal_pending_, true); }

void Answer::AppendHeadLocked(const Response& head, HeadForm::Body body) {
  status_ = head.status;
  // Whoever is told that the server drains should look for another connection.
  form_.keep_alive =
      form_.keep_alive && body != HeadForm::Body::kUntilClose && !counters_->draining;
  sends_body_ = !form_.is_head && StatusHasBody(head.status);
  const HeadForm form = {.body = body,
                         .length = head.body.size(),
                         .is_http_1_1 = form_.is_http_1_1,
                         .keep_alive = form_.keep_alive,
                         .id = request_.id,
                         .extra = &form_.extra,
                         .wall_ns = sys::WallNow()};
  pending_.reserve(head.body.size() + 512);
  AppendHead(head, form, pending_);
}

void Answer::Reply(Response response) {
  std::function<void()> gone;  // goes after the mutex: it may hold the last copy of this exchange
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kGone) return;
    GN_CHECK(state_ == State::kWaiting || state_ == State::kAbandoned);
    AppendHeadLocked(response, HeadForm::Body::kLength);
    if (sends_body_) pending_ += response.body;
    state_ = State::kComplete;
    gone.swap(gone_);
    if (!WantsSignalLocked()) return;
  }
  signal_->Ready(connection_);
}

void Answer::BeginStream(Response head) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kGone) return;
    GN_CHECK(state_ == State::kWaiting);
    head.body.clear();
    in_chunks_ = form_.is_http_1_1;
    AppendHeadLocked(head, in_chunks_ ? HeadForm::Body::kChunks : HeadForm::Body::kUntilClose);
    state_ = State::kStreaming;
    if (!WantsSignalLocked()) return;
  }
  signal_->Ready(connection_);
}

bool Answer::Append(std::string_view bytes) {
  bool fits = true;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kGone) return false;
    GN_CHECK(state_ == State::kStreaming);
    if (!sends_body_) return false;
    if (bytes.empty()) return true;
    fits = pending_.size() + in_flight_ + bytes.size() <= form_.stream_bytes_max;
    if (!fits) {
      state_ = State::kGone;
    } else if (in_chunks_) {
      AppendChunk(bytes, pending_);
    } else {
      pending_ += bytes;
    }
    // While a write is under way, nobody takes what waits and lets the next signal pass; but a
    // reader so slow is not to be waited for.
    if (!WantsSignalLocked() && fits) return true;
  }
  signal_->Ready(connection_);
  return fits;
}

void Answer::End() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kGone) return;
    GN_CHECK(state_ == State::kStreaming);
    if (in_chunks_ && sends_body_) pending_ += kLastChunk;
    state_ = State::kComplete;
    gone.swap(gone_);
    if (!WantsSignalLocked()) return;
  }
  signal_->Ready(connection_);
}

void Answer::OnGone(std::function<void()> gone) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kComplete) return;
    if (state_ != State::kGone) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

void Answer::Abandon() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kComplete || state_ == State::kGone) return;
    gone.swap(gone_);  // nobody is left who would want to know
    state_ = state_ == State::kWaiting ? State::kAbandoned : State::kGone;
    if (!WantsSignalLocked() && state_ == State::kAbandoned) return;
  }
  signal_->Ready(connection_);
}

Answer::Taken Answer::Take(std::string& out) {
  const std::lock_guard lock(mutex_);
  signal_pending_ = false;
  if (state_ == State::kGone) return Taken::kCut;
  if (state_ == State::kAbandoned) return Taken::kAbandoned;
  out.swap(pending_);
  in_flight_ = out.size();
  return state_ == State::kComplete ? Taken::kLast : Taken::kMore;
}

void Answer::Gone() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kComplete) return;
    state_ = State::kGone;
    gone.swap(gone_);
    pending_ = {};
  }
  if (gone) gone();
}

bool Answer::cut() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kGone;
}

bool Answer::complete() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kComplete;
}

int Answer::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool Answer::keep_alive() const {
  const std::lock_guard lock(mutex_);
  return form_.keep_alive;
}

}  // namespace ganglion::serve::http
