#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/kv/kv_type.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/sys/memory_map.h"
#include "ganglion/sys/spill_file.h"

namespace ganglion {

// What one token leaves behind in the cache of a model. All fields are positive.
struct KvShape {
  std::uint32_t layers = 0;
  std::uint32_t heads = 0;  // of keys and values
  std::uint32_t key_dim = 0;
  std::uint32_t value_dim = 0;

  bool operator==(const KvShape&) const = default;
};

// How much memory the pages may take, and where those go that do not fit.
struct KvBudget {
  std::size_t memory_bytes = 0;      // 0: as much as all pages need
  std::string spill_directory = {};  // empty: pages that do not fit are an error of Create()
  std::size_t spill_bytes_max = 0;   // of the file in that directory; 0: as much as is needed
};

// Tokens of one sequence that a pass computes: those before `first` are read, [first, end) written.
struct KvRange {
  const PageTable* pages = nullptr;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

// The range that could not be made ready, by its place among those that were asked for.
struct KvFailure {
  std::size_t range = 0;
  Status why;
};

// The bytes of the KV cache; which page belongs to whom is the PagePool's business.
//
// A page is one piece of memory, so that copying it is one memcpy:
//
//   for each layer:  for each head: keys   [key_dim][kPageTokens]
//                    for each head: values [kPageTokens][value_dim]
//
// Keys lie transposed, so that the scores of a page's tokens are computed side by side. That is for
// types whose elements stand for themselves; Q8_0 lies in blocks (ganglion/kernels/attention.h).
//
// Where the budget is smaller than all pages, those that were not used for longest move to a file,
// each with a hash of its bytes. There they are read in place, so that one sequence may be larger
// than the budget; a page that is to be written comes back, and so does one that is read while
// there is room. Each time that a page in the file is used its bytes are hashed and compared.
//
// Invariants:
//   1. A page is in memory, in the file, or nowhere: then nobody has written it yet.
//   2. A page that nobody owns is never written to the file.
//
// Thread: written by the thread that runs the model (and its helpers within a call); Ready() and
// CopyPage() by that thread alone. Memory: reserved in Create(), and taken from the system page by
// page as it is used.
class KvStorage {
 public:
  // Fails where the total would exceed the limits of this room or the budget, or the memory or the
  // room on the disk cannot be had.
  static Result<KvStorage> Create(const KvShape& shape, KvType type, std::uint32_t pages,
                                  const KvBudget& budget = {});

  const KvShape& shape() const { return shape_; }
  KvType type() const { return type_; }
  std::uint32_t pages() const { return pages_; }
  std::uint32_t pages_in_memory_max() const { return frames_; }
  std::size_t page_bytes() const { return page_bytes_; }
  std::size_t size_bytes() const { return page_bytes_ * pages_; }

  // Makes the sequences of a pass ready, all together. Holds until the next call. An error is
  // kDataLoss, with the page and its tokens, where a page in the file is not what was written
  // there; or it says why a page cannot be moved, or that the pages to be written pass the budget.
  // Then nothing is ready: the sequence that failed has to be computed again from its start, and
  // the others may be asked for without it. Does nothing where all fits into memory.
  std::optional<KvFailure> Ready(const PagePool& pool, std::span<const KvRange> ranges);

  // The bytes of a page that is ready. Those that were not to be written may be read only.
  std::byte* page(PageId page);

  // Byte offsets within a page of the keys or values of one layer and head.
  std::size_t KeyOffset(std::uint32_t layer, std::uint32_t head) const;
  std::size_t ValueOffset(std::uint32_t layer, std::uint32_t head) const;

  // Copies the content of a page, as a writer needs who has to leave a shared page. Errors are
  // those of Ready().
  Status CopyPage(const PagePool& pool, PageId from, PageId to);

 private:
  friend class KvStoragePeer;  // of the test, which spoils the file
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // Where a page is, and what is known of it.
  struct Place {
    std::uint32_t frame = kNone;  // of memory_
    std::uint32_t slot = kNone;   // of file_
    std::uint64_t hash = 0;       // of the bytes in the slot
    std::uint64_t used = 0;       // when Ready() last saw it
    std::uint64_t verified = 0;   // when its slot was last found right
    std::uint64_t pinned = 0;     // when it was last made ready for writing
  };

  KvStorage() = default;

  Status AddSpill(const KvBudget& budget);
  bool spills() const { return frames_ < pages_; }
  std::byte* FrameBytes(std::uint32_t frame);
  std::span<const std::byte> SlotBytes(std::uint32_t slot) const;
  Status WriteRange(const PagePool& pool, const KvRange& range);
  Status ReadRange(const KvRange& range);
  Status Write(const PagePool& pool, PageId page, bool keep, std::uint32_t first_token);
  Status Verify(PageId page, std::uint32_t first_token);
  Status Load(PageId page, std::uint32_t first_token);
  Status FreeAFrame(const PagePool& pool);
  Status MoveOut(std::uint32_t frame);
  void DropSlot(Place& place);

  KvShape shape_;
  KvType type_ = KvType::kF32;
  std::uint32_t pages_ = 0;
  std::uint32_t frames_ = 0;  // pages that memory_ holds
  std::size_t page_bytes_ = 0;
  sys::MemoryMap memory_;

  // Empty where all pages fit into memory: there page i lies in frame i.
  sys::SpillFile file_;
  std::vector<Place> places_;            // of each page
  std::vector<std::uint32_t> in_frame_;  // the page in each frame, or kNone
  std::vector<std::uint32_t> free_frames_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t clock_ = 0;
};

// Bytes of one page of this shape and type.
std::size_t PageBytes(const KvShape& shape, KvType type);

}  // namespace ganglion
