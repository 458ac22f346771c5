#include "apps/ganglion/speed_test.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/base/rng.h"
#include "ganglion/base/time.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/sys/clock.h"
#include "ganglion/sys/machine.h"

namespace ganglion::app {
namespace {

constexpr std::uint32_t kChunk = 512;  // tokens of one forward pass
constexpr std::uint64_t kTokenSeed = 1;

double SecondsSince(TimeNs begin) {
  return static_cast<double>(sys::MonotonicNow() - begin) * 1e-9;
}

// Some sequences of equal length with their cache.
class Sequences {
 public:
  static Result<Sequences> Create(Model& model, KvType type, std::uint32_t streams,
                                  std::uint32_t tokens_each) {
    const std::uint32_t pages_each = PagesFor(tokens_each);
    const std::size_t bytes = PageBytes(model.kv_shape(), type) * pages_each * streams;
    const std::size_t available = sys::DescribeMachine().memory_available;
    if (available != 0 && bytes > available / 10 * 9) {
      return Status(Code::kResourceExhausted,
                    Concat("a KV cache of ", bytes >> 20, " MiB does not fit into the ",
                           available >> 20, " MiB of memory that are free"));
    }
    const std::uint32_t pages = pages_each * streams;
    GN_ASSIGN_OR_RETURN(KvStorage kv, KvStorage::Create(model.kv_shape(), type, pages));
    GN_RETURN_IF_ERROR(model.Prepare({.tokens = std::max(kChunk, streams),
                                      .runs = streams,
                                      .logits_rows = streams,
                                      .pages = pages}));
    return Sequences(model, std::move(kv), streams, tokens_each);
  }

  std::size_t kv_bytes() const { return kv_.size_bytes(); }

  // Tokens [first, first + count) of sequence 0, with logits of the last.
  void Prefill(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t done = 0; done < count;) {
      const std::uint32_t length = std::min(kChunk, count - done);
      done += length;
      const std::uint32_t rows = done == count ? 1 : 0;
      const TokenRun run = {RandomTokens(length), first + done - length, &tables_[0], rows};
      Forward({&run, 1}, rows);
    }
  }

  // Gives every sequence `depth` tokens of content. Only the first chunk is computed; the rest are
  // copies of its pages, which are as slow to read as any.
  void FillTo(std::uint32_t depth) {
    if (depth == 0) return;
    const std::uint32_t computed = std::min(depth, kChunk);
    Prefill(0, computed);
    const std::uint32_t source_pages = PagesFor(computed);
    for (std::size_t s = 0; s < tables_.size(); ++s) {
      for (std::uint32_t i = s == 0 ? source_pages : 0; i < PagesFor(depth); ++i) {
        const PageId source = tables_[0].pages()[i % source_pages];
        GN_CHECK(kv_.CopyPage(*pool_, source, tables_[s].pages()[i]).ok());  // all is in memory
      }
    }
  }

  // One token in every sequence.
  void Step(std::uint32_t position) {
    std::span<const TokenId> tokens = RandomTokens(static_cast<std::uint32_t>(tables_.size()));
    runs_.clear();
    for (std::size_t s = 0; s < tables_.size(); ++s) {
      runs_.push_back({tokens.subspan(s, 1), position, &tables_[s], 1});
    }
    Forward(runs_, tables_.size());
  }

 private:
  Sequences(Model& model, KvStorage kv, std::uint32_t streams, std::uint32_t tokens_each)
      : model_(&model),
        kv_(std::move(kv)),
        pool_(std::make_unique<PagePool>(kv_.pages())),
        rng_(kTokenSeed) {
    for (std::uint32_t s = 0; s < streams; ++s) {
      tables_.emplace_back(PagesFor(tokens_each));
      GN_CHECK(tables_.back().TryGrow(*pool_, tokens_each));
    }
    tokens_.resize(std::max(kChunk, streams));
    runs_.reserve(streams);
    logits_.resize(std::size_t{model.config().vocab_size} * streams);
  }

  std::span<const TokenId> RandomTokens(std::uint32_t count) {
    const std::span<TokenId> tokens = std::span(tokens_).first(count);
    for (TokenId& token : tokens) {
      token = TokenId{static_cast<std::int32_t>(rng_.Below(model_->config().vocab_size))};
    }
    return tokens;
  }

  void Forward(std::span<const TokenRun> runs, std::size_t logits_rows) {
    model_->Forward({runs}, kv_,
                    std::span(logits_).first(logits_rows * model_->config().vocab_size));
  }

  Model* model_;
  KvStorage kv_;
  std::unique_ptr<PagePool> pool_;
  Rng rng_;
  std::vector<PageTable> tables_;
  std::vector<TokenId> tokens_;
  std::vector<TokenRun> runs_;
  std::vector<float> logits_;
};

double KvBytes(const Model& model, KvType type, double tokens) {
  return tokens * static_cast<double>(PageBytes(model.kv_shape(), type)) / kPageTokens;
}

}  // namespace

Result<Timing> SpeedTest::Prefill(std::uint32_t tokens) {
  GN_ASSIGN_OR_RETURN(auto sequences, Sequences::Create(model_, kv_type_, 1, tokens));
  sequences.Prefill(0, std::min(tokens, kChunk));
  Timing timing;
  timing.kv_bytes = sequences.kv_bytes();
  for (std::uint32_t i = 0; i < repeats_; ++i) {
    const TimeNs begin = sys::MonotonicNow();
    sequences.Prefill(0, tokens);
    timing.seconds.push_back(SecondsSince(begin));
  }
  return timing;
}

Result<Timing> SpeedTest::Decode(std::uint32_t streams, std::uint32_t depth, std::uint32_t tokens) {
  const std::uint32_t total = depth + tokens;
  GN_ASSIGN_OR_RETURN(auto sequences, Sequences::Create(model_, kv_type_, streams, total));
  sequences.FillTo(depth);
  sequences.Step(depth);
  Timing timing;
  timing.kv_bytes = sequences.kv_bytes();
  timing.kv_bytes_read = KvBytes(model_, kv_type_, streams * (depth + tokens / 2.0));
  for (std::uint32_t i = 0; i < repeats_; ++i) {
    const TimeNs begin = sys::MonotonicNow();
    for (std::uint32_t t = 0; t < tokens; ++t) sequences.Step(depth + t);
    timing.seconds.push_back(SecondsSince(begin));
  }
  return timing;
}

Result<LoadTiming> TimeLoad(const std::string& path, const ModelOptions& options, KvType kv_type,
                            std::uint32_t prompt) {
  LoadTiming timing;
  const TimeNs begin = sys::MonotonicNow();
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(path));
  auto model = Model::Load(std::move(file), options);
  if (!model.ok()) return std::move(model).error().WithContext(path);
  timing.model = *std::move(model);
  timing.load_seconds = SecondsSince(begin);
  GN_ASSIGN_OR_RETURN(auto sequences, Sequences::Create(*timing.model, kv_type, 1, prompt));
  sequences.Prefill(0, prompt);
  timing.first_token_seconds = SecondsSince(begin);
  return timing;
}

}  // namespace ganglion::app
