#include "ganglion/quantize/importance.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/mapping.h"
#include "ganglion/gguf/printable.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/quantize/limits.h"

namespace ganglion::quantize {
namespace {

using Entries = std::map<std::string, std::vector<float>, std::less<>>;

Status Bad(std::string what) { return {Code::kInvalidArgument, std::move(what)}; }

Status Add(std::string name, std::vector<float> values, Entries& entries) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && values[i] >= 0.0f) continue;
    return Bad(Concat("entry \"", gguf::Printable(name), "\": importance ", i, " is ", values[i],
                      ", not 0 or more"));
  }
  const auto [place, is_new] = entries.try_emplace(std::move(name), std::move(values));
  if (is_new) return {};
  return Bad(Concat("entry \"", gguf::Printable(place->first), "\" occurs twice"));
}

// The old form: int32 count, and for each entry int32 length and name, int32 calls, int32 count and
// that many floats, each the sum of mean squares over the calls. What follows (the name of the
// text) is left alone.
class OldForm {
 public:
  explicit OldForm(std::span<const std::byte> bytes) : bytes_(bytes) {}

  Result<Entries> Read() {
    GN_ASSIGN_OR_RETURN(const std::uint64_t count, Number("entries", 1, kImportanceEntriesMax));
    for (std::uint64_t i = 0; i < count; ++i) {
      GN_RETURN_IF_ERROR(ReadEntry().WithContext(Concat("entry ", i)));
    }
    return std::move(entries_);
  }

 private:
  Status ReadEntry() {
    GN_ASSIGN_OR_RETURN(const std::uint64_t length,
                        Number("bytes of the name", 1, kImportanceNameBytesMax));
    std::string name(length, '\0');
    GN_RETURN_IF_ERROR(Take(name.data(), length));
    GN_ASSIGN_OR_RETURN(const std::uint64_t calls, Number("calls", 0, INT32_MAX));
    GN_ASSIGN_OR_RETURN(const std::uint64_t size,
                        Number("values", 1, (bytes_.size() - at_) / sizeof(float)));
    std::vector<float> values(size);
    GN_RETURN_IF_ERROR(Take(values.data(), size * sizeof(float)));
    const float inverse = calls > 0 ? 1.0f / static_cast<float>(calls) : 1.0f;
    for (float& value : values) value *= inverse;
    return Add(std::move(name), std::move(values), entries_);
  }

  Status Take(void* to, std::size_t size) {
    if (size > bytes_.size() - at_) return Bad(Concat("cut short at byte ", at_));
    std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
    return {};
  }

  Result<std::uint64_t> Number(std::string_view what, std::int64_t least, std::uint64_t most) {
    std::int32_t number = 0;
    GN_RETURN_IF_ERROR(Take(&number, sizeof number));
    if (number < least || static_cast<std::uint64_t>(number) > most) {
      return Bad(Concat(number, " ", what, " at byte ", at_ - sizeof number,
                        "; is this an importance matrix?"));
    }
    return static_cast<std::uint64_t>(number);
  }

  const std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  Entries entries_;
};

Result<std::vector<float>> Floats(const gguf::Tensor& tensor) {
  if (tensor.type != gguf::TensorType::kF32) {
    return Bad(Concat("tensor \"", gguf::Printable(tensor.name), "\" is of type ",
                      gguf::Info(tensor.type).name, ", not F32"));
  }
  std::vector<float> values(tensor.elements());
  gguf::Dequantize(tensor.type, tensor.data, values);
  return values;
}

// Sums over tokens, and how many tokens each matrix (of an expert) met. An expert that met none
// tells nothing: all its columns count alike.
Result<Entries> ReadGguf(std::span<const std::byte> bytes) {
  constexpr std::string_view kSums = ".in_sum2";
  GN_ASSIGN_OR_RETURN(const auto file, gguf::File::Parse(bytes));
  Entries entries;
  for (const gguf::Tensor& tensor : file->tensors()) {
    if (!tensor.name.ends_with(kSums)) continue;
    std::string name = tensor.name.substr(0, tensor.name.size() - kSums.size());
    const gguf::Tensor* const counts = file->FindTensor(name + ".counts");
    if (counts == nullptr || counts->elements() != tensor.rows()) {
      return Bad(Concat("entry \"", gguf::Printable(name), "\" needs a tensor of ", tensor.rows(),
                        " counts"));
    }
    GN_ASSIGN_OR_RETURN(std::vector<float> values, Floats(tensor));
    GN_ASSIGN_OR_RETURN(const std::vector<float> tokens, Floats(*counts));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float count = tokens[i / tensor.dims[0]];
      values[i] = count > 0.0f ? values[i] / count : 1.0f;
    }
    GN_RETURN_IF_ERROR(Add(std::move(name), std::move(values), entries));
  }
  if (entries.empty()) return Bad("no tensor NAME.in_sum2: not an importance matrix");
  return entries;
}

}  // namespace

Result<Importance> Importance::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() / sizeof(float) > kImportanceValuesMax) {
    return Bad(Concat(bytes.size(), " bytes are too many for an importance matrix"));
  }
  const bool is_gguf = bytes.size() >= 4 && std::memcmp(bytes.data(), "GGUF", 4) == 0;
  Importance importance;
  GN_ASSIGN_OR_RETURN(importance.entries_, is_gguf ? ReadGguf(bytes) : OldForm(bytes).Read());
  return importance;
}

Result<Importance> Importance::Read(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const auto mapping, gguf::Mapping::Open(path));
  Result<Importance> importance = Parse(mapping->bytes());
  if (!importance.ok()) return std::move(importance).error().WithContext(path);
  return importance;
}

std::span<const float> Importance::Find(std::string_view tensor) const {
  const auto found = entries_.find(tensor);
  return found == entries_.end() ? std::span<const float>() : found->second;
}

}  // namespace ganglion::quantize
