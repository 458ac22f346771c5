#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "ganglion/api/inference_client.h"
#include "ganglion/engine/embed_job.h"
#include "ganglion/engine/vector_source.h"

namespace ganglion::engine {

// Works off jobs for vectors in their order, a bounded piece at each step, so that an engine can do
// so between the steps of its answers. Each job's callback is called exactly once: with the answer,
// with an error, with kCancelled, or with kUnavailable where the embedder goes first.
//
// Thread: the engine thread only. Memory: a job brings the room for its vectors.
class Embedder {
 public:
  explicit Embedder(std::unique_ptr<VectorSource> source);
  ~Embedder();  // calls callbacks, where EndAll() was not called before
  Embedder(const Embedder&) = delete;
  Embedder& operator=(const Embedder&) = delete;

  // Whoever adds jobs bounds their number.
  void Add(std::unique_ptr<EmbedJob> job);
  // Unknown ids are ignored: the answer may just have been given.
  void Cancel(api::RequestId request);
  // Ends every job with this error.
  void EndAll(const Status& why);

  bool busy() const { return !jobs_.empty(); }
  std::size_t jobs() const { return jobs_.size(); }
  std::uint64_t waiting_tokens() const;
  // Needs busy().
  void Step();

 private:
  void EndFirst(Result<api::EmbedAnswer> answer);

  const std::unique_ptr<VectorSource> source_;
  std::deque<std::unique_ptr<EmbedJob>> jobs_;  // the first is the one in progress
  bool started_ = false;                        // with the first
};

}  // namespace ganglion::engine
