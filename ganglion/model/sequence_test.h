#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/ids.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/model.h"

namespace ganglion {

// A model with the cache of one sequence, as a test drives it.
class Sequence {
 public:
  Sequence(std::unique_ptr<Model> model, KvType type, std::uint32_t capacity)
      : model_(std::move(model)), pool_(PagesFor(capacity)), pages_(PagesFor(capacity)) {
    auto kv = KvStorage::Create(model_->kv_shape(), type, PagesFor(capacity));
    EXPECT_TRUE(kv.ok());
    kv_ = std::make_unique<KvStorage>(*std::move(kv));
    EXPECT_TRUE(pages_.TryGrow(pool_, capacity));
    EXPECT_TRUE(model_
                    ->Prepare({.tokens = capacity,
                               .runs = 1,
                               .logits_rows = capacity,
                               .pages = PagesFor(capacity)})
                    .ok());
  }

  Model& model() { return *model_; }
  KvStorage& kv() { return *kv_; }
  const PageTable& pages() const { return pages_; }

  // Logits of every token of `tokens`, the first of which stands at `position`.
  std::vector<float> Feed(std::span<const TokenId> tokens, std::uint32_t position) {
    const auto count = static_cast<std::uint32_t>(tokens.size());
    std::vector<float> logits(tokens.size() * model_->config().vocab_size);
    const TokenRun run = {tokens, position, &pages_, count};
    model_->Forward({{&run, 1}}, *kv_, logits);
    return logits;
  }

  // The same in chunks.
  std::vector<float> FeedInChunks(std::span<const TokenId> tokens, std::size_t chunk) {
    std::vector<float> logits;
    for (std::size_t first = 0; first < tokens.size(); first += chunk) {
      const auto part = tokens.subspan(first, std::min(chunk, tokens.size() - first));
      const std::vector<float> rows = Feed(part, static_cast<std::uint32_t>(first));
      logits.insert(logits.end(), rows.begin(), rows.end());
    }
    return logits;
  }

 private:
  std::unique_ptr<Model> model_;
  PagePool pool_;
  PageTable pages_;
  std::unique_ptr<KvStorage> kv_;
};

}  // namespace ganglion
