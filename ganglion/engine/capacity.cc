#include "ganglion/engine/capacity.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"
#include "ganglion/kv/limits.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/limits.h"
#include "ganglion/sys/machine.h"

namespace ganglion::engine {
namespace {

Status TooLittle(std::uint64_t pages, std::size_t page_bytes, std::string_view needed_for,
                 std::uint64_t needed) {
  return Status(Code::kInvalidArgument,
                Concat("the memory for keys and values holds ", pages, " pages of ", page_bytes,
                       " bytes; ", needed_for, " needs ", needed,
                       ": give it more, name a spill directory, or ask for less"));
}

std::uint64_t DefaultPages(const LoadedModel& loaded, const EngineOptions& options,
                           std::size_t page_bytes) {
  const std::uint64_t context = PagesFor(loaded.context_tokens);
  const std::uint64_t company =
      PagesFor(std::min(loaded.context_tokens, kCompanyTokens)) *
      (options.running_max - std::min<std::uint64_t>(options.running_max, 2));
  const std::uint64_t wanted = context * (options.keep_prefixes ? 2 : 1) + company;
  const std::size_t free = sys::DescribeMachine().memory_available;
  if (free == 0) return wanted;
  return std::max(context, std::min<std::uint64_t>(wanted, free / kMemoryShare / page_bytes));
}

// The pages of the pool, and how many of them lie in memory.
struct Pages {
  std::uint64_t all = 0;
  std::uint64_t in_memory = 0;
};

Pages CountPages(const LoadedModel& loaded, const EngineOptions& options, std::size_t page_bytes) {
  if (options.kv_memory_bytes == 0) {
    const std::uint64_t pages = DefaultPages(loaded, options, page_bytes);
    return {pages, pages};
  }
  const std::uint64_t in_memory =
      std::min<std::uint64_t>(options.kv_memory_bytes / page_bytes, kKvPagesMax);
  if (options.kv_spill_directory.empty()) return {in_memory, in_memory};
  const std::uint64_t contexts =
      std::uint64_t{PagesFor(loaded.context_tokens)} * (options.keep_prefixes ? 2 : 1);
  return {std::max(contexts, in_memory), in_memory};
}

}  // namespace

Result<Capacity> PlanCapacity(const LoadedModel& loaded, const EngineOptions& options) {
  const std::size_t page_bytes = PageBytes(loaded.model->kv_shape(), options.kv_type);
  const std::uint32_t context_pages = PagesFor(loaded.context_tokens);
  const Pages pages = CountPages(loaded, options, page_bytes);
  if (pages.all < context_pages) {
    return TooLittle(pages.all, page_bytes, Concat("a context of ", loaded.context_tokens),
                     context_pages);
  }
  Capacity capacity;
  sched::Limits& limits = capacity.limits;
  limits.running_max = options.running_max;
  if (pages.in_memory < pages.all) {
    // What a step writes must be in memory: two pages of each run at most, beside the full ones.
    const std::uint64_t full = (options.prefill_chunk + options.draft_max) / kPageTokens;
    if (pages.in_memory < full + 2) {
      return TooLittle(pages.in_memory, page_bytes,
                       Concat("a step of ", options.prefill_chunk, " tokens"), full + 2);
    }
    const std::uint64_t runs = (pages.in_memory - full) / 2;
    limits.running_max =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(limits.running_max, runs));
  }
  limits.pages = static_cast<std::uint32_t>(pages.all);
  limits.sequence_tokens_max = loaded.context_tokens;
  // The engine itself decides how many may wait. All that it lets in may be waiting at the moment
  // when none runs yet, and less than the whole queue is for those that are not urgent.
  limits.waiting_max = options.queue_max + 2 * limits.running_max + 2 * kRealtimeReserve;
  limits.step_tokens_max = options.prefill_chunk + options.draft_max + limits.running_max - 1;
  limits.step_rows_max = limits.running_max + std::max(options.draft_max, kRowsBeside);
  limits.draft_max = options.draft_max;
  limits.pinned_pages_max =
      std::min(options.pinned_tokens_max / kPageTokens, limits.pages - context_pages);
  limits.keep_prefixes = options.keep_prefixes;
  limits.step_stretch = options.step_stretch;
  capacity.batch = {.tokens = limits.step_tokens_max,
                    .runs = limits.running_max,
                    .logits_rows = limits.step_rows_max,
                    .pages = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                        std::uint64_t{context_pages} * limits.running_max, kBatchPagesMax)),
                    .run_pages = context_pages};
  capacity.budget = {.memory_bytes = pages.in_memory < pages.all ? options.kv_memory_bytes : 0,
                     .spill_directory = options.kv_spill_directory,
                     .spill_bytes_max = options.kv_spill_bytes_max};
  return capacity;
}

}  // namespace ganglion::engine
