#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/model_folder.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/printable.h"
#include "ganglion/gguf/tensor_source.h"
#include "ganglion/quantize/importance.h"
#include "ganglion/quantize/mix.h"
#include "ganglion/quantize/quantize_model.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::app {
namespace {

struct Flags {
  std::string in;
  std::string out;
  std::string type;
  std::string imatrix;
  std::string output_type;
  std::string embedding_type;
  std::uint32_t threads = 0;
  bool requantize = false;
  bool json = false;
};

struct Totals {
  std::uint64_t values = 0;
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;

  double bits_per_weight() const {
    return values > 0 ? 8.0 * static_cast<double>(bytes_after) / static_cast<double>(values) : 0.0;
  }
};

std::string NameOf(gguf::TensorType type) { return std::string(gguf::Info(type).name); }

void PrintRow(const quantize::TensorReport& report) {
  std::string dims;
  for (const std::uint64_t dim : report.dims) dims += (dims.empty() ? "" : " x ") + Concat(dim);
  std::printf("%-36s %-20s %-6s %-6s %9.6f%s\n", gguf::Printable(report.name).c_str(), dims.c_str(),
              NameOf(report.from).c_str(), NameOf(report.to).c_str(), report.relative_error,
              report.weighed ? " *" : "");
  std::fflush(stdout);
}

void PrintTotals(const Totals& totals, std::size_t tensors, bool weighed) {
  if (weighed) std::printf("* errors weighed by the importance matrix\n");
  std::printf("%zu tensors: %" PRIu64 " bytes before, %" PRIu64 " after, %.3f bits per weight\n",
              tensors, totals.bytes_before, totals.bytes_after, totals.bits_per_weight());
}

nlohmann::json ToJson(const Flags& flags, const std::vector<quantize::TensorReport>& reports,
                      const Totals& totals) {
  nlohmann::json tensors = nlohmann::json::array();
  for (const quantize::TensorReport& report : reports) {
    tensors.push_back({{"name", gguf::Printable(report.name)},
                       {"shape", report.dims},
                       {"from", NameOf(report.from)},
                       {"to", NameOf(report.to)},
                       {"bytes_before", report.bytes_before},
                       {"bytes_after", report.bytes_after},
                       {"relative_rms_error", report.relative_error},
                       {"weighed", report.weighed}});
  }
  return {{"in", flags.in},
          {"out", flags.out},
          {"type", flags.type},
          {"tensors", std::move(tensors)},
          {"bytes_before", totals.bytes_before},
          {"bytes_after", totals.bytes_after},
          {"bits_per_weight", totals.bits_per_weight()}};
}

// Nothing for an empty name.
Result<std::optional<gguf::TensorType>> WeightType(const std::string& name) {
  if (name.empty()) return std::optional<gguf::TensorType>();
  const auto type = gguf::TypeNamed(name);
  if (!type || !gguf::Info(*type).supported) {
    return Status(Code::kInvalidArgument, Concat("\"", name, "\" is no type of weights"));
  }
  return type;
}

Result<quantize::Options> OptionsOf(const Flags& flags) {
  quantize::Options options;
  options.mix = quantize::MixNamed(flags.type);
  if (options.mix == nullptr) {
    return Status(Code::kInvalidArgument,
                  Concat("\"", flags.type, "\" is no type; there are ", quantize::MixNames()));
  }
  GN_ASSIGN_OR_RETURN(options.output_type, WeightType(flags.output_type));
  GN_ASSIGN_OR_RETURN(options.embedding_type, WeightType(flags.embedding_type));
  options.importance_name = flags.imatrix;
  options.requantize = flags.requantize;
  return options;
}

Result<std::unique_ptr<const gguf::TensorSource>> OpenSource(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return convert::OpenModelFolder(path);
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(path));
  return gguf::SourceOf(std::move(file));
}

Status Quantize(const Flags& flags) {
  GN_ASSIGN_OR_RETURN(quantize::Options options, OptionsOf(flags));
  GN_ASSIGN_OR_RETURN(const auto source, OpenSource(flags.in));
  quantize::Importance importance;
  if (!flags.imatrix.empty()) {
    GN_ASSIGN_OR_RETURN(importance, quantize::Importance::Read(flags.imatrix));
    options.importance = &importance;
  }
  sys::ThreadPool pool(flags.threads > 0 ? flags.threads : sys::UsableProcessors());
  std::vector<quantize::TensorReport> reports;
  Totals totals;
  if (!flags.json) {
    std::printf("%-36s %-20s %-6s %-6s %9s\n", "tensor", "shape", "from", "to", "rel. RMS");
  }
  GN_RETURN_IF_ERROR(quantize::QuantizeModel(*source, flags.out, options, pool,
                                             [&](const quantize::TensorReport& report) {
                                               if (!flags.json) PrintRow(report);
                                               totals.values += report.values;
                                               totals.bytes_before += report.bytes_before;
                                               totals.bytes_after += report.bytes_after;
                                               reports.push_back(report);
                                             }));
  if (flags.json) {
    std::printf("%s\n", ToJson(flags, reports, totals).dump(2).c_str());
  } else {
    PrintTotals(totals, reports.size(), options.importance != nullptr);
  }
  return {};
}

}  // namespace

void AddQuantizeCommand(CLI::App& program, Status& result) {
  auto flags = std::make_shared<Flags>();
  CLI::App* const command = program.add_subcommand(
      "quantize", "Write a model in smaller types, and print the error of each tensor");
  command
      ->add_option("in", flags->in,
                   "GGUF file of F32, F16 or BF16 weights, or folder of a published model: "
                   "config.json, safetensors, tokenizer.json")
      ->required();
  command->add_option("out", flags->out, "GGUF file to write")->required();
  command->add_option("type", flags->type, "One of " + quantize::MixNames())->required();
  command->add_option("--imatrix", flags->imatrix,
                      "Importance matrix: how much the columns of each tensor count");
  command->add_option("--threads", flags->threads, "Threads; 0: all processors")
      ->check(CLI::Range(0u, sys::ThreadPool::kThreadsMax));
  command->add_option("--output-type", flags->output_type,
                      "Type of the output matrix, instead of what the mix says");
  command->add_option("--embedding-type", flags->embedding_type,
                      "Type of the token embedding, instead of what the mix says");
  command->add_flag("--requantize", flags->requantize,
                    "Accept weights that are quantised already; errors add up");
  command->add_flag("--json", flags->json, "Print the report as JSON");
  command->callback([flags, &result] { result = Quantize(*flags); });
}

}  // namespace ganglion::app
