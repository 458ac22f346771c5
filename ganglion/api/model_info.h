#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ganglion/api/generate.h"

// What a client says of its model and of its own state. Plain snapshots.

namespace ganglion::api {

struct ModelInfo {
  std::string name;          // as the file has it; may be empty
  std::string architecture;  // "llama", "qwen3", "bert"
  std::string quantization;  // "Q4_K_M", "F16"; empty where the file does not say
  std::uint64_t parameters = 0;
  std::uint64_t file_bytes = 0;
  std::int64_t created_s = 0;  // seconds since 1970 at which the file was written; 0: unknown
  std::int32_t context_tokens = 0;
  std::int32_t vocab_size = 0;
  std::int32_t embedding_size = 0;
  bool can_generate = false;
  bool can_embed = false;
  bool has_chat_template = false;
  bool can_call_tools = false;  // the template knows tools, in a form that can be parsed
};

// Counts values in buckets, as Prometheus does: bucket i holds those in (bound i-1, bound i], the
// last one those above all bounds.
template <std::size_t kBounds>
struct Histogram {
  std::array<std::uint64_t, kBounds + 1> counts = {};
  double sum = 0;
};

// Upper bounds of EngineStats::step_tokens.
inline constexpr std::array<double, 12> kStepTokensBounds = {1,  2,   4,   8,   16,   32,
                                                             64, 128, 256, 512, 1024, 2048};

// Counters count from the start of the engine and never go back.
struct EngineStats {
  // Now.
  std::array<std::uint32_t, kPriorities> waiting = {};  // not yet scheduled, or pre-empted
  std::array<std::uint32_t, kPriorities> running = {};
  std::uint64_t waiting_tokens = 0;  // of the prompts of those that wait
  double oldest_waiting_s = 0;
  std::uint32_t pages_total = 0;
  std::uint32_t pages_live = 0;    // of running requests
  std::uint32_t pages_cached = 0;  // kept for prefixes, free for others
  std::uint32_t pages_pinned = 0;  // kept for prefixes for good
  std::uint32_t page_tokens = 0;
  std::uint64_t kv_bytes = 0;
  double tokens_per_second = 0;  // prompt tokens and others, lately; 0: not known

  // Counters.
  std::uint64_t steps = 0;
  std::uint64_t prompt_tokens = 0;         // of scheduled requests
  std::uint64_t prompt_tokens_cached = 0;  // of these, found in the cache
  std::uint64_t generated_tokens = 0;
  std::uint64_t forced_tokens = 0;
  std::uint64_t drafts = 0;
  std::uint64_t draft_tokens = 0;
  std::uint64_t draft_tokens_accepted = 0;
  std::uint64_t numeric_faults = 0;   // requests whose logits held no number
  std::uint64_t answer_retries = 0;   // tries after an invalid answer
  std::uint64_t invalid_answers = 0;  // requests whose last try was invalid, too
  std::array<std::uint64_t, kPriorities> preemptions = {};
  std::array<std::uint64_t, kPriorities> deadline_misses = {};
  std::uint64_t sequence_steps = 0;  // sum of the sequences of each step: by `steps`, the batch
  std::uint64_t sequence_tokens_max = 0;  // the longest sequence seen
  double prompt_seconds = 0;              // of steps, by their share of prompt tokens
  double decode_seconds = 0;
  Histogram<kStepTokensBounds.size()> step_tokens;
};

}  // namespace ganglion::api
