#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/engine/vector_source.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/pooling.h"

namespace ganglion::engine {
namespace {

class DecoderVectors final : public VectorSource {
 public:
  DecoderVectors(Model& model, const DecoderVectorsOptions& options)
      : model_(model),
        options_(options),
        width_(model.config().width),
        pooler_(width_),
        pool_(PagesFor(options.context_tokens)),
        pages_(PagesFor(options.context_tokens)) {
    GN_CHECK(options.chunk_tokens > 0 && options.context_tokens > 0);
    GN_CHECK(pages_.TryGrow(pool_, options.context_tokens));
  }

  Status Start(const EmbedJob& /*job*/) override {
    at_ = 0;
    if (kv_.has_value()) return {};
    const std::uint32_t pages = PagesFor(options_.context_tokens);
    auto kv = KvStorage::Create(model_.kv_shape(), options_.kv_type, pages);
    if (!kv.ok()) return std::move(kv).error().WithContext("keys and values of embeddings");
    kv_ = *std::move(kv);
    hidden_.resize(options_.chunk_tokens * width_);
    return {};
  }

  void Step(EmbedJob& job) override {
    const std::vector<TokenId>& text = job.texts[job.texts_done];
    if (at_ == 0) pooler_.Start(job.pooling);
    const std::size_t count = std::min<std::size_t>(options_.chunk_tokens, text.size() - at_);
    const bool last = at_ + count == text.size();
    const std::span<float> hidden =
        std::span(hidden_).first(RowsWanted(job.pooling, count, last) * width_);
    const TokenRun run = {.tokens = std::span(text).subspan(at_, count),
                          .first_position = static_cast<std::uint32_t>(at_),
                          .pages = &pages_,
                          .logits_rows = 0,
                          .hidden = hidden};
    model_.Forward({{&run, 1}}, *kv_, {});
    pooler_.Add(hidden);
    at_ += count;
    if (!last) return;
    pooler_.Finish(job.vectors[job.texts_done++]);
    at_ = 0;
  }

 private:
  // The last so many rows of a chunk of `count`.
  std::size_t RowsWanted(Pooling pooling, std::size_t count, bool last) const {
    if (pooling == Pooling::kLast) return last ? 1 : 0;
    if (pooling == Pooling::kCls) return at_ == 0 ? count : 0;
    return count;
  }

  Model& model_;
  const DecoderVectorsOptions options_;
  const std::size_t width_;
  Pooler pooler_;
  PagePool pool_;
  PageTable pages_;  // all of the pool's, for good: a text overwrites the one before
  std::optional<KvStorage> kv_;
  std::vector<float> hidden_;  // of a step
  std::size_t at_ = 0;         // tokens of the text in progress that are computed
};

}  // namespace

std::unique_ptr<VectorSource> MakeDecoderVectors(Model& model,
                                                 const DecoderVectorsOptions& options) {
  return std::make_unique<DecoderVectors>(model, options);
}

}  // namespace ganglion::engine
