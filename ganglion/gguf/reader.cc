#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <unordered_set>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/limits.h"
#include "ganglion/gguf/printable.h"
#include "ganglion/gguf/value.h"

namespace ganglion::gguf {

static_assert(std::endian::native == std::endian::little, "the reader copies little-endian values");

// Reads a file front to back. `at_` is the offset of the next byte, and never passes the end: every
// read first asks Need(). What is being read stands in `where_`, for the messages.
class Parser {
 public:
  Parser(std::span<const std::byte> bytes, File& file) : bytes_(bytes), file_(file) {}

  Status Run() {
    GN_RETURN_IF_ERROR(Header());
    GN_RETURN_IF_ERROR(Metadata());
    GN_RETURN_IF_ERROR(Alignment());
    GN_RETURN_IF_ERROR(TensorInfos());
    return TensorData();
  }

 private:
  Status Fail(std::string_view what) const {
    return Status(Code::kInvalidArgument, Concat(where_, " at byte ", at_, ": ", what));
  }

  Status Need(std::uint64_t count) const {
    if (count <= bytes_.size() - at_) return {};
    return Fail(Concat("needs ", count, " bytes, but the file ends after ", bytes_.size() - at_,
                       "; the file is cut short or damaged"));
  }

  template <class T>
  Status Read(T& value) {
    GN_RETURN_IF_ERROR(Need(sizeof(T)));
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return {};
  }

  Status ReadString(std::string& text, std::uint64_t bytes_max) {
    std::uint64_t length = 0;
    GN_RETURN_IF_ERROR(Read(length));
    if (length > bytes_max) {
      return Fail(Concat("a string of ", length, " bytes; at most ", bytes_max, " are allowed"));
    }
    GN_RETURN_IF_ERROR(Need(length));
    text.assign(reinterpret_cast<const char*>(bytes_.data() + at_), length);
    at_ += length;
    return Charge(length);
  }

  // Metadata may not grow without end in memory, whatever its counts say.
  Status Charge(std::uint64_t bytes) {
    metadata_bytes_ += bytes;
    if (metadata_bytes_ <= kMetadataBytesMax) return {};
    return Fail(Concat("the metadata is larger than ", kMetadataBytesMax, " bytes"));
  }

  Status Header() {
    where_ = "header";
    char magic[4];
    GN_RETURN_IF_ERROR(Read(magic));
    if (std::memcmp(magic, "GGUF", 4) != 0) {
      at_ = 0;
      return Fail("the first four bytes are not \"GGUF\"; this is no GGUF model file");
    }
    std::uint32_t version = 0;
    GN_RETURN_IF_ERROR(Read(version));
    if (version != 3) {
      at_ -= 4;
      return Fail((version & 0xffff) == 0
                      ? std::string("a big-endian file; convert it to little-endian")
                      : Concat("version ", version, "; only version 3 can be read: convert it"));
    }
    GN_RETURN_IF_ERROR(Read(tensor_count_));
    GN_RETURN_IF_ERROR(Read(key_count_));
    if (tensor_count_ > kTensorsMax) return Fail(Concat(tensor_count_, " tensors are too many"));
    if (key_count_ > kMetadataKeysMax) return Fail(Concat(key_count_, " keys are too many"));
    return {};
  }

  Status Metadata() {
    std::unordered_set<std::string> seen;
    for (std::uint64_t i = 0; i < key_count_; ++i) {
      where_ = Concat("metadata key number ", i);
      KeyValue entry;
      GN_RETURN_IF_ERROR(ReadString(entry.key, kKeyBytesMax));
      where_ = Concat("metadata key \"", Printable(entry.key), "\"");
      if (!seen.insert(entry.key).second) return Fail("the key occurs twice");
      std::uint32_t type = 0;
      GN_RETURN_IF_ERROR(Read(type));
      GN_RETURN_IF_ERROR(ReadValue(type, entry.value));
      file_.metadata_.push_back(std::move(entry));
    }
    return {};
  }

  Status ReadValue(std::uint32_t type, Value& value) {
    switch (static_cast<ValueType>(type)) {
      case ValueType::kUint8:
        return ReadFixed<std::uint8_t>(value);
      case ValueType::kInt8:
        return ReadFixed<std::int8_t>(value);
      case ValueType::kUint16:
        return ReadFixed<std::uint16_t>(value);
      case ValueType::kInt16:
        return ReadFixed<std::int16_t>(value);
      case ValueType::kUint32:
        return ReadFixed<std::uint32_t>(value);
      case ValueType::kInt32:
        return ReadFixed<std::int32_t>(value);
      case ValueType::kFloat32:
        return ReadFixed<float>(value);
      case ValueType::kUint64:
        return ReadFixed<std::uint64_t>(value);
      case ValueType::kInt64:
        return ReadFixed<std::int64_t>(value);
      case ValueType::kFloat64:
        return ReadFixed<double>(value);
      case ValueType::kBool: {
        std::int64_t truth = 0;
        GN_RETURN_IF_ERROR(ReadBool(truth));
        value = truth != 0;
        return {};
      }
      case ValueType::kString: {
        std::string text;
        GN_RETURN_IF_ERROR(ReadString(text, kStringBytesMax));
        value = std::move(text);
        return {};
      }
      case ValueType::kArray:
        return ReadArray(value);
    }
    return Fail(Concat("value type ", type, " is not defined"));
  }

  template <class T>
  Status ReadFixed(Value& value) {
    T number{};
    GN_RETURN_IF_ERROR(Read(number));
    value = number;
    return {};
  }

  Status ReadBool(std::int64_t& truth) {
    std::uint8_t byte = 0;
    GN_RETURN_IF_ERROR(Read(byte));
    if (byte > 1) return Fail(Concat("a bool of value ", byte, "; only 0 and 1 are defined"));
    truth = byte;
    return {};
  }

  Status ReadArray(Value& value) {
    Array array;
    std::uint64_t count = 0;
    GN_RETURN_IF_ERROR(Read(array.element_type));
    GN_RETURN_IF_ERROR(Read(count));
    if (array.element_type >= kValueTypes) {
      return Fail(Concat("array element type ", array.element_type, " is not defined"));
    }
    const auto type = static_cast<ValueType>(array.element_type);
    if (type == ValueType::kArray) return Fail("nested arrays are not supported");
    if (count > kArrayItemsMax) {
      return Fail(
          Concat("an array of ", count, " items; at most ", kArrayItemsMax, " are allowed"));
    }
    // Before anything is reserved: a string takes at least its length field.
    GN_RETURN_IF_ERROR(Need(count * (type == ValueType::kString ? 8 : FixedSize(type))));
    GN_RETURN_IF_ERROR(Charge(count * (type == ValueType::kString ? sizeof(std::string) : 8)));
    GN_RETURN_IF_ERROR(ReadItems(type, count, array));
    value = std::move(array);
    return {};
  }

  Status ReadItems(ValueType type, std::uint64_t count, Array& array) {
    switch (type) {
      case ValueType::kUint8:
        return ReadNumbers<std::uint8_t, std::int64_t>(count, array);
      case ValueType::kInt8:
        return ReadNumbers<std::int8_t, std::int64_t>(count, array);
      case ValueType::kUint16:
        return ReadNumbers<std::uint16_t, std::int64_t>(count, array);
      case ValueType::kInt16:
        return ReadNumbers<std::int16_t, std::int64_t>(count, array);
      case ValueType::kUint32:
        return ReadNumbers<std::uint32_t, std::int64_t>(count, array);
      case ValueType::kInt32:
        return ReadNumbers<std::int32_t, std::int64_t>(count, array);
      case ValueType::kUint64:
        return ReadNumbers<std::uint64_t, std::int64_t>(count, array);
      case ValueType::kInt64:
        return ReadNumbers<std::int64_t, std::int64_t>(count, array);
      case ValueType::kFloat32:
        return ReadNumbers<float, double>(count, array);
      case ValueType::kFloat64:
        return ReadNumbers<double, double>(count, array);
      case ValueType::kBool: {
        std::vector<std::int64_t> items(count);
        for (std::int64_t& item : items) GN_RETURN_IF_ERROR(ReadBool(item));
        array.items = std::move(items);
        return {};
      }
      case ValueType::kString: {
        std::vector<std::string> items(count);
        for (std::string& item : items) GN_RETURN_IF_ERROR(ReadString(item, kStringBytesMax));
        array.items = std::move(items);
        return {};
      }
      case ValueType::kArray:
        break;
    }
    return Fail("nested arrays are not supported");
  }

  template <class Stored, class Kept>
  Status ReadNumbers(std::uint64_t count, Array& array) {
    std::vector<Kept> items(count);
    for (Kept& item : items) {
      Stored stored{};
      GN_RETURN_IF_ERROR(Read(stored));
      if constexpr (std::is_same_v<Stored, std::uint64_t>) {
        if (stored > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
          return Fail(Concat("the array value ", stored, " is above 2^63-1"));
        }
      }
      item = static_cast<Kept>(stored);
    }
    array.items = std::move(items);
    return {};
  }

  Status Alignment() {
    where_ = "metadata key \"general.alignment\"";
    Result<std::int64_t> alignment = file_.IntOr("general.alignment", 32);
    if (!alignment.ok()) return std::move(alignment).error();
    if (*alignment < 8 || *alignment > kAlignmentMax || (*alignment & (*alignment - 1)) != 0) {
      return Fail(Concat("alignment ", *alignment, "; it must be a power of two from 8 to ",
                         kAlignmentMax));
    }
    file_.alignment_ = static_cast<std::uint32_t>(*alignment);
    return {};
  }

  Status TensorInfos() {
    std::unordered_set<std::string> seen;
    for (std::uint64_t i = 0; i < tensor_count_; ++i) {
      where_ = Concat("tensor number ", i);
      Tensor tensor;
      GN_RETURN_IF_ERROR(ReadString(tensor.name, kTensorNameBytesMax));
      where_ = Concat("tensor \"", Printable(tensor.name), "\"");
      if (!seen.insert(tensor.name).second) return Fail("a tensor of this name came before");
      GN_RETURN_IF_ERROR(ReadShape(tensor));
      GN_RETURN_IF_ERROR(Read(tensor.offset));
      if (tensor.offset % file_.alignment_ != 0) {
        return Fail(Concat("offset ", tensor.offset, " is no multiple of the alignment ",
                           file_.alignment_));
      }
      offset_fields_.push_back(at_ - sizeof(tensor.offset));
      file_.tensors_.push_back(std::move(tensor));
    }
    return {};
  }

  Status ReadShape(Tensor& tensor) {
    std::uint32_t dims = 0;
    GN_RETURN_IF_ERROR(Read(dims));
    if (dims < 1 || dims > kDimsMax) {
      return Fail(Concat(dims, " dimensions; 1 to ", kDimsMax, " are allowed"));
    }
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < dims; ++i) {
      std::uint64_t size = 0;
      GN_RETURN_IF_ERROR(Read(size));
      if (size == 0) return Fail(Concat("dimension ", i, " is 0"));
      // 2^56 elements of at most 8 bytes stay below 2^63.
      if (size > (std::uint64_t{1} << 56) / elements) return Fail("the dimensions overflow");
      elements *= size;
      tensor.dims.push_back(size);
    }
    std::uint32_t type = 0;
    GN_RETURN_IF_ERROR(Read(type));
    const TypeInfo* const info = FindType(type);
    if (info == nullptr) return Fail(Concat("tensor type ", type, " is not known"));
    if (tensor.dims[0] % info->elements != 0) {
      return Fail(Concat("rows of ", tensor.dims[0], " values are no whole number of ", info->name,
                         " blocks of ", info->elements));
    }
    tensor.type = info->type;
    return {};
  }

  Status TensorData() {
    where_ = "data section";
    const std::uint64_t alignment = file_.alignment_;
    const std::uint64_t start = (at_ + alignment - 1) / alignment * alignment;
    file_.data_offset_ = start;
    if (file_.tensors_.empty()) return {};  // a vocabulary alone needs no padding at its end
    const std::uint64_t available = start <= bytes_.size() ? bytes_.size() - start : 0;
    for (std::size_t i = 0; i < file_.tensors_.size(); ++i) {
      Tensor& tensor = file_.tensors_[i];
      where_ = Concat("tensor \"", Printable(tensor.name), "\"");
      at_ = offset_fields_[i];
      const TypeInfo& info = Info(tensor.type);
      const std::uint64_t size = tensor.elements() / info.elements * info.bytes;
      if (tensor.offset > available || size > available - tensor.offset) {
        return Fail(Concat("its ", size, " bytes at data offset ", tensor.offset,
                           " pass the end of the file (", available,
                           " bytes of data); the file is cut short or damaged"));
      }
      tensor.data = bytes_.subspan(start + tensor.offset, size);
    }
    return {};
  }

  std::span<const std::byte> bytes_;
  File& file_;
  std::uint64_t at_ = 0;
  std::string where_;
  std::uint64_t tensor_count_ = 0;
  std::uint64_t key_count_ = 0;
  std::uint64_t metadata_bytes_ = 0;
  std::vector<std::uint64_t> offset_fields_;  // where each tensor's offset stands, for the messages
};

Result<std::shared_ptr<const File>> File::Parse(std::span<const std::byte> bytes) {
  std::shared_ptr<File> file(new File());
  file->size_bytes_ = bytes.size();
  GN_RETURN_IF_ERROR(Parser(bytes, *file).Run());
  return std::shared_ptr<const File>(std::move(file));
}

}  // namespace ganglion::gguf
