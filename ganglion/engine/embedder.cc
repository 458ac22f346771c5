#include "ganglion/engine/embedder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/model/pooling.h"

namespace ganglion::engine {
namespace {

Result<api::EmbedAnswer> AnswerOf(EmbedJob& job) {
  for (std::size_t i = 0; i < job.vectors.size(); ++i) {
    std::vector<float> scaled = job.vectors[i];
    if (!NormalizeVector(scaled)) {
      return Status(Code::kInternal, Concat("the vector of text ", i,
                                            " holds something that is no number; the weights of "
                                            "the model are broken"));
    }
    if (job.normalize) job.vectors[i] = std::move(scaled);
  }
  return api::EmbedAnswer{.vectors = std::move(job.vectors), .prompt_tokens = job.prompt_tokens};
}

}  // namespace

Embedder::Embedder(std::unique_ptr<VectorSource> source) : source_(std::move(source)) {}

Embedder::~Embedder() { EndAll(Status(Code::kUnavailable, "the engine ends")); }

void Embedder::Add(std::unique_ptr<EmbedJob> job) {
  GN_CHECK(job != nullptr && job->done && !job->texts.empty());
  jobs_.push_back(std::move(job));
}

void Embedder::Cancel(api::RequestId request) {
  const auto found = std::ranges::find(jobs_, request, [](const auto& job) { return job->id; });
  if (found == jobs_.end()) return;
  const std::unique_ptr<EmbedJob> job = std::move(*found);
  if (found == jobs_.begin()) started_ = false;
  jobs_.erase(found);
  job->done(Status(Code::kCancelled, "the request was cancelled"));
}

void Embedder::EndAll(const Status& why) {
  while (busy()) EndFirst(Status(why.code(), std::string(why.message())));
}

std::uint64_t Embedder::waiting_tokens() const {
  std::uint64_t tokens = 0;
  for (std::size_t i = 1; i < jobs_.size(); ++i) {
    tokens += static_cast<std::uint64_t>(jobs_[i]->prompt_tokens);
  }
  return tokens;
}

void Embedder::Step() {
  GN_CHECK(busy());
  EmbedJob& job = *jobs_.front();
  if (!std::exchange(started_, true)) {
    Status started = source_->Start(job);
    if (!started.ok()) return EndFirst(std::move(started));
  }
  source_->Step(job);
  if (job.texts_done == job.texts.size()) EndFirst(AnswerOf(job));
}

void Embedder::EndFirst(Result<api::EmbedAnswer> answer) {
  const std::unique_ptr<EmbedJob> job = std::move(jobs_.front());
  jobs_.pop_front();
  started_ = false;
  job->done(std::move(answer));
}

}  // namespace ganglion::engine
