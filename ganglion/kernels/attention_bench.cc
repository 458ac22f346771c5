// Times attention as a share of what the processor can do on one thread: prompts against the peak
// of float multiply-adds, decoding against the read bandwidth of memory. Not part of the default
// build: cmake --build build/release --target ganglion_attention_bench

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <time.h>

#include "ganglion/base/rng.h"
#include "ganglion/kernels/kernels.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kLayers = 16;  // so that the cache is far larger than the caches
constexpr int kRepeats = 3;
constexpr const char* kTypeNames[] = {"f32", "f16", "bf16", "q8_0"};

struct Heads {
  std::size_t heads = 32;
  std::size_t kv_heads = 8;
  std::size_t dim = 64;

  std::size_t group() const { return heads / kv_heads; }
};

// Of this thread's own work, so that other work on the machine does not count.
double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Body>
double BestSeconds(const Body& body) {
  double best = 1e30;
  for (int i = 0; i < kRepeats; ++i) {
    const double begin = Seconds();
    body();
    best = std::min(best, Seconds() - begin);
  }
  return best;
}

std::vector<float> Random(std::size_t count) {
  Rng rng(1);
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(rng.Below(2001)) / 1000.0f - 1.0f;
  return values;
}

// The pages of one sequence, as KvStorage lays them out.
class Cache {
 public:
  Cache(const KernelTable& kernels, CacheType type, const Heads& heads, std::size_t tokens)
      : heads_(heads), type_(type), head_bytes_(CacheBytes(type, heads.dim)) {
    const std::size_t pages = (tokens + kAttentionPageTokens - 1) / kAttentionPageTokens;
    const std::size_t page_bytes = kLayers * heads.kv_heads * 2 * head_bytes_;
    constexpr std::size_t kHuge = std::size_t{2} << 20;
    size_ = (pages * page_bytes + kHuge - 1) / kHuge * kHuge;
    bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(kHuge, size_)));
    madvise(bytes_.get(), size_, MADV_HUGEPAGE);
    for (std::size_t p = 0; p < pages; ++p) pages_.push_back(bytes_.get() + p * page_bytes);
    const std::vector<float> x = Random(heads.dim + 997);
    const AttentionKernels& store = kernels.attention[static_cast<std::size_t>(type)];
    for (std::size_t i = 0; i < pages * kLayers * heads.kv_heads * kAttentionPageTokens; ++i) {
      const std::size_t slot = i % kAttentionPageTokens;
      const std::size_t head = i / kAttentionPageTokens;  // of all pages and layers
      std::byte* const keys =
          bytes_.get() +
          (head / heads.kv_heads * 2 * heads.kv_heads + head % heads.kv_heads) * head_bytes_;
      store.store_key({x.data() + i % 997, heads.dim, slot, keys});
      store.store_value({x.data() + i % 991, heads.dim, slot, keys + heads.kv_heads * head_bytes_});
    }
  }

  std::size_t size_bytes() const { return size_; }
  const std::byte* data() const { return bytes_.get(); }

  AttentionArgs Args(std::size_t layer, std::size_t head) const {
    const std::size_t first = layer * 2 * heads_.kv_heads + head;
    return {.q = nullptr,
            .stride_q = heads_.heads * heads_.dim,
            .pages = pages_.data(),
            .key_offset = first * head_bytes_,
            .value_offset = (first + heads_.kv_heads) * head_bytes_,
            .key_dim = heads_.dim,
            .value_dim = heads_.dim,
            .tokens = 1,
            .group = heads_.group(),
            .keys = 1,
            .scale = 0.125f,
            .softcap = 0.0f,
            .window = 0,
            .y = nullptr,
            .stride_y = heads_.heads * heads_.dim};
  }

 private:
  const Heads heads_;
  const CacheType type_;
  const std::size_t head_bytes_;
  std::size_t size_ = 0;
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<std::byte[], Free> bytes_;  // in large pages, as KvStorage has them
  std::vector<const std::byte*> pages_;
};

// One layer of a prompt of `tokens` tokens, in pieces as the model makes them.
void TimePrompt(const KernelTable& kernels, CacheType type, const Heads& heads,
                std::size_t tokens) {
  const Cache cache(kernels, type, heads, tokens);
  const std::vector<float> q = Random(tokens * heads.heads * heads.dim);
  std::vector<float> y(q.size());
  const std::size_t piece = std::max<std::size_t>(kAttentionTileRows / heads.group(), 1);
  const double seconds = BestSeconds([&] {
    for (std::size_t head = 0; head < heads.kv_heads; ++head) {
      for (std::size_t first = 0; first < tokens; first += piece) {
        AttentionArgs args = cache.Args(0, head);
        const std::size_t at = first * args.stride_q + head * heads.group() * heads.dim;
        args.q = q.data() + at;
        args.y = y.data() + at;
        args.tokens = std::min(piece, tokens - first);
        args.keys = first + 1;
        kernels.attention[static_cast<std::size_t>(type)].attend(args);
      }
    }
  });
  double peak = 0.0;
  const double peak_seconds =
      BestSeconds([&] { peak = static_cast<double>(kernels.probe_float(1 << 22)); });
  const double operations = 4.0 * static_cast<double>(heads.heads * heads.dim) * 0.5 *
                            static_cast<double>(tokens) * static_cast<double>(tokens + 1);
  std::printf("prompt %zu, %zu/%zu heads of %zu, %s: %.1f Gop/s, %.0f %% of %.1f\n", tokens,
              heads.heads, heads.kv_heads, heads.dim, kTypeNames[static_cast<std::size_t>(type)],
              operations / seconds * 1e-9, 100.0 * operations / seconds / (peak / peak_seconds),
              peak / peak_seconds * 1e-9);
}

// One token after `tokens` tokens, in all layers.
void TimeDecoding(const KernelTable& kernels, CacheType type, const Heads& heads,
                  std::size_t tokens) {
  const Cache cache(kernels, type, heads, tokens);
  const std::vector<float> q = Random(heads.heads * heads.dim);
  std::vector<float> y(q.size());
  const double seconds = BestSeconds([&] {
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
      for (std::size_t head = 0; head < heads.kv_heads; ++head) {
        AttentionArgs args = cache.Args(layer, head);
        args.q = q.data() + head * heads.group() * heads.dim;
        args.y = y.data() + head * heads.group() * heads.dim;
        args.keys = tokens;
        kernels.attention[static_cast<std::size_t>(type)].attend(args);
      }
    }
  });
  float sum = 0.0f;
  const double read_seconds = BestSeconds([&] {
    sum += kernels.probe_read(reinterpret_cast<const float*>(cache.data()),
                              cache.size_bytes() / sizeof(float));
  });
  const auto bytes = static_cast<double>(cache.size_bytes());
  std::printf("decode at %zu, %zu/%zu heads of %zu, %s: %.1f GB/s of cache, %.0f %% of %.1f%s\n",
              tokens, heads.heads, heads.kv_heads, heads.dim,
              kTypeNames[static_cast<std::size_t>(type)], bytes / seconds * 1e-9,
              100.0 * read_seconds / seconds, bytes / read_seconds * 1e-9,
              sum == 1.0f ? " " : "");  // so that the sum is used
}

void Run() {
  const KernelTable& kernels = Kernels();
  std::printf("%s, one thread\n", kernels.name);
  constexpr Heads kSmall = {.heads = 32, .kv_heads = 8, .dim = 64};   // Llama 3.2 1B
  constexpr Heads kLarge = {.heads = 16, .kv_heads = 8, .dim = 128};  // Qwen3 1.7B
  for (const Heads& heads : {kSmall, kLarge}) {
    for (std::size_t type = 0; type < kCacheTypes; ++type) {
      TimePrompt(kernels, CacheType{static_cast<std::uint8_t>(type)}, heads, 2048);
      TimeDecoding(kernels, CacheType{static_cast<std::uint8_t>(type)}, heads, 4096);
    }
  }
}

}  // namespace
}  // namespace ganglion::kernels

int main() { ganglion::kernels::Run(); }
