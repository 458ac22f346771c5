#include "ganglion/serve/rest/generation.h"

#include <utility>

namespace ganglion::serve::rest {

class Generation::Sink final : public api::EventSink {
 public:
  Sink(std::shared_ptr<Generation> generation, std::size_t answer)
      : generation_(std::move(generation)), answer_(answer) {}

  void OnText(std::string_view text) override { generation_->OnText(answer_, text); }
  void OnToken(const api::TokenEvent& token) override { generation_->OnToken(answer_, token); }
  void OnToolCall(const api::ToolCall& call) override { generation_->OnToolCall(answer_, call); }
  void OnDone(api::FinishReason reason, const api::Usage& usage, const Status& status) override {
    generation_->OnDone(answer_, reason, usage, status);
  }

 private:
  const std::shared_ptr<Generation> generation_;
  const std::size_t answer_;
};

Generation::Generation(Services& services, const Model& model, std::size_t answers,
                       std::unique_ptr<AnswerWriter> writer)
    : services_(services),
      client_(*model.client),
      model_name_(model.name),
      writer_(std::move(writer)),
      answers_(answers) {}

void Generation::Start(Services& services, const std::shared_ptr<http::Exchange>& exchange,
                       Plan plan, std::unique_ptr<AnswerWriter> writer) {
  auto generation =
      std::make_shared<Generation>(services, *plan.model, plan.requests.size(), std::move(writer));
  // Before the first Submit(): events may come before it returns.
  generation->observer_ =
      services.observer().OnArrival({.model = plan.model->name,
                                     .priority = plan.requests.front().priority,
                                     .n = static_cast<std::int32_t>(plan.requests.size()),
                                     .tokens_max = plan.tokens_max_asked,
                                     .arrival_ns = exchange->request().arrival_ns,
                                     .tenant = exchange->request().tenant,
                                     .request_id = exchange->request().id});
  // Not shared: the generation keeps the exchange, by its writer.
  exchange->OnGone([weak = std::weak_ptr<Generation>(generation)] {
    if (const auto alive = weak.lock()) alive->Gone();
  });
  generation->Submit(std::move(plan.requests));
}

void Generation::Submit(std::vector<api::GenerateRequest> requests) {
  for (std::size_t i = 0; i < requests.size() && !over(); ++i) {
    const Result<api::RequestId> id =
        client_.Submit(std::move(requests[i]), std::make_shared<Sink>(shared_from_this(), i));
    if (!id.ok()) return OnRefused(id.error());
    OnSubmitted(i, *id);
  }
}

bool Generation::over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

void Generation::OnSubmitted(std::size_t answer, api::RequestId id) {
  {
    const std::lock_guard lock(mutex_);
    if (answers_[answer].done) return;
    if (!over_) {
      answers_[answer].id = id;
      return;
    }
  }
  client_.Cancel(id);
}

void Generation::OnRefused(const Status& status) {
  const ApiError error = services_.ErrorOf(status, client_);
  services_.observer().OnRefused(error.refusal, model_name_);
  Ids ids;
  {
    const std::lock_guard lock(mutex_);
    observer_.reset();  // counted as refused, and not a second time
    if (over_) return;
    ids = TakeIds();
    writer_->OnError(error);
  }
  Cancel(ids);
}

void Generation::Gone() {
  Ids ids;
  {
    const std::lock_guard lock(mutex_);
    ids = TakeIds();
  }
  Cancel(ids);
}

void Generation::Cancel(const Ids& ids) {
  for (const api::RequestId id : ids) client_.Cancel(id);
}

Generation::Ids Generation::TakeIds() {
  over_ = true;
  Ids ids;
  for (Answer& answer : answers_) {
    if (answer.id) ids.push_back(*answer.id);
    answer.id.reset();
  }
  return ids;
}

void Generation::StopReading(std::unique_lock<std::mutex> lock) {
  Ids ids = TakeIds();
  lock.unlock();
  if (ids.empty()) return;
  services_.worker().Post([self = shared_from_this(), ids = std::move(ids)] { self->Cancel(ids); });
}

void Generation::OnText(std::size_t answer, std::string_view text) {
  std::unique_lock lock(mutex_);
  if (over_) return;
  if (observer_) observer_->OnToken(static_cast<std::int32_t>(answer), services_.Now());
  if (!writer_->OnText(answer, text)) StopReading(std::move(lock));
}

void Generation::OnToken(std::size_t answer, const api::TokenEvent& token) {
  std::unique_lock lock(mutex_);
  if (!over_ && !writer_->OnToken(answer, token)) StopReading(std::move(lock));
}

void Generation::OnToolCall(std::size_t answer, const api::ToolCall& call) {
  std::unique_lock lock(mutex_);
  if (!over_ && !writer_->OnToolCall(answer, call)) StopReading(std::move(lock));
}

namespace {

// The engine ends an answer of a fixed form that runs out of tokens with an error, as it is not
// valid. OpenAI ends it with `length`, and its clients know what that means for JSON and for calls.
bool IsCut(api::FinishReason reason, const api::Usage& usage, const Status& status) {
  return reason == api::FinishReason::kError && status.code() == Code::kResourceExhausted &&
         usage.generated_tokens > 0;
}

}  // namespace

void Generation::OnDone(std::size_t answer, api::FinishReason reason, const api::Usage& usage,
                        const Status& status) {
  std::unique_lock lock(mutex_);
  answers_[answer].done = true;
  answers_[answer].id.reset();
  ++done_;
  if (observer_) {
    observer_->OnDone(static_cast<std::int32_t>(answer), reason, usage, status.code(),
                      services_.Now());
  }
  if (over_) return;
  if (IsCut(reason, usage, status)) reason = api::FinishReason::kLength;
  if (reason == api::FinishReason::kError || reason == api::FinishReason::kCancelled) {
    const Status cancelled(Code::kCancelled, "the server ended this answer; send it again");
    const Status unknown(Code::kInternal, "the answer failed without a reason");
    const bool is_error = reason == api::FinishReason::kError;
    // The engine's statistics are not asked for: this is its thread.
    writer_->OnError(FromStatus(!is_error     ? cancelled
                                : status.ok() ? unknown
                                              : status,
                                {.stats = {}, .draining = services_.draining()}));
    return StopReading(std::move(lock));
  }
  if (!writer_->OnAnswerDone(answer, reason, usage)) return StopReading(std::move(lock));
  if (done_ < answers_.size()) return;
  over_ = true;
  writer_->OnEnd();
}

}  // namespace ganglion::serve::rest
