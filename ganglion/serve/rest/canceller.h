#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ganglion::serve::rest {

// A sink learns on the engine's thread that nobody reads its answer any more, and must not call the
// client there. It leaves the cancelling to this thread.
//
// What waits is bounded by the requests in flight: each posts at most once.
// Thread: Post() any; it takes a lock that is never held while something runs.
class Canceller {
 public:
  Canceller();
  ~Canceller();
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;

  void Post(std::function<void()> cancel);
  // Returns when nothing runs any more; what is posted later is dropped.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;  // guards the three below
  std::condition_variable wake_;
  std::vector<std::function<void()>> waiting_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace ganglion::serve::rest
