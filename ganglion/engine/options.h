#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/config.h"
#include "ganglion/model/weight_cache_options.h"

namespace ganglion::engine {

struct EngineOptions {
  std::uint32_t threads = 0;  // 0: one for each processor
  KvType kv_type = KvType::kF16;
  // Memory for keys and values; 0: as much as they need. What does not fit lies in a file without a
  // name in `kv_spill_directory`, of kv_spill_bytes_max bytes at most (0: as much as is needed).
  std::size_t kv_memory_bytes = 0;
  std::string kv_spill_directory = {};
  std::size_t kv_spill_bytes_max = 0;
  WeightCacheOptions weight_cache = {};  // none, unless it names a directory
  std::uint32_t context_tokens = 0;      // of one sequence; 0: the model's, but at most 8192
  RopeOptions rope = {};                 // in place of what the file says
  std::uint32_t prefill_chunk = 256;     // tokens of a prompt that one step computes
  std::uint32_t queue_max = 64;          // requests that wait
  std::uint32_t sequences_kept = 8;      // whose prefixes are reused; 0: none
  // Tokens that a pass may verify beside the one it computes, guessed from the text itself. Changes
  // the speed and no answer. 0: none.
  std::uint32_t draft_max = 8;
  // Whether drafts pause where they cost more time than they save. Off is for tests.
  bool draft_must_pay = true;
  // Whether text that the grammar dictates is fed without sampling. Off is for tests.
  bool force_tokens = true;
};

}  // namespace ganglion::engine
