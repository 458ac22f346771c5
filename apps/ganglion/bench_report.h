#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/ganglion/bench_cost.h"
#include "apps/ganglion/machine_limits.h"
#include <nlohmann/json_fwd.hpp>

#include "ganglion/sys/machine.h"

namespace ganglion::app {

// What a measurement was of.
struct SpeedCase {
  enum class Kind : std::uint8_t { kPrefill, kDecode, kBatched };
  Kind kind = Kind::kPrefill;
  std::uint32_t tokens = 0;  // of each sequence
  std::uint32_t depth = 0;   // tokens that each sequence holds before
  std::uint32_t streams = 1;
};
std::string NameOf(const SpeedCase& test);

// The limit that bounds a test: the slower of reading what must be read and of computing what must
// be computed. Without measured limits `seconds` is 0.
struct Bound {
  std::string_view limit;  // "read", "int8", "bf16" or "fp32"
  double rate = 0.0;       // of that limit: bytes or operations a second
  double seconds = 0.0;    // that the test would take at that rate
};
// `kv_bytes` is what a step reads of the cache.
Bound BoundOf(const SpeedCase& test, const ModelCost& cost, double kv_bytes,
              const MachineLimits& limits);

struct SpeedRow {
  SpeedCase test;
  std::string skipped;       // why; empty where it was measured
  double kv_bytes = 0.0;     // that a step reads of the cache
  std::vector<double> runs;  // tokens a second, over all sequences
  Spread tokens_per_second;
  double bytes_per_second = 0.0;       // at the median
  double operations_per_second = 0.0;  // at the median
  Bound bound;
  double share = 0.0;      // of the bound's rate; 0 where the limits were not measured
  double amx_share = 0.0;  // of what the matrix unit computes; 0 where there is none
};
SpeedRow MakeRow(const SpeedCase& test, const std::vector<double>& seconds, double kv_bytes,
                 const ModelCost& cost, const MachineLimits& limits);

// The same measurement against other limits.
SpeedRow AgainstLimits(SpeedRow row, const ModelCost& cost, const MachineLimits& limits);

// From opening the file to the model, and to the first token of a short prompt.
struct LoadRow {
  std::string how;  // "cold", "warm"
  double load_seconds = 0.0;
  double first_token_seconds = 0.0;
};

struct MemoryRow {
  sys::ProcessMemory process;
  double file_bytes = 0.0;
  double kv_bytes = 0.0;
  bool peak_is_of_tests = false;  // not also of measuring the limits
};

struct BenchReport {
  std::string version;
  sys::MachineDescription machine;
  std::string model;  // path, or the shape and type
  std::string architecture;
  std::string kernels;
  std::string kv_type;
  std::uint32_t threads = 0;
  std::uint32_t load_prompt = 0;  // tokens of the prompt in `loads`
  bool has_limits = false;
  MachineLimits limits;
  ModelCost cost;
  std::vector<SpeedRow> rows;
  std::vector<LoadRow> loads;
  MemoryRow memory;
};

nlohmann::json ToJson(const BenchReport& report);

// Lines for people, each with its line break.
std::string HeadText(const BenchReport& report);  // machine, engine and model
std::string LimitsText(const MachineLimits& limits);
std::string ColumnsText();
std::string RowText(const SpeedRow& row);
std::string LoadText(const LoadRow& row, std::uint32_t prompt);
std::string MemoryText(const MemoryRow& row);

}  // namespace ganglion::app
