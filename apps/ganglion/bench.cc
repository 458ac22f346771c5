#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/ganglion/bench_report.h"
#include "apps/ganglion/commands.h"
#include "apps/ganglion/machine_limits.h"
#include "apps/ganglion/random_model.h"
#include "apps/ganglion/speed_test.h"
#include "apps/ganglion/temporary_file.h"
#include "apps/ganglion/weight_cache_flags.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/sys/machine.h"

namespace ganglion::app {
namespace {

constexpr std::uint32_t kTokensMax = 1 << 20;  // of any test
constexpr std::uint32_t kLoadPrompt = 16;
constexpr std::uint64_t kWeightsSeed = 1;
constexpr double kBusy = 1.05;  // limits that grew by more were first measured on a busy machine

struct Options {
  std::string model;
  std::string random;
  std::string type = "Q8_0";
  std::string out;
  std::string kv = "f16";
  std::string isa;
  std::uint32_t threads = 0;
  WeightCacheFlags weight_cache;
  std::vector<std::uint32_t> prompt = {512};
  std::uint32_t generate = 128;
  std::vector<std::uint32_t> depth = {0, 2048, 8192, 32'768};
  std::uint32_t depth_generate = 32;
  std::vector<std::uint32_t> batch = {1, 4, 8};
  std::uint32_t batch_prompt = 128;
  std::uint32_t batch_generate = 64;
  std::uint32_t repeats = 3;
  bool no_limits = false;
  bool no_load = false;
  bool no_run = false;
  bool json = false;
};

// Runs the tests one after the other and prints each as soon as it is done.
class Bench {
 public:
  Bench(const Options& options, std::string path) : options_(options), path_(std::move(path)) {}

  Status Run() {
    report_.version = GANGLION_VERSION;
    report_.kv_type = options_.kv;
    report_.load_prompt = kLoadPrompt;
    report_.machine = sys::DescribeMachine();
    report_.model = options_.random.empty() ? path_ : options_.random + " " + options_.type;
    GN_RETURN_IF_ERROR(ReadFile());
    GN_RETURN_IF_ERROR(Load());
    GN_RETURN_IF_ERROR(RunTests());
    if (report_.has_limits) GN_RETURN_IF_ERROR(MeasureLimitsAgain());
    if (options_.json) std::printf("%s\n", ToJson(report_).dump(2).c_str());
    return Status();
  }

 private:
  void Show(const std::string& text) const {
    if (options_.json) return;
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  Status ReadFile() {
    GN_ASSIGN_OR_RETURN(const auto file, gguf::File::Open(path_));
    Result<ModelCost> cost = CountCost(*file);
    if (!cost.ok()) return std::move(cost).error().WithContext(path_);
    report_.cost = *cost;
    report_.memory.file_bytes = static_cast<double>(file->size_bytes());
    GN_ASSIGN_OR_RETURN(report_.architecture, file->String("general.architecture"));
    return Status();
  }

  // The first load, cold, tells which kernels and how many threads; so the limits are measured
  // after it. The second leaves packed weights in the cache where they are kept, and the third,
  // warm, is the one that the tests go on with, and from which on the peak of memory counts.
  Status Load() {
    if (!options_.no_load) GN_RETURN_IF_ERROR(sys::DropFileFromMemory(path_));
    const WeightCacheOptions cache = options_.weight_cache.Options();
    GN_RETURN_IF_ERROR(LoadOnce("cold", options_.no_load ? cache : WeightCacheOptions()));
    report_.kernels = model_->kernels().name;
    report_.threads = model_->threads();
    Show(HeadText(report_));
    if (!options_.no_limits) {
      const auto bytes = static_cast<std::size_t>(report_.cost.bytes);
      GN_ASSIGN_OR_RETURN(report_.limits, MeasureLimits(model_->kernels(), report_.threads, bytes));
      report_.has_limits = true;
      Show(LimitsText(report_.limits));
    }
    if (options_.no_load) {
      report_.loads.clear();
      return Status();
    }
    if (!options_.weight_cache.off) {
      GN_RETURN_IF_ERROR(LoadOnce("first", cache));
      report_.loads.pop_back();
    }
    model_.reset();  // before the peak begins anew
    report_.memory.peak_is_of_tests = sys::ResetPeakMemory();
    GN_RETURN_IF_ERROR(LoadOnce("warm", cache));
    for (const LoadRow& row : report_.loads) Show(LoadText(row, kLoadPrompt));
    return Status();
  }

  Status LoadOnce(const char* how, const WeightCacheOptions& cache) {
    const ModelOptions model_options = {
        .threads = options_.threads, .isa = options_.isa, .weight_cache = cache};
    model_.reset();
    GN_ASSIGN_OR_RETURN(LoadTiming timing,
                        TimeLoad(path_, model_options, *ParseKvType(options_.kv), kLoadPrompt));
    report_.loads.push_back({how, timing.load_seconds, timing.first_token_seconds});
    model_ = std::move(timing.model);
    return Status();
  }

  Status RunTests() {
    using enum SpeedCase::Kind;
    Show(ColumnsText());
    for (const std::uint32_t tokens : options_.prompt) {
      RunTest({.kind = kPrefill, .tokens = tokens});
    }
    if (std::ranges::find(options_.depth, 0u) != options_.depth.end()) {
      RunTest({.kind = kDecode, .tokens = options_.generate});
    }
    report_.memory.process = sys::MeasureMemory();
    for (const std::uint32_t depth : options_.depth) {
      if (depth == 0) continue;
      RunTest({.kind = kDecode, .tokens = options_.depth_generate, .depth = depth});
    }
    for (const std::uint32_t streams : options_.batch) {
      RunTest({.kind = kBatched,
               .tokens = options_.batch_generate,
               .depth = options_.batch_prompt,
               .streams = streams});
    }
    Show("\n" + MemoryText(report_.memory));
    return Status();
  }

  // Where something else ran while the limits were measured, the shares would be of too little. So
  // they are measured before and after, and the better ones count.
  Status MeasureLimitsAgain() {
    const auto bytes = static_cast<std::size_t>(report_.cost.bytes);
    GN_ASSIGN_OR_RETURN(const MachineLimits after,
                        MeasureLimits(model_->kernels(), report_.threads, bytes));
    const MachineLimits before = std::exchange(report_.limits, BetterOf(report_.limits, after));
    const bool was_busy =
        report_.limits.read() > kBusy * before.read() || report_.limits.int8 > kBusy * before.int8;
    for (SpeedRow& row : report_.rows) row = AgainstLimits(row, report_.cost, report_.limits);
    if (!was_busy) return Status();
    Show("\nThe machine was busier before the tests than after them. By the better limits:\n");
    Show(LimitsText(report_.limits) + ColumnsText());
    for (const SpeedRow& row : report_.rows) Show(RowText(row));
    return Status();
  }

  // A test of no tokens or no streams is one that the user does not want.
  void RunTest(const SpeedCase& test) {
    if (test.tokens == 0 || test.streams == 0) return;
    const KvType kv_type = *ParseKvType(options_.kv);  // the flag has checked it
    SpeedTest speed(*model_, kv_type, options_.repeats);
    Result<Timing> timing = test.kind == SpeedCase::Kind::kPrefill
                                ? speed.Prefill(test.tokens)
                                : speed.Decode(test.streams, test.depth, test.tokens);
    SpeedRow row;
    row.test = test;
    if (timing.ok()) {
      row = MakeRow(test, timing->seconds, timing->kv_bytes_read, report_.cost, report_.limits);
      if (test.depth == 0) {
        report_.memory.kv_bytes =
            std::max(report_.memory.kv_bytes, static_cast<double>(timing->kv_bytes));
      }
    } else {
      row.skipped = timing.error().message();
    }
    Show(RowText(row));
    report_.rows.push_back(std::move(row));
  }

  const Options& options_;
  const std::string path_;
  BenchReport report_;
  std::unique_ptr<Model> model_;
};

// Packed weights of a model that goes go with it.
struct TemporaryCache {
  ~TemporaryCache() {
    std::error_code error;
    if (!path.empty()) std::filesystem::remove_all(path, error);
  }
  std::string path = {};
};

Status RunBench(Options options) {
  if (options.model.empty() == options.random.empty()) {
    return Status(Code::kInvalidArgument, "bench: give either --model FILE or --random SHAPE");
  }
  if (options.random.empty()) return Bench(options, options.model).Run();
  GN_ASSIGN_OR_RETURN(const ModelShape shape, FindShape(options.random));
  TemporaryFile temporary;
  TemporaryCache cache;
  std::string path = options.out;
  if (path.empty()) {
    GN_ASSIGN_OR_RETURN(temporary, TemporaryFile::Create("ganglion-bench"));
    path = temporary.path();
    if (!options.weight_cache.off && options.weight_cache.directory.empty()) {
      options.weight_cache.directory = cache.path = path + ".weights";
    }
  }
  GN_RETURN_IF_ERROR(WriteRandomModel(shape, options.type, kWeightsSeed, path));
  return options.no_run ? Status() : Bench(options, path).Run();
}

void AddModelFlags(CLI::App& command, Options& options) {
  CLI::Option* const model = command.add_option("--model", options.model, "GGUF file");
  std::string shapes;
  for (const ModelShape& shape : KnownShapes()) {
    shapes += Concat(shapes.empty() ? "" : ", ", shape.name);
  }
  CLI::Option* const random =
      command.add_option("--random", options.random, "Random weights of a shape: " + shapes)
          ->excludes(model);
  command.add_option("--type", options.type, "Their type or mix of types, as Q8_0 or Q4_K_M")
      ->needs(random);
  CLI::Option* const out =
      command.add_option("--out", options.out, "Keep the file of random weights here")
          ->needs(random);
  command.add_flag("--no-run", options.no_run, "Only write the file of random weights")->needs(out);
  command.add_option("--threads", options.threads, "Threads; 0: one for each processor");
  options.weight_cache.AddTo(command);
  command.add_option("--kv", options.kv, "Type of the KV cache: f32, f16, bf16 or q8_0")
      ->check(CLI::IsMember(kKvTypeNames));
  command.add_option("--isa", options.isa, "Instruction set: scalar, avx2, avx512 or amx");
}

void AddTestFlags(CLI::App& command, Options& options) {
  const CLI::Range tokens(0u, kTokensMax);
  command.add_option("-p,--prompt", options.prompt, "Tokens to prefill, as 128,512; 0: none")
      ->delimiter(',')
      ->check(tokens);
  command.add_option("-n,--generate", options.generate, "Tokens to decode at depth 0; 0: none")
      ->check(tokens);
  command
      .add_option("--depth", options.depth,
                  "Decode after so many tokens, as 0,8192 (copies of one chunk fill the cache)")
      ->delimiter(',')
      ->check(tokens);
  command
      .add_option("--depth-generate", options.depth_generate, "Tokens to decode at other depths")
      ->check(tokens);
  command.add_option("--batch", options.batch, "Sequences that decode together, as 1,4,8; 0: none")
      ->delimiter(',')
      ->check(CLI::Range(0, 1024));
  command.add_option("--batch-prompt", options.batch_prompt, "Tokens before each of them")
      ->check(tokens);
  command.add_option("--batch-generate", options.batch_generate, "Tokens that each decodes")
      ->check(tokens);
  command.add_option("--repeat", options.repeats, "Measurements of each; the median counts")
      ->check(CLI::Range(1, 1000));
  command.add_flag("--no-limits", options.no_limits, "Do not measure what the machine can do");
  command.add_flag("--no-load", options.no_load, "Do not measure loading");
  command.add_flag("--json", options.json, "Print everything as one JSON object");
}

}  // namespace

void AddBenchCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "bench", "Measure prefill, decoding and loading, each as a share of what the machine can do");
  AddModelFlags(*command, *options);
  AddTestFlags(*command, *options);
  command->callback([options, &result] { result = RunBench(*options); });
}

}  // namespace ganglion::app
