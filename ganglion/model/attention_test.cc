#include "ganglion/model/attention.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

constexpr std::uint32_t kPartTokens = kernels::kAttentionPartPages * kPageTokens;

// One sequence of a batch: so many tokens at the end of so many positions.
struct Tail {
  std::uint32_t tokens;
  std::uint32_t keys;
};

// Random queries, keys and values of a batch, and the cache that holds them.
class Fixture {
 public:
  Fixture(const ModelConfig& config, KvType type, std::vector<Tail> runs, testing::SeededRng& rng)
      : config_(config), runs_(std::move(runs)) {
    std::uint32_t pages = 0;
    for (const Tail& run : runs_) pages += PagesFor(run.keys);
    kv_ = std::make_unique<KvStorage>(*KvStorage::Create({.layers = 1,
                                                          .heads = config.kv_heads,
                                                          .key_dim = config.key_dim,
                                                          .value_dim = config.value_dim},
                                                         type, pages));
    for (std::uint32_t page = 0; page < pages; ++page) pages_.push_back(kv_->page(PageId{page}));
    std::byte* const* from = pages_.data();
    for (const Tail& run : runs_) {
      places_.push_back({rows_, run.tokens, run.keys - run.tokens, from});
      from += PagesFor(run.keys);
      rows_ += run.tokens;
    }
    q_ = Random(rows_ * config.heads * config.key_dim, rng);
    sys::ThreadPool pool(1);
    const PagedAttention attention(config, pool, kernels::Kernels());
    for (const RunPlace& place : places_) {
      for (std::size_t i = 0; i < place.first_position + place.tokens; ++i) {
        const std::vector<float> k = Random(config.kv_heads * config.key_dim, rng);
        const std::vector<float> v = Random(config.kv_heads * config.value_dim, rng);
        const RunPlace whole = {0, i + 1, 0, place.pages};
        attention.StoreRow(*kv_, 0, whole, i, k.data(), v.data());
      }
    }
  }

  std::vector<float> Attend(std::uint32_t threads, const AttentionOptions& options) {
    sys::ThreadPool pool(threads);
    PagedAttention attention(config_, pool, kernels::Kernels());
    attention.Prepare({.tokens = static_cast<std::uint32_t>(rows_),
                       .runs = static_cast<std::uint32_t>(runs_.size()),
                       .logits_rows = 1,
                       .pages = kv_->pages()});
    std::vector<float> y(rows_ * config_.heads * config_.value_dim, 77.0f);
    const HeadRows q = {q_.data(), std::size_t{config_.heads} * config_.key_dim};
    const HeadRows out = {y.data(), std::size_t{config_.heads} * config_.value_dim};
    const std::size_t before = testing::AllocationCount();
    attention.Attend(*kv_, 0, options, places_, q, out);
    EXPECT_EQ(testing::AllocationCount(), before);
    return y;
  }

 private:
  static std::vector<float> Random(std::size_t count, testing::SeededRng& rng) {
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(rng.Below(2001)) / 1000.0f - 1.0f;
    return values;
  }

  const ModelConfig config_;
  const std::vector<Tail> runs_;
  std::unique_ptr<KvStorage> kv_;
  std::vector<std::byte*> pages_;
  std::vector<RunPlace> places_;
  std::size_t rows_ = 0;
  std::vector<float> q_;
};

ModelConfig Heads(std::uint32_t heads, std::uint32_t kv_heads, std::uint32_t dim) {
  ModelConfig config;
  config.heads = heads;
  config.kv_heads = kv_heads;
  config.key_dim = config.value_dim = dim;
  return config;
}

class PagedAttentionTest : public ::testing::Test {
 protected:
  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_{__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())};
};

// With few heads the threads share a long context, else they share heads and tokens.
TEST_F(PagedAttentionTest, AnyNumberOfThreadsGivesTheSameBits) {
  const std::vector<std::vector<Tail>> batches = {
      {{1, 3 * kPartTokens + 5}},
      {{5, 2 * kPartTokens + 2}},
      {{1, kPartTokens + 1}, {2, 40}, {3, 2 * kPartTokens}},
      {{130, 200}, {1, 90}},
  };
  for (const ModelConfig& config : {Heads(3, 1, 32), Heads(8, 4, 32)}) {
    for (const std::vector<Tail>& runs : batches) {
      Fixture fixture(config, KvType::kQ8_0, runs, rng_);
      for (const std::uint32_t window : {0u, 50u, kPartTokens + 9}) {
        const AttentionOptions options = {.scale = 0.2f, .softcap = 0.0f, .window = window};
        const std::vector<float> want = fixture.Attend(1, options);
        for (const std::uint32_t threads : {2u, 5u}) {
          ASSERT_EQ(fixture.Attend(threads, options), want) << threads << " threads";
        }
      }
    }
  }
}

}  // namespace
}  // namespace ganglion
