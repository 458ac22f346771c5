#include "ganglion/serve/rest/canceller.h"

#include <utility>

namespace ganglion::serve::rest {

Canceller::Canceller() : thread_([this] { Run(); }) {}

Canceller::~Canceller() { Stop(); }

void Canceller::Post(std::function<void()> cancel) {
  const std::lock_guard lock(mutex_);
  if (ends_) return;
  waiting_.push_back(std::move(cancel));
  wake_.notify_one();
}

void Canceller::Stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Canceller::Run() {
  std::vector<std::function<void()>> batch;
  for (bool ends = false; !ends;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
      batch.swap(waiting_);
      ends = ends_;
    }
    for (const std::function<void()>& cancel : batch) cancel();
    batch.clear();
  }
}

}  // namespace ganglion::serve::rest
