#include "ganglion/engine/mask_worker.h"

#include <algorithm>

#include "ganglion/base/check.h"

namespace ganglion::engine {
namespace {

void Make(MaskTask& task) { task.has_tokens = task.matcher->FillMask(task.bits); }

}  // namespace

MaskWorker::MaskWorker(std::size_t tasks_max) : tasks_max_(tasks_max) {
  waiting_.reserve(tasks_max);
  thread_ = std::thread([this] { Run(); });
}

MaskWorker::~MaskWorker() {
  {
    const std::lock_guard lock(mutex_);
    GN_CHECK(waiting_.empty());
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool MaskWorker::Start(MaskTask& task) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == tasks_max_) return false;
    waiting_.push_back(&task);
  }
  wake_.notify_one();
  return true;
}

void MaskWorker::Finish(MaskTask& task) {
  {
    std::unique_lock lock(mutex_);
    const auto found = std::find(waiting_.begin(), waiting_.end(), &task);
    if (found == waiting_.end()) {
      made_.wait(lock, [&] { return current_ != &task; });
      return;
    }
    waiting_.erase(found);
  }
  Make(task);
}

void MaskWorker::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    MaskTask& task = *waiting_.front();
    waiting_.erase(waiting_.begin());
    current_ = &task;
    lock.unlock();
    Make(task);
    lock.lock();
    current_ = nullptr;
    made_.notify_one();
  }
}

}  // namespace ganglion::engine
