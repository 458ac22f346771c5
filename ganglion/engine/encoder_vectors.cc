#include <algorithm>
#include <span>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/engine/vector_source.h"
#include "ganglion/model/pooling.h"

namespace ganglion::engine {
namespace {

class EncoderVectors final : public VectorSource {
 public:
  EncoderVectors(Encoder& encoder, const EncoderLimits& limits)
      : encoder_(encoder),
        limits_(limits),
        width_(encoder.config().width),
        pooler_(width_),
        texts_(limits.texts),
        hidden_(std::size_t{limits.tokens} * width_) {}

  Status Start(const EmbedJob& /*job*/) override { return {}; }

  void Step(EmbedJob& job) override {
    std::size_t count = 0;
    std::size_t tokens = 0;
    for (std::size_t i = job.texts_done; i < job.texts.size() && count < limits_.texts; ++i) {
      if (tokens + job.texts[i].size() > limits_.tokens) break;
      texts_[count++] = job.texts[i];
      tokens += job.texts[i].size();
    }
    GN_CHECK(count > 0);
    const auto texts = std::span(texts_).first(count);
    std::span<const float> hidden = std::span(hidden_).first(tokens * width_);
    encoder_.Encode(texts, std::span(hidden_).first(tokens * width_));
    for (const auto& text : texts) {
      pooler_.Start(job.pooling);
      pooler_.Add(hidden.first(text.size() * width_));
      hidden = hidden.subspan(text.size() * width_);
      pooler_.Finish(job.vectors[job.texts_done++]);
    }
  }

 private:
  Encoder& encoder_;
  const EncoderLimits limits_;
  const std::size_t width_;
  Pooler pooler_;
  std::vector<std::span<const TokenId>> texts_;  // of a step
  std::vector<float> hidden_;                    // of a step
};

}  // namespace

std::unique_ptr<VectorSource> MakeEncoderVectors(Encoder& encoder, const EncoderLimits& limits) {
  return std::make_unique<EncoderVectors>(encoder, limits);
}

}  // namespace ganglion::engine
