#include "ganglion/model/cache_file.h"

#include <array>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

constexpr std::string_view kMagic = "GNWEIGHT";
constexpr std::uint32_t kFormatVersion = 1;

class Output {
 public:
  template <class T>
  void Put(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto bytes = std::as_bytes(std::span(&value, 1));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void PutText(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  std::vector<std::byte> Take() { return std::move(bytes_); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// Reads past the end are zeros, and remembered.
class Input {
 public:
  explicit Input(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
  T Get() {
    T value{};
    const auto from = Bytes(sizeof(T));
    if (!from.empty()) std::memcpy(&value, from.data(), sizeof(T));
    return value;
  }
  std::string GetText(std::size_t size) {
    const auto from = Bytes(size);
    return {reinterpret_cast<const char*>(from.data()), from.size()};
  }
  bool good() const { return good_; }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::span<const std::byte> Bytes(std::size_t size) {
    good_ = good_ && size <= bytes_.size() - at_;
    if (!good_) return {};
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

Status Damaged(std::string_view what) {
  return Status(Code::kDataLoss, Concat("not a whole file of packed weights: ", what));
}

// Where the checksum of a header lies.
constexpr std::size_t kHeaderHashAt = kCacheHeaderBytes - sizeof(ContentHash);

bool ReadEntry(Input& in, std::uint64_t table_offset, CacheEntry& entry) {
  const auto name_bytes = in.Get<std::uint32_t>();
  const auto type = in.Get<std::uint32_t>();
  entry.key.rows = in.Get<std::uint64_t>();
  entry.key.cols = in.Get<std::uint64_t>();
  entry.key.bytes = in.Get<std::uint64_t>();
  entry.offset = in.Get<std::uint64_t>();
  entry.hash = in.Get<ContentHash>();
  if (name_bytes > kTensorNameMax || type >= kernels::kWeightTypes) return false;
  entry.key.name = in.GetText(name_bytes);
  entry.key.type = static_cast<kernels::WeightType>(type);
  return in.good() && entry.offset % kCacheAlignment == 0 && entry.offset >= kCacheAlignment &&
         entry.offset <= table_offset && entry.key.bytes <= table_offset - entry.offset;
}

}  // namespace

std::vector<std::byte> EncodeCacheTable(const CacheTable& table) {
  Output out;
  for (const CacheEntry& entry : table.entries) {
    out.Put(static_cast<std::uint32_t>(entry.key.name.size()));
    out.Put(static_cast<std::uint32_t>(entry.key.type));
    out.Put(entry.key.rows);
    out.Put(entry.key.cols);
    out.Put(entry.key.bytes);
    out.Put(entry.offset);
    out.Put(entry.hash);
    out.PutText(entry.key.name);
  }
  return out.Take();
}

std::vector<std::byte> EncodeCacheHeader(const CacheTable& table, std::uint64_t table_offset,
                                         std::span<const std::byte> encoded_table) {
  Output out;
  out.PutText(kMagic);
  out.Put(kFormatVersion);
  out.Put(kernels::kPackedLayout);
  out.Put(table.model_hash);
  out.Put(table.model_bytes);
  out.Put(table_offset);
  out.Put(static_cast<std::uint64_t>(encoded_table.size()));
  out.Put(static_cast<std::uint64_t>(table.entries.size()));
  out.Put(HashOf(encoded_table));
  std::vector<std::byte> header = out.Take();
  header.resize(kHeaderHashAt);
  const ContentHash hash = HashOf(header);
  const auto bytes = std::as_bytes(std::span(&hash, 1));
  header.insert(header.end(), bytes.begin(), bytes.end());
  return header;
}

Result<CacheTable> DecodeCache(std::span<const std::byte> file) {
  if (file.size() < kCacheHeaderBytes) return Damaged("it is too short");
  Input in(file.first(kCacheHeaderBytes));
  if (in.GetText(kMagic.size()) != kMagic) return Damaged("it begins with something else");
  const auto format = in.Get<std::uint32_t>();
  const auto layout = in.Get<std::uint32_t>();
  CacheTable table;
  table.model_hash = in.Get<ContentHash>();
  table.model_bytes = in.Get<std::uint64_t>();
  const auto table_offset = in.Get<std::uint64_t>();
  const auto table_bytes = in.Get<std::uint64_t>();
  const auto count = in.Get<std::uint64_t>();
  const auto table_hash = in.Get<ContentHash>();
  Input tail(file.subspan(kHeaderHashAt, sizeof(ContentHash)));
  if (HashOf(file.first(kHeaderHashAt)) != tail.Get<ContentHash>()) {
    return Damaged("the checksum of its header is wrong");
  }
  if (format != kFormatVersion || layout != kernels::kPackedLayout) {
    return Status(Code::kNotFound, "weights in another layout");
  }
  if (table_offset > file.size() || table_bytes != file.size() - table_offset ||
      count > kCacheEntriesMax) {
    return Damaged("it is cut off or too long");
  }
  const auto encoded = file.subspan(table_offset, table_bytes);
  if (HashOf(encoded) != table_hash) return Damaged("the checksum of its table is wrong");
  Input rows(encoded);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!ReadEntry(rows, table_offset, table.entries.emplace_back())) {
      return Damaged(Concat("entry ", i, " of its table makes no sense"));
    }
  }
  if (!rows.at_end()) return Damaged("its table is too long");
  return table;
}

}  // namespace ganglion
