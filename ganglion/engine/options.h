#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "ganglion/api/generate.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/config.h"
#include "ganglion/model/weight_cache_options.h"

namespace ganglion::engine {

struct EngineOptions {
  std::uint32_t threads = 0;  // 0: one for each processor
  KvType kv_type = KvType::kF16;
  // Memory for keys and values; 0: for two whole contexts and some company, as far as the machine
  // has it (capacity.h). Without a spill directory this is all there is, and must hold one context.
  // With one, two contexts lie in a file without a name in `kv_spill_directory`, of
  // kv_spill_bytes_max bytes at most (0: as much as is needed), as far as they do not fit.
  std::size_t kv_memory_bytes = 0;
  std::string kv_spill_directory = {};
  std::size_t kv_spill_bytes_max = 0;
  WeightCacheOptions weight_cache = {};  // none, unless it names a directory
  std::uint32_t context_tokens = 0;      // of one sequence; 0: the model's, but at most 8192
  RopeOptions rope = {};                 // in place of what the file says
  std::uint32_t prefill_chunk = 256;     // tokens of prompts that one step computes at most
  std::uint32_t running_max = 32;        // answers that are computed together
  std::uint32_t queue_max = 64;          // requests that wait, beyond those that may run
  std::uint64_t queue_tokens_max = 0;    // of the prompts of those that wait; 0: no limit
  bool keep_prefixes = true;             // what was computed serves prompts that begin alike
  // Of the prefixes that requests ask to keep for good; 0: none. At most what one context leaves.
  std::uint32_t pinned_tokens_max = 4096;
  // How much longer a step may take for the sake of prompts while somebody waits for his next
  // token, by the most urgent who waits (sched::Limits).
  std::array<double, api::kPriorities> step_stretch = {1.3, 3.0, 20.0};
  // Tokens that a pass may verify beside the one it computes, guessed from the text itself. Changes
  // the speed and no answer. 0: none.
  std::uint32_t draft_max = 8;
  // Whether drafts pause where they cost more time than they save, and where others are computed in
  // the same step. Off is for tests.
  bool draft_must_pay = true;
  // Whether text that the grammar dictates is fed without sampling. Off is for tests.
  bool force_tokens = true;
};

}  // namespace ganglion::engine
