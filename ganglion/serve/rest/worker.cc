#include "ganglion/serve/rest/worker.h"

#include <utility>

namespace ganglion::serve::rest {

Worker::Worker() : thread_([this] { Run(); }) {}

Worker::~Worker() { Stop(); }

void Worker::Post(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (ends_) return;
  waiting_.push_back(std::move(work));
  wake_.notify_one();
}

void Worker::Stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Worker::Run() {
  std::vector<std::function<void()>> batch;
  for (bool ends = false; !ends;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
      batch.swap(waiting_);
      ends = ends_;
    }
    for (const std::function<void()>& work : batch) work();
    batch.clear();
  }
}

}  // namespace ganglion::serve::rest
