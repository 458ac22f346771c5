#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/limits.h"
#include "ganglion/gguf/value.h"

namespace ganglion::gguf {
namespace {

constexpr std::uint64_t kAlignment = 32;

class Bytes {
 public:
  void Raw(const void* data, std::size_t size) {
    const std::size_t at = out_.size();
    out_.resize(at + size);
    if (size > 0) std::memcpy(out_.data() + at, data, size);
  }
  template <class T>
  void Number(T value) {
    Raw(&value, sizeof value);
  }
  void Text(std::string_view text) {
    Number(static_cast<std::uint64_t>(text.size()));
    Raw(text.data(), text.size());
  }
  void Pad(std::uint64_t alignment) {
    out_.resize((out_.size() + alignment - 1) / alignment * alignment);
  }
  std::vector<std::byte> Take() { return std::move(out_); }

 private:
  std::vector<std::byte> out_;
};

// The narrowing is the caller's choice of element type.
void WriteInteger(Bytes& out, ValueType type, std::int64_t item) {
  switch (FixedSize(type)) {
    case 1:
      return out.Number(static_cast<std::int8_t>(item));
    case 2:
      return out.Number(static_cast<std::int16_t>(item));
    case 4:
      return out.Number(static_cast<std::int32_t>(item));
    default:
      return out.Number(item);
  }
}

void WriteArray(Bytes& out, const Array& array) {
  const auto type = static_cast<ValueType>(array.element_type);
  out.Number(array.element_type);
  out.Number(static_cast<std::uint64_t>(array.size()));
  if (const auto* texts = std::get_if<std::vector<std::string>>(&array.items)) {
    GN_CHECK(type == ValueType::kString);
    for (const std::string& text : *texts) out.Text(text);
  } else if (const auto* floats = std::get_if<std::vector<double>>(&array.items)) {
    GN_CHECK(type == ValueType::kFloat32 || type == ValueType::kFloat64);
    for (const double item : *floats) {
      if (type == ValueType::kFloat32) out.Number(static_cast<float>(item));
      if (type == ValueType::kFloat64) out.Number(item);
    }
  } else {
    GN_CHECK(FixedSize(type) > 0);
    for (const std::int64_t item : std::get<std::vector<std::int64_t>>(array.items)) {
      WriteInteger(out, type, item);
    }
  }
}

void WriteValue(Bytes& out, const Value& value) {
  out.Number(static_cast<std::uint32_t>(value.index()));
  std::visit(
      [&out](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.Text(v);
        } else if constexpr (std::is_same_v<T, Array>) {
          WriteArray(out, v);
        } else if constexpr (std::is_same_v<T, bool>) {
          out.Number(static_cast<std::uint8_t>(v));
        } else {
          out.Number(v);
        }
      },
      value);
}

Status WriteAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Status(Code::kUnavailable, Concat("write: ", std::strerror(errno)));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return Status(Code::kUnavailable, Concat("fsync: ", std::strerror(errno)));
  return {};
}

}  // namespace

void Writer::Add(std::string key, Value value) {
  metadata_.push_back({std::move(key), std::move(value)});
}

Status Writer::AddTensor(std::string name, TensorType type, std::vector<std::uint64_t> dims,
                         std::vector<std::byte> data) {
  const auto fail = [&name](std::string_view what) {
    return Status(Code::kInvalidArgument, Concat("tensor \"", name, "\": ", what));
  };
  if (name.size() > kTensorNameBytesMax) return fail("the name is longer than 64 bytes");
  if (dims.empty() || dims.size() > kDimsMax) return fail("needs 1 to 4 dimensions");
  const TypeInfo& info = Info(type);
  if (dims[0] % info.elements != 0) return fail("a row is no whole number of blocks");
  Pending pending;
  pending.tensor = {std::move(name), type, std::move(dims), 0, {}};
  const std::uint64_t size = pending.tensor.elements() / info.elements * info.bytes;
  if (data.size() != size) {
    return Status(Code::kInvalidArgument, Concat("tensor \"", pending.tensor.name, "\": ",
                                                 data.size(), " bytes given, ", size, " needed"));
  }
  pending.data = std::move(data);
  tensors_.push_back(std::move(pending));
  return {};
}

std::vector<std::byte> Writer::Serialize() const {
  Bytes out;
  out.Raw("GGUF", 4);
  out.Number(std::uint32_t{3});
  out.Number(static_cast<std::uint64_t>(tensors_.size()));
  out.Number(static_cast<std::uint64_t>(metadata_.size()));
  for (const KeyValue& entry : metadata_) {
    out.Text(entry.key);
    WriteValue(out, entry.value);
  }
  std::uint64_t offset = 0;
  for (const Pending& pending : tensors_) {
    out.Text(pending.tensor.name);
    out.Number(static_cast<std::uint32_t>(pending.tensor.dims.size()));
    for (const std::uint64_t dim : pending.tensor.dims) out.Number(dim);
    out.Number(static_cast<std::uint32_t>(pending.tensor.type));
    out.Number(offset);
    offset += (pending.data.size() + kAlignment - 1) / kAlignment * kAlignment;
  }
  out.Pad(kAlignment);
  for (const Pending& pending : tensors_) {
    out.Raw(pending.data.data(), pending.data.size());
    out.Pad(kAlignment);
  }
  return out.Take();
}

Status Writer::Write(const std::string& path) const {
  const std::string temporary = path + ".part";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Status(Code::kUnavailable, Concat(temporary, ": ", std::strerror(errno)));
  Status status = WriteAll(fd, Serialize());
  if (::close(fd) != 0 && status.ok()) {
    status = Status(Code::kUnavailable, Concat("close: ", std::strerror(errno)));
  }
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = Status(Code::kUnavailable, Concat("rename: ", std::strerror(errno)));
  }
  if (!status.ok()) ::unlink(temporary.c_str());
  return std::move(status).WithContext(path);
}

}  // namespace ganglion::gguf
