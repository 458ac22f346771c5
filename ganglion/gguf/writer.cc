#include <cstring>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/limits.h"
#include "ganglion/gguf/new_file.h"
#include "ganglion/gguf/serialize.h"
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
  void Pad() { out_.resize(Padded(out_.size())); }
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

}  // namespace

std::vector<std::byte> SerializeHeader(std::span<const KeyValue> metadata,
                                       std::span<const Tensor* const> tensors) {
  Bytes out;
  out.Raw("GGUF", 4);
  out.Number(std::uint32_t{3});
  out.Number(static_cast<std::uint64_t>(tensors.size()));
  out.Number(static_cast<std::uint64_t>(metadata.size()));
  for (const KeyValue& entry : metadata) {
    out.Text(entry.key);
    WriteValue(out, entry.value);
  }
  std::uint64_t offset = 0;
  for (const Tensor* const tensor : tensors) {
    out.Text(tensor->name);
    out.Number(static_cast<std::uint32_t>(tensor->dims.size()));
    for (const std::uint64_t dim : tensor->dims) out.Number(dim);
    out.Number(static_cast<std::uint32_t>(tensor->type));
    out.Number(offset);
    offset += Padded(DataBytes(*tensor));
  }
  out.Pad();
  return out.Take();
}

std::uint64_t DataBytes(const Tensor& tensor) {
  const TypeInfo& info = Info(tensor.type);
  return tensor.elements() / info.elements * info.bytes;
}

std::uint64_t Padded(std::uint64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

Status CheckForWriting(const Tensor& tensor) {
  const auto fail = [&tensor](std::string_view what) {
    return Status(Code::kInvalidArgument, Concat("tensor \"", tensor.name, "\": ", what));
  };
  if (tensor.name.size() > kTensorNameBytesMax) return fail("the name is longer than 64 bytes");
  if (tensor.dims.empty() || tensor.dims.size() > kDimsMax) return fail("needs 1 to 4 dimensions");
  if (tensor.dims[0] % Info(tensor.type).elements != 0) {
    return fail("a row is no whole number of blocks");
  }
  return {};
}

void Writer::Add(std::string key, Value value) {
  metadata_.push_back({std::move(key), std::move(value)});
}

Status Writer::AddTensor(std::string name, TensorType type, std::vector<std::uint64_t> dims,
                         std::vector<std::byte> data) {
  Pending pending;
  pending.tensor = {std::move(name), type, std::move(dims), 0, {}};
  GN_RETURN_IF_ERROR(CheckForWriting(pending.tensor));
  const std::uint64_t size = DataBytes(pending.tensor);
  if (data.size() != size) {
    return Status(Code::kInvalidArgument, Concat("tensor \"", pending.tensor.name, "\": ",
                                                 data.size(), " bytes given, ", size, " needed"));
  }
  pending.data = std::move(data);
  tensors_.push_back(std::move(pending));
  return {};
}

std::vector<std::byte> Writer::Serialize() const {
  std::vector<const Tensor*> tensors;
  for (const Pending& pending : tensors_) tensors.push_back(&pending.tensor);
  std::vector<std::byte> out = SerializeHeader(metadata_, tensors);
  for (const Pending& pending : tensors_) {
    out.insert(out.end(), pending.data.begin(), pending.data.end());
    out.resize(Padded(out.size()));
  }
  return out;
}

Status Writer::Write(const std::string& path) const {
  GN_ASSIGN_OR_RETURN(NewFile file, NewFile::Create(path));
  GN_RETURN_IF_ERROR(file.Append(Serialize()));
  return file.Publish();
}

}  // namespace ganglion::gguf
