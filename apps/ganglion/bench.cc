#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include <CLI/CLI.hpp>

#include "ganglion/base/time.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/model.h"
#include "ganglion/sys/clock.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::app {
namespace {

constexpr int kRepeats = 5;  // the best counts: others share the machine
constexpr std::uint32_t kChunk = 512;
constexpr std::size_t kReadBytesMin = 4u << 20;
constexpr std::size_t kReadBytesMax = 1u << 30;
constexpr std::size_t kPeakRounds = 1'000'000;

struct Options {
  std::string model;
  std::string kv = "f16";
  std::uint32_t threads = 0;
  std::uint32_t prompt = 512;
  std::uint32_t generate = 128;
};

// The limits of the machine, over all threads of the model.
struct Limits {
  double bytes_per_second = 0.0;  // reading as many bytes as the model has weights
  double int8_per_second = 0.0;   // operations; a product and a sum are two
  double float_per_second = 0.0;
};

// Seconds of the fastest of a few runs.
template <class Body>
double BestSeconds(Body&& body) {
  double best = 1e30;
  for (int i = 0; i < kRepeats; ++i) {
    const TimeNs begin = sys::MonotonicNow();
    body();
    best = std::min(best, static_cast<double>(sys::MonotonicNow() - begin) * 1e-9);
  }
  return best;
}

Limits MeasureLimits(const Model& model) {
  const kernels::KernelTable& kernels = model.kernels();
  const std::uint32_t threads = model.threads();
  sys::ThreadPool pool(threads);
  Limits limits;

  const std::size_t bytes = std::clamp(model.work().weight_bytes, kReadBytesMin, kReadBytesMax);
  const std::size_t part = bytes / sizeof(float) / threads / 256 * 256;
  const std::vector<float> data(part * threads, 1.0f);
  std::vector<float> sums(threads);
  const double read_seconds = BestSeconds([&] {
    pool.ParallelFor(threads, [&](std::uint32_t i) {
      sums[i] = kernels.probe_read(data.data() + i * part, part);
    });
  });
  limits.bytes_per_second = static_cast<double>(data.size() * sizeof(float)) / read_seconds;

  const auto peak = [&](std::uint64_t (*probe)(std::size_t)) {
    std::vector<std::uint64_t> operations(threads);
    const double seconds = BestSeconds([&] {
      pool.ParallelFor(threads, [&](std::uint32_t i) { operations[i] = probe(kPeakRounds); });
    });
    return static_cast<double>(operations[0] * threads) / seconds;
  };
  limits.int8_per_second = peak(kernels.probe_int8);
  limits.float_per_second = peak(kernels.probe_float);
  return limits;
}

// One sequence with its cache.
struct Bench {
  Model& model;
  KvStorage kv;
  PageTable pages;
  std::vector<TokenId> tokens;
  std::vector<float> logits;

  void Forward(std::uint32_t first, std::uint32_t count, bool wants_logits) {
    const TokenRun run = {std::span(tokens).subspan(first, count), first, &pages,
                          wants_logits ? 1u : 0u};
    model.Forward({{&run, 1}}, kv, std::span(logits).first(wants_logits ? logits.size() : 0));
  }
  void Prefill(std::uint32_t count) {
    for (std::uint32_t first = 0; first < count; first += kChunk) {
      const std::uint32_t length = std::min(kChunk, count - first);
      Forward(first, length, first + length == count);
    }
  }
};

// The median over all tokens, so that a moment in which others had the processor does not count.
double MedianTokenSeconds(Bench& bench, const Options& options) {
  std::vector<TimeNs> times;
  for (std::uint32_t i = 0; i < options.generate; ++i) {
    const TimeNs begin = sys::MonotonicNow();
    bench.Forward(options.prompt + i, 1, true);
    times.push_back(sys::MonotonicNow() - begin);
  }
  std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
  return static_cast<double>(times[times.size() / 2]) * 1e-9;
}

void PrintLimits(const Model& model, const Limits& limits) {
  const ModelWork work = model.work();
  std::printf("kernels %s, %u threads\n", model.kernels().name, model.threads());
  std::printf("limit   read %.1f GB/s over %.1f MB, int8 %.0f Gop/s, fp32 %.0f Gop/s\n",
              limits.bytes_per_second * 1e-9, static_cast<double>(work.weight_bytes) * 1e-6,
              limits.int8_per_second * 1e-9, limits.float_per_second * 1e-9);
}

void PrintPrefill(const Options& options, const ModelWork& work, const Limits& limits,
                  double seconds) {
  const double operations = 2.0 * (static_cast<double>(work.products_per_token) * options.prompt +
                                   static_cast<double>(work.products_per_logits_row));
  const double peak = work.int8 ? limits.int8_per_second : limits.float_per_second;
  std::printf("prefill %u tokens: %.1f tokens/s, %.3f ms, %.0f Gop/s = %.1f %% of the %s limit\n",
              options.prompt, options.prompt / seconds, seconds * 1e3, operations / seconds * 1e-9,
              100.0 * operations / seconds / peak, work.int8 ? "int8" : "fp32");
}

void PrintDecode(const Options& options, const ModelWork& work, const Limits& limits,
                 double per_token) {
  const double rate = static_cast<double>(work.weight_bytes) / per_token;
  std::printf(
      "decode  %u tokens: %.1f tokens/s, %.3f ms a token, %.1f GB/s = %.1f %% of the read "
      "limit\n",
      options.generate, 1.0 / per_token, per_token * 1e3, rate * 1e-9,
      100.0 * rate / limits.bytes_per_second);
}

Status RunBench(const Options& options) {
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(options.model));
  const TimeNs begin = sys::MonotonicNow();
  auto loaded = Model::Load(std::move(file), {.threads = options.threads});
  if (!loaded.ok()) return std::move(loaded).error().WithContext(options.model);
  Model& model = **loaded;
  std::printf("load    %.1f ms\n", static_cast<double>(sys::MonotonicNow() - begin) * 1e-6);
  const Limits limits = MeasureLimits(model);
  PrintLimits(model, limits);

  const std::uint32_t total = options.prompt + options.generate;
  const KvType type = options.kv == "f16" ? KvType::kF16 : KvType::kF32;
  GN_ASSIGN_OR_RETURN(KvStorage kv, KvStorage::Create(model.kv_shape(), type, PagesFor(total)));
  GN_RETURN_IF_ERROR(
      model.Prepare({.tokens = kChunk, .runs = 1, .logits_rows = 1, .pages = PagesFor(total)}));
  PagePool pool(PagesFor(total));
  Bench bench = {model, std::move(kv), PageTable(PagesFor(total)), {}, {}};
  if (!bench.pages.TryGrow(pool, total)) return Status(Code::kInternal, "the page pool is short");
  // Which tokens they are makes no difference to the time.
  bench.tokens.resize(total);
  for (std::uint32_t i = 0; i < total; ++i) {
    bench.tokens[i] = TokenId{static_cast<std::int32_t>(i * 7 % model.config().vocab_size)};
  }
  bench.logits.resize(model.config().vocab_size);
  PrintPrefill(options, model.work(), limits, BestSeconds([&] { bench.Prefill(options.prompt); }));
  PrintDecode(options, model.work(), limits, MedianTokenSeconds(bench, options));
  return Status();
}

}  // namespace

void AddBenchCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "bench", "Measure prefill and decoding, and each as a share of what the machine can do");
  command->add_option("--model", options->model, "GGUF file")->required();
  command->add_option("--threads", options->threads, "Threads; 0: one for each processor");
  command->add_option("-p,--prompt", options->prompt, "Tokens of the prompt")
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("-n,--generate", options->generate, "Tokens to decode")
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--kv", options->kv, "Type of the KV cache: f32 or f16")
      ->check(CLI::IsMember({"f32", "f16"}));
  command->callback([options, &result] { result = RunBench(*options); });
}

}  // namespace ganglion::app
