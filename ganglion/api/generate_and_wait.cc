#include <condition_variable>
#include <mutex>
#include <utility>

#include "ganglion/api/inference_client.h"

namespace ganglion::api {
namespace {

class Collector final : public EventSink {
 public:
  void OnText(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    answer_.text += text;
  }
  void OnToolCall(const ToolCall& call) override {
    const std::lock_guard lock(mutex_);
    answer_.tool_calls.push_back(call);
  }
  void OnDone(FinishReason reason, const Usage& usage, const Status& status) override {
    const std::lock_guard lock(mutex_);
    answer_.reason = reason;
    answer_.usage = usage;
    if (!status.ok()) error_ = Status(status.code(), std::string(status.message()));
    done_ = true;
    finished_.notify_one();
  }

  Result<Answer> Wait() {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return done_; });
    if (!error_.ok()) return std::move(error_);
    return std::move(answer_);
  }

 private:
  std::mutex mutex_;  // guards everything below
  std::condition_variable finished_;
  Answer answer_;
  Status error_;
  bool done_ = false;
};

}  // namespace

Result<Answer> GenerateAndWait(InferenceClient& client, GenerateRequest request) {
  auto collector = std::make_shared<Collector>();
  GN_ASSIGN_OR_RETURN([[maybe_unused]] const RequestId id,
                      client.Submit(std::move(request), collector));
  return collector->Wait();
}

}  // namespace ganglion::api
