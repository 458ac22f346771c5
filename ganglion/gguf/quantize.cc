#include "ganglion/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/gguf/codec.h"

namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlockMax = 256;
constexpr float kHalfMax = 65504.0f;

struct Codec {
  TensorType type;
  float largest;  // magnitude that can be written
  DecodeFunction decode;
  EncodeFunction encode;
};

constexpr Codec kCodecs[] = {
    {TensorType::kF32, HUGE_VALF, &DecodeF32, &EncodeF32},
    {TensorType::kF16, kHalfMax, &DecodeF16, &EncodeF16},
    {TensorType::kBF16, 0x1.fep127f, &DecodeBF16, &EncodeBF16},
    {TensorType::kQ8_0, kHalfMax, &DecodeQ8_0, &EncodeQ8_0},
    {TensorType::kQ4_0, kHalfMax, &DecodeQ4_0, &EncodeQ4_0},
    {TensorType::kQ4_1, kHalfMax, &DecodeQ4_1, &EncodeQ4_1},
    {TensorType::kQ5_0, kHalfMax, &DecodeQ5_0, &EncodeQ5_0},
    {TensorType::kQ5_1, kHalfMax, &DecodeQ5_1, &EncodeQ5_1},
    {TensorType::kQ2_K, kHalfMax, &DecodeQ2_K, &EncodeQ2_K},
    {TensorType::kQ3_K, kHalfMax, &DecodeQ3_K, &EncodeQ3_K},
    {TensorType::kQ4_K, kHalfMax, &DecodeQ4_K, &EncodeQ4_K},
    {TensorType::kQ5_K, kHalfMax, &DecodeQ5_K, &EncodeQ5_K},
    {TensorType::kQ6_K, kHalfMax, &DecodeQ6_K, &EncodeQ6_K},
    {TensorType::kIQ4_NL, kHalfMax, &DecodeIQ4_NL, &EncodeIQ4_NL},
    {TensorType::kIQ4_XS, kHalfMax, &DecodeIQ4_XS, &EncodeIQ4_XS},
    {TensorType::kMXFP4, HUGE_VALF, &DecodeMXFP4, &EncodeMXFP4},
};

const Codec& CodecOf(TensorType type) {
  const auto* const codec = std::ranges::find(kCodecs, type, &Codec::type);
  GN_CHECK(codec != std::end(kCodecs));
  return *codec;
}

Status CheckValues(const Codec& codec, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && std::fabs(values[i]) <= codec.largest) continue;
    return {Code::kInvalidArgument, Concat("value ", i, " is ", std::to_string(values[i]),
                                           ", which ", Info(codec.type).name, " cannot hold")};
  }
  return {};
}

// The error of a value counts the more the larger it is, and never below what an average value of
// its block counts: sqrt(2 mean(x^2) + x^2), times its importance where there is one. Divided by
// the largest, so that sums of products stay in the range of a float.
void WeighBlock(std::span<const float> values, std::span<const float> importance, float* weights) {
  double squares = 0.0;
  float largest = 0.0f;
  for (const float value : values) {
    squares += static_cast<double>(value) * static_cast<double>(value);
    largest = std::max(largest, std::fabs(value));
  }
  if (largest == 0.0f) {
    std::fill_n(weights, values.size(), 1.0f);
    return;
  }
  const double scale = 1.0 / static_cast<double>(largest);
  const double floor = 2.0 * squares * scale * scale / static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(values[i]) * scale;
    weights[i] = static_cast<float>(std::sqrt(floor + x * x));
    if (!importance.empty()) weights[i] *= importance[i];
  }
}

// Scaled to a mean of 1 and bounded below, so that a column which was never used still has an
// error that counts where nothing else does.
std::vector<float> Normalized(std::span<const float> importance) {
  constexpr double kLeast = 1e-4;
  double sum = 0.0;
  for (const float value : importance) sum += static_cast<double>(value);
  std::vector<float> normalized(importance.begin(), importance.end());
  const double mean = sum / static_cast<double>(importance.size());
  for (float& value : normalized) {
    value =
        mean > 0.0 ? static_cast<float>(std::max(static_cast<double>(value) / mean, kLeast)) : 1.0f;
  }
  return normalized;
}

Status CheckShapes(TensorType type, std::size_t values, std::span<const float> importance) {
  const TypeInfo& info = Info(type);
  if (!info.supported) {
    return {Code::kUnimplemented, Concat("cannot write values of type ", info.name)};
  }
  if (values % info.elements != 0) {
    return {Code::kInvalidArgument, Concat(values, " values are not a whole number of blocks of ",
                                           info.elements, " (", info.name, ")")};
  }
  if (importance.empty()) return {};
  if (importance.size() % info.elements != 0 || values % importance.size() != 0) {
    return {Code::kInvalidArgument, Concat(importance.size(), " importances do not fit rows of ",
                                           values, " values in all")};
  }
  for (std::size_t i = 0; i < importance.size(); ++i) {
    if (std::isfinite(importance[i]) && importance[i] >= 0.0f) continue;
    return {Code::kInvalidArgument,
            Concat("importance ", i, " is ", std::to_string(importance[i]), ", not 0 or more")};
  }
  return {};
}

}  // namespace

Status Quantize(TensorType type, std::span<const float> values, std::span<const float> importance,
                std::span<std::byte> bytes) {
  GN_RETURN_IF_ERROR(CheckShapes(type, values.size(), importance));
  const TypeInfo& info = Info(type);
  const Codec& codec = CodecOf(type);
  GN_CHECK(bytes.size() == values.size() / info.elements * info.bytes);
  GN_RETURN_IF_ERROR(CheckValues(codec, values));
  const std::vector<float> row = importance.empty() ? std::vector<float>() : Normalized(importance);
  float weights[kBlockMax];
  for (std::size_t at = 0; at < values.size(); at += info.elements) {
    if (info.elements > 1) {
      const auto part = row.empty() ? std::span<const float>()
                                    : std::span(row).subspan(at % row.size(), info.elements);
      WeighBlock(values.subspan(at, info.elements), part, weights);
    }
    codec.encode(values.data() + at, weights, bytes.data() + at / info.elements * info.bytes);
  }
  return {};
}

Result<std::vector<std::byte>> Quantize(TensorType type, std::span<const float> values) {
  GN_RETURN_IF_ERROR(CheckShapes(type, values.size(), {}));
  std::vector<std::byte> bytes(values.size() / Info(type).elements * Info(type).bytes);
  GN_RETURN_IF_ERROR(Quantize(type, values, {}, bytes));
  return bytes;
}

bool CanDequantize(TensorType type) { return Info(type).supported; }

void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values) {
  const TypeInfo& info = Info(type);
  GN_CHECK(values.size() % info.elements == 0);
  GN_CHECK(bytes.size() == values.size() / info.elements * info.bytes);
  CodecOf(type).decode(bytes.data(), values.size() / info.elements, values.data());
}

}  // namespace ganglion::gguf
