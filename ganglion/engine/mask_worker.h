#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "ganglion/grammar/grammar.h"

namespace ganglion::engine {

// One mask to be made. The owner keeps matcher and bits where they are, and touches neither
// between MaskWorker::Start() and Finish().
struct MaskTask {
  grammar::Matcher* matcher = nullptr;
  std::span<std::uint32_t> bits;
  bool has_tokens = false;  // what FillMask said, after Finish()
};

// Makes masks on a thread of its own while the model computes the logits that they are for.
//
// What has not begun when it is wanted is made by who wants it, so that nobody waits for the masks
// of others, and a full queue costs time and nothing else.
//
// Thread: Start() and Finish() are the engine thread's. Memory: taken in the constructor.
class MaskWorker {
 public:
  explicit MaskWorker(std::size_t tasks_max);
  ~MaskWorker();
  MaskWorker(const MaskWorker&) = delete;
  MaskWorker& operator=(const MaskWorker&) = delete;

  // Whether there was room for it. Each start needs a Finish().
  bool Start(MaskTask& task);
  // Returns when the task's mask is made. It was started.
  void Finish(MaskTask& task);

 private:
  void Run();

  const std::size_t tasks_max_;
  std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable wake_;
  std::condition_variable made_;
  std::vector<MaskTask*> waiting_;  // the oldest first
  MaskTask* current_ = nullptr;     // of the thread
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ganglion::engine
