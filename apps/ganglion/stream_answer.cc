#include "apps/ganglion/stream_answer.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace ganglion::app {
namespace {

constexpr std::chrono::milliseconds kInterruptCheck{20};

// Passes an answer from the engine's thread, which must not wait for a terminal, to this one.
class Mailbox final : public api::EventSink {
 public:
  void OnText(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    waiting_ += text;
    changed_.notify_one();
  }
  void OnDone(api::FinishReason reason, const api::Usage& usage, const Status& status) override {
    const std::lock_guard lock(mutex_);
    answer_.reason = reason;
    answer_.usage = usage;
    if (!status.ok()) error_ = Status(status.code(), std::string(status.message()));
    done_ = true;
    changed_.notify_one();
  }

  struct News {
    std::string text;
    bool done = false;
  };
  // What came since the last call; waits for something, but not long.
  News Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kInterruptCheck, [this] { return done_ || !waiting_.empty(); });
    return {std::exchange(waiting_, {}), done_};
  }
  // After the end.
  Result<api::Answer> Take() {
    const std::lock_guard lock(mutex_);
    if (!error_.ok()) return std::move(error_);
    return std::move(answer_);
  }

 private:
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::string waiting_;
  api::Answer answer_;
  Status error_;
  bool done_ = false;
};

}  // namespace

Result<api::Answer> StreamAnswer(api::InferenceClient& client, api::GenerateRequest request,
                                 InterruptCounter& interrupts,
                                 const std::function<void(std::string_view)>& show) {
  const auto mailbox = std::make_shared<Mailbox>();
  GN_ASSIGN_OR_RETURN(const api::RequestId id, client.Submit(std::move(request), mailbox));
  std::string text;
  while (true) {
    const Mailbox::News news = mailbox->Wait();
    if (!news.text.empty()) show(news.text);
    text += news.text;
    if (news.done) break;
    if (interrupts.Take()) client.Cancel(id);
  }
  GN_ASSIGN_OR_RETURN(api::Answer answer, mailbox->Take());
  answer.text = std::move(text);
  return answer;
}

void ShowText(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace ganglion::app
