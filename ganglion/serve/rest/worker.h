#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ganglion::serve::rest {

// Does what sinks and callbacks must not do on the engine's thread, because it calls the client or
// takes long: cancels what nobody reads any more, writes thousands of vectors as text.
//
// What waits is bounded by the requests in flight: each posts at most once.
// Thread: Post() any; it takes a lock that is never held while something runs.
class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Post(std::function<void()> work);
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
