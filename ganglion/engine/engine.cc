#include "ganglion/engine/engine.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

void EndUnstarted(const Job& job) {
  api::Usage usage;
  usage.prompt_tokens = static_cast<std::int32_t>(job.prompt.size());
  usage.total_ms = static_cast<double>(sys::MonotonicNow() - job.submitted_ns) * 1e-6;
  job.sink->OnDone(api::FinishReason::kCancelled, usage, {});
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Create(const std::string& path,
                                               const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(path));
  auto engine = Create(std::move(file), options);
  if (engine.ok()) return engine;
  return std::move(engine).error().WithContext(path);
}

Result<std::unique_ptr<Engine>> Engine::Create(std::shared_ptr<const gguf::File> file,
                                               const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(std::move(file), options));
  auto owned = std::make_unique<LoadedModel>(std::move(loaded));
  GN_ASSIGN_OR_RETURN(auto stepper, Stepper::Create(*owned, options));
  return std::unique_ptr<Engine>(new Engine(std::move(owned), std::move(stepper), options));
}

Engine::Engine(std::unique_ptr<LoadedModel> loaded, std::unique_ptr<Stepper> stepper,
               const EngineOptions& options)
    : options_(options),
      loaded_(std::move(loaded)),
      stepper_(std::move(stepper)),
      grammars_(kGrammarsKept),
      thread_([this] { Run(); }) {}

Engine::~Engine() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<api::RequestId> Engine::Submit(api::GenerateRequest request,
                                      std::shared_ptr<api::EventSink> sink) {
  GN_CHECK(sink != nullptr);
  const TimeNs now = sys::MonotonicNow();
  GN_ASSIGN_OR_RETURN(
      auto job, PrepareJob(std::move(request), static_cast<std::uint64_t>(sys::WallNow()), *loaded_,
                           grammars_));
  job->sink = std::move(sink);
  job->submitted_ns = now;
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= options_.queue_max) {
    return Status(Code::kResourceExhausted,
                  Concat("the queue is full: ", queue_.size(), " requests wait"));
  }
  const api::RequestId id{++requests_};
  job->id = id;
  queue_.push_back(std::move(job));
  wake_.notify_one();
  return id;
}

void Engine::Cancel(api::RequestId request) {
  const std::lock_guard lock(mutex_);
  if (active_ == request) cancel_active_ = true;
  for (const auto& job : queue_) {
    if (job->id != request) continue;
    job->cancelled = true;
    has_cancelled_ = true;
    wake_.notify_one();
  }
}

// Sleeps only where there is nothing to do.
Engine::Events Engine::WaitForEvents() {
  Events events;
  std::unique_lock lock(mutex_);
  if (!stepper_->busy()) active_ = api::RequestId{};
  wake_.wait(lock,
             [this] { return stop_ || has_cancelled_ || !queue_.empty() || stepper_->busy(); });
  if (has_cancelled_ || stop_) {
    const auto kept = std::stable_partition(queue_.begin(), queue_.end(), [this](const auto& job) {
      return !job->cancelled && !stop_;
    });
    std::move(kept, queue_.end(), std::back_inserter(events.dropped));
    queue_.erase(kept, queue_.end());
    has_cancelled_ = false;
  }
  events.stop = stop_;
  events.cancel_active = stepper_->busy() && (cancel_active_ || stop_);
  cancel_active_ = false;
  if (stepper_->busy() || queue_.empty()) return events;
  events.next = std::move(queue_.front());
  queue_.pop_front();
  active_ = events.next->id;
  return events;
}

void Engine::Run() {
  while (true) {
    Events events = WaitForEvents();
    for (const auto& job : events.dropped) EndUnstarted(*job);
    if (events.cancel_active) stepper_->Cancel();
    if (events.stop) return;
    if (events.next != nullptr) stepper_->Start(std::move(events.next));
    if (stepper_->busy()) stepper_->Step();
  }
}

}  // namespace ganglion::engine
