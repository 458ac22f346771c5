#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/value.h"

namespace ganglion::gguf {
namespace {

Status Missing(std::string_view key) {
  return Status(Code::kNotFound, Concat("metadata key \"", key, "\" is missing"));
}

Status WrongType(std::string_view key, const Value& value, std::string_view wanted) {
  return Status(Code::kInvalidArgument,
                Concat("metadata key \"", key, "\" is of type ",
                       Name(static_cast<ValueType>(value.index())), ", not ", wanted));
}

std::optional<std::int64_t> AsInt(const Value& value) {
  return std::visit(
      [](const auto& v) -> std::optional<std::int64_t> {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
          if constexpr (std::is_same_v<T, std::uint64_t>) {
            if (v > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
          }
          return static_cast<std::int64_t>(v);
        }
        return std::nullopt;
      },
      value);
}

}  // namespace

Result<std::shared_ptr<const File>> File::Open(const std::string& path) {
  GN_ASSIGN_OR_RETURN(auto mapping, Mapping::Open(path));
  auto file = Parse(mapping->bytes());
  if (!file.ok()) return std::move(file).error().WithContext(path);
  const_cast<File&>(**file).mapping_ = std::move(mapping);  // not yet shared with anyone
  return file;
}

File::~File() = default;

std::size_t Array::size() const {
  return std::visit([](const auto& v) { return v.size(); }, items);
}

std::uint64_t Tensor::elements() const {
  std::uint64_t count = 1;
  for (const std::uint64_t dim : dims) count *= dim;
  return count;
}

const Value* File::Find(std::string_view key) const {
  for (const KeyValue& entry : metadata_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const Tensor* File::FindTensor(std::string_view name) const {
  for (const Tensor& tensor : tensors_) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

Result<std::int64_t> File::Int(std::string_view key) const {
  const Value* const value = Find(key);
  if (value == nullptr) return Missing(key);
  const std::optional<std::int64_t> number = AsInt(*value);
  if (!number) return WrongType(key, *value, "an integer below 2^63");
  return *number;
}

Result<double> File::Float(std::string_view key) const {
  const Value* const value = Find(key);
  if (value == nullptr) return Missing(key);
  if (const auto* f = std::get_if<float>(value)) return static_cast<double>(*f);
  if (const auto* d = std::get_if<double>(value)) return *d;
  const std::optional<std::int64_t> number = AsInt(*value);
  if (!number) return WrongType(key, *value, "a number");
  return static_cast<double>(*number);
}

Result<std::string_view> File::String(std::string_view key) const {
  const Value* const value = Find(key);
  if (value == nullptr) return Missing(key);
  const auto* const text = std::get_if<std::string>(value);
  if (text == nullptr) return WrongType(key, *value, "a string");
  return std::string_view(*text);
}

Result<bool> File::Bool(std::string_view key) const {
  const Value* const value = Find(key);
  if (value == nullptr) return Missing(key);
  const auto* const truth = std::get_if<bool>(value);
  if (truth == nullptr) return WrongType(key, *value, "a bool");
  return *truth;
}

Result<const Array*> File::ArrayOf(std::string_view key) const {
  const Value* const value = Find(key);
  if (value == nullptr) return Missing(key);
  const auto* const array = std::get_if<Array>(value);
  if (array == nullptr) return WrongType(key, *value, "an array");
  return array;
}

Result<std::int64_t> File::IntOr(std::string_view key, std::int64_t fallback) const {
  return Find(key) == nullptr ? Result<std::int64_t>(fallback) : Int(key);
}
Result<double> File::FloatOr(std::string_view key, double fallback) const {
  return Find(key) == nullptr ? Result<double>(fallback) : Float(key);
}
Result<std::string_view> File::StringOr(std::string_view key, std::string_view fallback) const {
  return Find(key) == nullptr ? Result<std::string_view>(fallback) : String(key);
}
Result<bool> File::BoolOr(std::string_view key, bool fallback) const {
  return Find(key) == nullptr ? Result<bool>(fallback) : Bool(key);
}

}  // namespace ganglion::gguf
