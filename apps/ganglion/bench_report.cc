#include "apps/ganglion/bench_report.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

using nlohmann::json;

constexpr double kGiga = 1e-9;

// printf into a string; lines here are short.
__attribute__((format(printf, 1, 2))) std::string Format(const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  return line;
}

std::string Bytes(double bytes) {
  if (bytes < 1e9) return Format("%.1f MB", bytes * 1e-6);
  return Format("%.2f GB", bytes * kGiga);
}

std::string Count(double count) {
  return count < 1e9 ? Format("%.1f M", count * 1e-6) : Format("%.2f G", count * kGiga);
}

std::string Rate(std::string_view limit, double rate) {
  if (limit == "read") return Format("%.1f GB/s", rate * kGiga);
  return Format("%.0f Gop/s", rate * kGiga);
}

std::pair<std::string_view, double> Peak(Arithmetic arithmetic, const MachineLimits& limits) {
  switch (arithmetic) {
    case Arithmetic::kInt8:
      return {"int8", limits.int8};
    case Arithmetic::kBF16:
      if (limits.bf16 > limits.fp32) return {"bf16", limits.bf16};
      break;
    case Arithmetic::kF32:
      break;
  }
  return {"fp32", limits.fp32};
}

// Of the whole test.
struct Work {
  double bytes = 0.0;
  double operations = 0.0;
};

Work WorkOf(const SpeedCase& test, const ModelCost& cost, double kv_bytes) {
  if (test.kind == SpeedCase::Kind::kPrefill) {
    return {StepBytes(cost, test.tokens), Operations(cost, test.tokens, 1)};
  }
  const double tokens = test.tokens;
  return {tokens * (StepBytes(cost, test.streams) + kv_bytes),
          tokens * Operations(cost, test.streams, test.streams)};
}

json Of(const SpeedRow& row) {
  json out = {{"tokens", row.test.tokens}};
  if (row.test.kind != SpeedCase::Kind::kPrefill) out["depth"] = row.test.depth;
  if (row.test.kind == SpeedCase::Kind::kBatched) out["streams"] = row.test.streams;
  if (!row.skipped.empty()) {
    out["skipped"] = row.skipped;
    return out;
  }
  out["tokens_per_second"] = {{"median", row.tokens_per_second.median},
                              {"least", row.tokens_per_second.least},
                              {"most", row.tokens_per_second.most},
                              {"runs", row.runs}};
  out["bytes_per_second"] = row.bytes_per_second;
  out["operations_per_second"] = row.operations_per_second;
  if (row.bound.seconds > 0.0) {
    out["limit"] = row.bound.limit;
    out["share_of_limit"] = row.share;
    if (row.amx_share > 0.0) out["share_of_amx"] = row.amx_share;
  }
  return out;
}

json Rows(const BenchReport& report, SpeedCase::Kind kind) {
  json out = json::array();
  for (const SpeedRow& row : report.rows) {
    if (row.test.kind == kind) out.push_back(Of(row));
  }
  return out;
}

json Of(const sys::MachineDescription& machine) {
  return {{"processor", machine.processor},
          {"system", machine.kernel},
          {"processors", machine.processors},
          {"cache_bytes", machine.cache_bytes},
          {"memory_bytes", machine.memory_bytes}};
}

json Of(const MachineLimits& limits) {
  return {{"read_buffer_bytes", limits.read_buffer_bytes},
          {"read_bytes_per_second", limits.read()},
          {"read_plain_bytes_per_second", limits.read_plain},
          {"read_ahead_bytes_per_second", limits.read_ahead},
          {"int8_operations_per_second", limits.int8},
          {"int8_amx_operations_per_second", limits.int8_amx},
          {"bf16_operations_per_second", limits.bf16},
          {"fp32_operations_per_second", limits.fp32}};
}

}  // namespace

std::string NameOf(const SpeedCase& test) {
  const std::string after = test.depth == 0 ? "" : Concat(" after ", test.depth);
  switch (test.kind) {
    case SpeedCase::Kind::kPrefill:
      return Concat("prefill ", test.tokens);
    case SpeedCase::Kind::kDecode:
      return Concat("decode ", test.tokens, after);
    case SpeedCase::Kind::kBatched:
      return Concat(test.streams, " x decode ", test.tokens, after);
  }
  return "";
}

Bound BoundOf(const SpeedCase& test, const ModelCost& cost, double kv_bytes,
              const MachineLimits& limits) {
  const Work work = WorkOf(test, cost, kv_bytes);
  const auto [name, peak] = Peak(cost.arithmetic, limits);
  if (limits.read() <= 0.0 || peak <= 0.0) return {};
  const Bound read = {"read", limits.read(), work.bytes / limits.read()};
  const Bound compute = {name, peak, work.operations / peak};
  return read.seconds >= compute.seconds ? read : compute;
}

SpeedRow MakeRow(const SpeedCase& test, const std::vector<double>& seconds, double kv_bytes,
                 const ModelCost& cost, const MachineLimits& limits) {
  SpeedRow row;
  row.test = test;
  const double tokens = double(test.tokens) * test.streams;
  std::ranges::transform(seconds, std::back_inserter(row.runs),
                         [&](double s) { return tokens / s; });
  row.tokens_per_second = SpreadOf(row.runs);
  row.kv_bytes = kv_bytes;
  return AgainstLimits(std::move(row), cost, limits);
}

SpeedRow AgainstLimits(SpeedRow row, const ModelCost& cost, const MachineLimits& limits) {
  if (!row.skipped.empty()) return row;
  const double tokens = double(row.test.tokens) * row.test.streams;
  const double median_seconds = tokens / row.tokens_per_second.median;
  const Work work = WorkOf(row.test, cost, row.kv_bytes);
  row.bytes_per_second = work.bytes / median_seconds;
  row.operations_per_second = work.operations / median_seconds;
  row.bound = BoundOf(row.test, cost, row.kv_bytes, limits);
  row.share = row.bound.seconds / median_seconds;
  row.amx_share = row.bound.limit == "int8" && limits.int8_amx > 0.0
                      ? row.operations_per_second / limits.int8_amx
                      : 0.0;
  return row;
}

json ToJson(const BenchReport& report) {
  json out;
  out["ganglion"] = report.version;
  out["machine"] = Of(report.machine);
  out["threads"] = report.threads;
  out["kernels"] = report.kernels;
  out["kv_type"] = report.kv_type;
  out["model"] = {{"name", report.model},
                  {"architecture", report.architecture},
                  {"weights", report.cost.weights},
                  {"bytes", report.cost.bytes},
                  {"bytes_per_token", StepBytes(report.cost, 1)},
                  {"operations_per_token", Operations(report.cost, 1, 1)}};
  if (report.has_limits) out["limits"] = Of(report.limits);
  out["prefill"] = Rows(report, SpeedCase::Kind::kPrefill);
  out["decode"] = Rows(report, SpeedCase::Kind::kDecode);
  out["batched"] = Rows(report, SpeedCase::Kind::kBatched);
  out["load"] = json::array();
  for (const LoadRow& row : report.loads) {
    out["load"].push_back({{"how", row.how},
                           {"seconds", row.load_seconds},
                           {"prompt", report.load_prompt},
                           {"first_token_seconds", row.first_token_seconds}});
  }
  out["memory"] = {{"resident_bytes", report.memory.process.resident},
                   {"resident_file_bytes", report.memory.process.resident_file},
                   {"file_bytes", report.memory.file_bytes},
                   {"kv_bytes", report.memory.kv_bytes}};
  if (report.memory.peak_is_of_tests) out["memory"]["peak_bytes"] = report.memory.process.peak;
  return out;
}

std::string HeadText(const BenchReport& report) {
  const sys::MachineDescription& machine = report.machine;
  return Format("machine  %s, %u processors, %.1f GiB, largest cache %.0f MiB, %s\n",
                machine.processor.empty() ? "unknown processor" : machine.processor.c_str(),
                machine.processors, static_cast<double>(machine.memory_bytes) / (1u << 30),
                static_cast<double>(machine.cache_bytes) / (1u << 20), machine.kernel.c_str()) +
         Format("engine   ganglion %s, kernels %s, threads %u, KV %s\n", report.version.c_str(),
                report.kernels.c_str(), report.threads, report.kv_type.c_str()) +
         Format("model    %s: %s weights in %s; a token reads %s and takes %sop\n",
                report.model.c_str(), Count(report.cost.weights).c_str(),
                Bytes(report.cost.bytes).c_str(), Bytes(StepBytes(report.cost, 1)).c_str(),
                Count(Operations(report.cost, 1, 1)).c_str());
}

std::string LimitsText(const MachineLimits& limits) {
  std::string text = Format(
      "limits   read %s (plain %.1f, with prefetch %.1f; over %s), int8 %s",
      Rate("read", limits.read()).c_str(), limits.read_plain * kGiga, limits.read_ahead * kGiga,
      Bytes(double(limits.read_buffer_bytes)).c_str(), Rate("int8", limits.int8).c_str());
  if (limits.int8_amx > 0.0) text += Format(" (AMX %.0f)", limits.int8_amx * kGiga);
  if (limits.bf16 > 0.0) text += ", bf16 " + Rate("bf16", limits.bf16);
  return text + ", fp32 " + Rate("fp32", limits.fp32) + "\n";
}

std::string ColumnsText() {
  return Format("\n%-26s %10s %8s %12s %12s   %s\n", "test", "tokens/s", "spread", "Gop/s", "GB/s",
                "share of limit");
}

std::string RowText(const SpeedRow& row) {
  const std::string name = NameOf(row.test);
  if (!row.skipped.empty()) return Format("%-26s skipped: %s\n", name.c_str(), row.skipped.c_str());
  const Spread& speed = row.tokens_per_second;
  std::string text = Format("%-26s %10.2f %7.0f%% %12.1f %12.2f", name.c_str(), speed.median,
                            100.0 * (speed.most - speed.least) / speed.median,
                            row.operations_per_second * kGiga, row.bytes_per_second * kGiga);
  if (row.bound.seconds > 0.0) {
    text += Format("   %5.1f %% of %s", 100.0 * row.share, std::string(row.bound.limit).c_str());
    if (row.amx_share > 0.0) text += Format(", %.1f %% of AMX", 100.0 * row.amx_share);
  }
  return text + "\n";
}

std::string LoadText(const LoadRow& row, std::uint32_t prompt) {
  return Format("load     %-5s %.3f s; first token of a prompt of %u after %.3f s\n",
                row.how.c_str(), row.load_seconds, prompt, row.first_token_seconds);
}

std::string MemoryText(const MemoryRow& row) {
  const double expected = row.file_bytes + row.kv_bytes;
  const auto peak = static_cast<double>(row.process.peak);
  const auto resident = static_cast<double>(row.process.resident);
  std::string text =
      Format("memory   %s resident, which is %+.0f MB against the file (%s) and the cache (%s)",
             Bytes(resident).c_str(), (resident - expected) * 1e-6, Bytes(row.file_bytes).c_str(),
             Bytes(row.kv_bytes).c_str());
  if (row.peak_is_of_tests) {
    text += Format("; at most %s, %+.0f MB", Bytes(peak).c_str(), (peak - expected) * 1e-6);
  }
  return text + "\n";
}

}  // namespace ganglion::app
