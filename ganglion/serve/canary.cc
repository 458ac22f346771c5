#include "ganglion/serve/canary.h"

#include <algorithm>
#include <chrono>

#include "ganglion/serve/limits.h"

namespace ganglion::serve {
namespace {

// Which token it is does not matter; that one came does.
class CanarySink final : public api::EventSink {
 public:
  CanarySink(std::shared_ptr<CanaryState> state, std::size_t model,
             std::function<TimeNs()> monotonic)
      : state_(std::move(state)), model_(model), monotonic_(std::move(monotonic)) {}

  void OnText(std::string_view /*text*/) override {}
  void OnDone(api::FinishReason reason, const api::Usage& /*usage*/,
              const Status& status) override {
    const bool good = status.ok() && reason != api::FinishReason::kCancelled &&
                      reason != api::FinishReason::kError;
    state_->OnAnswer(model_, good, monotonic_());
  }

 private:
  const std::shared_ptr<CanaryState> state_;
  const std::size_t model_;
  const std::function<TimeNs()> monotonic_;
};

}  // namespace

CanaryState::CanaryState(std::size_t models, const CanaryOptions& options)
    : options_(options), models_(models) {}

std::vector<std::size_t> CanaryState::TakeDue(TimeNs now) {
  std::vector<std::size_t> due;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < models_.size(); ++i) {
    Model& model = models_[i];
    if (model.under_way || (model.sent && now - *model.sent < options_.interval)) continue;
    model.under_way = true;
    model.sent = now;
    due.push_back(i);
  }
  return due;
}

void CanaryState::OnAnswer(std::size_t model, bool good, TimeNs now) {
  const std::lock_guard lock(mutex_);
  models_[model].under_way = false;
  if (good) {
    models_[model].good = now;
  } else {
    ++failures_;
  }
}

std::optional<TimeNs> CanaryState::Age(TimeNs now) const {
  const std::lock_guard lock(mutex_);
  TimeNs age = 0;
  for (const Model& model : models_) {
    if (!model.good) return std::nullopt;
    age = std::max(age, now - *model.good);
  }
  return age;
}

bool CanaryState::Fresh(TimeNs now) const {
  const std::optional<TimeNs> age = Age(now);
  return age && *age <= options_.age_max;
}

std::uint64_t CanaryState::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

Canary::Canary(std::vector<api::InferenceClient*> clients, const CanaryOptions& options,
               std::function<TimeNs()> monotonic)
    : clients_(std::move(clients)),
      options_(options),
      monotonic_(std::move(monotonic)),
      state_(std::make_shared<CanaryState>(clients_.size(), options)),
      thread_([this] { Run(); }) {}

Canary::~Canary() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Canary::Run() {
  // Often enough that a model that failed once is asked again at its time.
  const auto pause = std::chrono::nanoseconds(std::min<TimeNs>(options_.interval, 1_s));
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    for (const std::size_t model : state_->TakeDue(monotonic_())) Send(model);
    lock.lock();
    wake_.wait_for(lock, pause, [this] { return stop_; });
  }
}

void Canary::Send(std::size_t model) {
  api::InferenceClient& client = *clients_[model];
  const api::ModelInfo info = client.Describe();
  const auto state = state_;
  const auto clock = monotonic_;
  Result<api::RequestId> sent = Status(Code::kUnimplemented, "neither writes nor embeds");
  if (info.can_embed && !info.can_generate) {
    sent = client.Embed({.texts = {"a"}}, [state, clock, model](const Result<api::EmbedAnswer>& a) {
      state->OnAnswer(model, a.ok(), clock());
    });
  } else {
    api::GenerateRequest request;
    request.prompt = "a";
    request.tokens_max = 1;
    request.ignore_end = true;
    request.priority = api::Priority::kInteractive;  // batch could starve for good reason
    request.deadline_ms = kCanaryDeadlineMs;
    sent =
        client.Submit(std::move(request), std::make_shared<CanarySink>(state, model, monotonic_));
  }
  if (!sent.ok()) state_->OnAnswer(model, false, monotonic_());
}

}  // namespace ganglion::serve
