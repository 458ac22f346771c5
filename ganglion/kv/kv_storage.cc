#include "ganglion/kv/kv_storage.h"

#include <cstring>
#include <utility>

#include <xxhash.h>

#include "ganglion/base/check.h"
#include "ganglion/kv/limits.h"

namespace ganglion {
namespace {

constexpr std::size_t Index(PageId page) { return static_cast<std::size_t>(page); }

std::uint64_t HashOf(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace

std::size_t PageBytes(const KvShape& shape, KvType type) {
  return shape.heads * shape.layers *
         (KvBytes(type, kPageTokens * std::size_t{shape.key_dim}) +
          KvBytes(type, kPageTokens * std::size_t{shape.value_dim}));
}

Result<KvStorage> KvStorage::Create(const KvShape& shape, KvType type, std::uint32_t pages,
                                    const KvBudget& budget) {
  for (const std::uint32_t size : {shape.layers, shape.heads, shape.key_dim, shape.value_dim}) {
    if (size == 0 || size > kKvDimensionMax) {
      return Status(Code::kInvalidArgument,
                    "KV cache: layers, heads and head sizes must lie in 1 to " +
                        std::to_string(kKvDimensionMax));
    }
  }
  if (type == KvType::kQ8_0 && (shape.key_dim % kKvBlock != 0 || shape.value_dim % kKvBlock != 0)) {
    return Status(Code::kInvalidArgument,
                  "KV cache: q8_0 has blocks of " + std::to_string(kKvBlock) +
                      " elements, and heads of " + std::to_string(shape.key_dim) + " and " +
                      std::to_string(shape.value_dim) + " do not divide into them; use f16");
  }
  if (pages == 0 || pages > kKvPagesMax) {
    return Status(Code::kInvalidArgument,
                  "KV cache: the number of pages must lie in 1 to " + std::to_string(kKvPagesMax));
  }
  const std::size_t page_bytes = PageBytes(shape, type);
  if (page_bytes > kKvBytesMax / pages) {
    return Status(Code::kResourceExhausted, "KV cache: " + std::to_string(pages) + " pages of " +
                                                std::to_string(page_bytes) +
                                                " bytes are more than the limit of " +
                                                std::to_string(kKvBytesMax) + " bytes");
  }
  KvStorage storage;
  storage.shape_ = shape;
  storage.type_ = type;
  storage.pages_ = pages;
  storage.page_bytes_ = page_bytes;
  storage.frames_ = pages;
  if (budget.memory_bytes != 0 && page_bytes * pages > budget.memory_bytes) {
    GN_RETURN_IF_ERROR(storage.AddSpill(budget));
  }
  GN_ASSIGN_OR_RETURN(storage.memory_, sys::MemoryMap::Anonymous(storage.frames_ * page_bytes));
  return storage;
}

Status KvStorage::AddSpill(const KvBudget& budget) {
  const std::string needs = "KV cache: " + std::to_string(pages_) + " pages of " +
                            std::to_string(page_bytes_) + " bytes are more than the budget of " +
                            std::to_string(budget.memory_bytes) + " bytes";
  if (budget.spill_directory.empty()) {
    return Status(Code::kResourceExhausted,
                  needs + "; name a directory for the rest, or ask for a shorter context");
  }
  frames_ = static_cast<std::uint32_t>(budget.memory_bytes / page_bytes_);
  if (frames_ < kKvPagesInMemoryMin) {
    return Status(
        Code::kInvalidArgument,
        needs + ", which must hold " + std::to_string(kKvPagesInMemoryMin) + " of them at least");
  }
  // One more than do not fit, so that two pages can change places.
  const std::uint32_t slots = pages_ - frames_ + 1;
  const std::size_t bytes = slots * page_bytes_;
  if (budget.spill_bytes_max != 0 && bytes > budget.spill_bytes_max) {
    return Status(Code::kResourceExhausted, needs + ", and the " + std::to_string(bytes) +
                                                " bytes beyond it more than the limit of " +
                                                std::to_string(budget.spill_bytes_max) +
                                                " for the file");
  }
  auto file = sys::SpillFile::Create(budget.spill_directory, bytes);
  if (!file.ok()) return std::move(file).error().WithContext(needs);
  file_ = *std::move(file);
  places_.resize(pages_);
  in_frame_.assign(frames_, kNone);
  free_slots_.reserve(slots);
  for (std::uint32_t i = slots; i > 0; --i) free_slots_.push_back(i - 1);
  free_frames_.reserve(frames_);
  for (std::uint32_t i = frames_; i > 0; --i) free_frames_.push_back(i - 1);
  return Status();
}

std::byte* KvStorage::FrameBytes(std::uint32_t frame) {
  return memory_.bytes().data() + frame * page_bytes_;
}

std::span<const std::byte> KvStorage::SlotBytes(std::uint32_t slot) const {
  return file_.bytes().subspan(slot * page_bytes_, page_bytes_);
}

std::byte* KvStorage::page(PageId page) {
  GN_CHECK(Index(page) < pages_);
  if (!spills()) return FrameBytes(static_cast<std::uint32_t>(page));
  const Place& place = places_[Index(page)];
  if (place.frame != kNone) return FrameBytes(place.frame);
  GN_CHECK(place.slot != kNone && place.used == clock_);
  return const_cast<std::byte*>(SlotBytes(place.slot).data());  // the system refuses to write there
}

std::optional<KvFailure> KvStorage::Ready(const PagePool& pool, std::span<const KvRange> ranges) {
  if (!spills()) return std::nullopt;
  ++clock_;
  std::size_t written = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto [table, first, end] = ranges[i];
    GN_CHECK(first < end && end <= table->capacity_tokens());
    written += PagesFor(end) - first / kPageTokens;
    if (written > frames_) {
      return KvFailure{i, Status(Code::kResourceExhausted,
                                 "KV cache: one pass writes " + std::to_string(written) +
                                     " pages, and the budget holds " + std::to_string(frames_))};
    }
    for (const PageId page : table->pages().first(PagesFor(end))) {
      places_[Index(page)].used = clock_;
    }
  }
  // What is written may push out what is read, so that comes last.
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (Status status = WriteRange(pool, ranges[i]); !status.ok()) {
      return KvFailure{i, std::move(status)};
    }
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (Status status = ReadRange(ranges[i]); !status.ok()) return KvFailure{i, std::move(status)};
  }
  return std::nullopt;
}

Status KvStorage::WriteRange(const PagePool& pool, const KvRange& range) {
  const auto pages = range.pages->pages().first(PagesFor(range.end));
  for (std::uint32_t p = range.first / kPageTokens; p < pages.size(); ++p) {
    GN_RETURN_IF_ERROR(Write(pool, pages[p], p * kPageTokens < range.first, p * kPageTokens));
  }
  return Status();
}

Status KvStorage::ReadRange(const KvRange& range) {
  const auto pages = range.pages->pages().first(range.first / kPageTokens);
  for (std::uint32_t p = 0; p < pages.size(); ++p) {
    const Place& place = places_[Index(pages[p])];
    if (place.frame != kNone) continue;
    GN_RETURN_IF_ERROR(free_frames_.empty() ? Verify(pages[p], p * kPageTokens)
                                            : Load(pages[p], p * kPageTokens));
  }
  return Status();
}

// Brings a page into memory for writing, with its content where that is to be kept.
Status KvStorage::Write(const PagePool& pool, PageId page, bool keep, std::uint32_t first_token) {
  Place& place = places_[Index(page)];
  place.pinned = clock_;
  if (place.frame != kNone) return Status();
  if (free_frames_.empty()) GN_RETURN_IF_ERROR(FreeAFrame(pool));
  if (keep) return Load(page, first_token);
  if (place.slot != kNone) DropSlot(place);
  place.frame = free_frames_.back();
  free_frames_.pop_back();
  in_frame_[place.frame] = static_cast<std::uint32_t>(page);
  return Status();
}

// Whether a page in the file is what was written there. `first_token`, if known, is for the error.
Status KvStorage::Verify(PageId page, std::uint32_t first_token) {
  Place& place = places_[Index(page)];
  GN_CHECK(place.slot != kNone);
  if (place.verified == clock_) return Status();  // another sequence reads it too
  GN_RETURN_IF_ERROR(file_.Load(place.slot * page_bytes_, page_bytes_));
  if (HashOf(SlotBytes(place.slot)) == place.hash) {
    place.verified = clock_;
    return Status();
  }
  std::string tokens;
  if (first_token != kNone) {
    tokens = ", tokens " + std::to_string(first_token) + " to " +
             std::to_string(first_token + kPageTokens - 1) + ",";
  }
  return Status(Code::kDataLoss, "KV cache: page " + std::to_string(Index(page)) + tokens +
                                     " is not what was written to the spill file");
}

// Brings a page from the file into a free frame.
Status KvStorage::Load(PageId page, std::uint32_t first_token) {
  GN_RETURN_IF_ERROR(Verify(page, first_token));
  Place& place = places_[Index(page)];
  place.frame = free_frames_.back();
  free_frames_.pop_back();
  in_frame_[place.frame] = static_cast<std::uint32_t>(page);
  std::memcpy(FrameBytes(place.frame), SlotBytes(place.slot).data(), page_bytes_);
  DropSlot(place);
  return Status();
}

void KvStorage::DropSlot(Place& place) {
  free_slots_.push_back(place.slot);
  place.slot = kNone;
}

// Drops a page that nobody owns, or else moves out the one that was not used for longest.
Status KvStorage::FreeAFrame(const PagePool& pool) {
  std::uint32_t oldest = kNone;
  for (std::uint32_t frame = 0; frame < frames_; ++frame) {
    Place& place = places_[in_frame_[frame]];
    if (place.pinned == clock_) continue;
    if (pool.owners(PageId{in_frame_[frame]}) == 0) {
      place.frame = kNone;
      in_frame_[frame] = kNone;
      free_frames_.push_back(frame);
      return Status();
    }
    if (oldest == kNone || place.used < places_[in_frame_[oldest]].used) oldest = frame;
  }
  GN_CHECK(oldest != kNone);  // no pass writes more pages than there are frames
  return MoveOut(oldest);
}

Status KvStorage::MoveOut(std::uint32_t frame) {
  GN_CHECK(!free_slots_.empty());  // there is one for each page that has no frame, and one more
  Place& place = places_[in_frame_[frame]];
  const std::uint32_t slot = free_slots_.back();
  const std::span<const std::byte> bytes(FrameBytes(frame), page_bytes_);
  GN_RETURN_IF_ERROR(file_.WriteAt(slot * page_bytes_, bytes));
  free_slots_.pop_back();
  place.hash = HashOf(bytes);
  place.slot = slot;
  place.frame = kNone;
  in_frame_[frame] = kNone;
  free_frames_.push_back(frame);
  return Status();
}

std::size_t KvStorage::KeyOffset(std::uint32_t layer, std::uint32_t head) const {
  const std::size_t layer_bytes = page_bytes_ / shape_.layers;
  return layer * layer_bytes + head * KvBytes(type_, kPageTokens * std::size_t{shape_.key_dim});
}

std::size_t KvStorage::ValueOffset(std::uint32_t layer, std::uint32_t head) const {
  return KeyOffset(layer, shape_.heads) +
         head * KvBytes(type_, kPageTokens * std::size_t{shape_.value_dim});
}

Status KvStorage::CopyPage(const PagePool& pool, PageId from, PageId to) {
  GN_CHECK(from != to);
  if (spills()) {
    ++clock_;
    Place& source = places_[Index(from)];
    source.used = source.pinned = clock_;
    if (source.frame == kNone) GN_RETURN_IF_ERROR(Verify(from, kNone));
    GN_RETURN_IF_ERROR(Write(pool, to, false, 0));
  }
  std::memcpy(page(to), page(from), page_bytes_);
  return Status();
}

}  // namespace ganglion
