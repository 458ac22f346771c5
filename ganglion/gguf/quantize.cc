#include "ganglion/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "ganglion/base/check.h"
#include "ganglion/gguf/codec.h"

namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 32;

struct Codec {
  TensorType type;
  DecodeFunction decode;
};

constexpr Codec kCodecs[] = {
    {TensorType::kF32, &DecodeF32},       {TensorType::kF16, &DecodeF16},
    {TensorType::kBF16, &DecodeBF16},     {TensorType::kQ8_0, &DecodeQ8_0},
    {TensorType::kQ4_0, &DecodeQ4_0},     {TensorType::kQ4_1, &DecodeQ4_1},
    {TensorType::kQ5_0, &DecodeQ5_0},     {TensorType::kQ5_1, &DecodeQ5_1},
    {TensorType::kQ2_K, &DecodeQ2_K},     {TensorType::kQ3_K, &DecodeQ3_K},
    {TensorType::kQ4_K, &DecodeQ4_K},     {TensorType::kQ5_K, &DecodeQ5_K},
    {TensorType::kQ6_K, &DecodeQ6_K},     {TensorType::kIQ4_NL, &DecodeIQ4_NL},
    {TensorType::kIQ4_XS, &DecodeIQ4_XS}, {TensorType::kMXFP4, &DecodeMXFP4},
};

// The scale is chosen before it is rounded to a half, and the elements are divided by the unrounded
// one, as the format's authors do.
void QuantizeBlockQ8(const float* x, std::byte* out) {
  float largest = 0.0f;
  for (std::size_t i = 0; i < kBlock; ++i) largest = std::max(largest, std::fabs(x[i]));
  const float d = largest / 127.0f;
  const float inverse = d > 0.0f ? 1.0f / d : 0.0f;
  StoreU16(FloatToHalf(d), out);
  for (std::size_t i = 0; i < kBlock; ++i) {
    const float q = std::clamp(std::round(x[i] * inverse), -127.0f, 127.0f);
    out[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(q));
  }
}

// The value of largest magnitude becomes -8, whatever its sign, so that no code is wasted.
void QuantizeBlockQ4(const float* x, std::byte* out) {
  float largest = 0.0f;
  for (std::size_t i = 0; i < kBlock; ++i) {
    if (std::fabs(x[i]) > std::fabs(largest)) largest = x[i];
  }
  const float d = largest / -8.0f;
  const float inverse = d != 0.0f ? 1.0f / d : 0.0f;
  StoreU16(FloatToHalf(d), out);
  const auto code = [inverse](float value) {
    return static_cast<unsigned>(std::clamp(value * inverse + 8.5f, 0.0f, 15.0f));
  };
  for (std::size_t i = 0; i < kBlock / 2; ++i) {
    out[2 + i] = static_cast<std::byte>(code(x[i]) | code(x[i + kBlock / 2]) << 4);
  }
}

// The largest magnitude that the type can hold.
float LargestOf(TensorType type) {
  switch (type) {
    case TensorType::kF16:
      return 65504.0f;
    case TensorType::kBF16:
      return 0x1.fep127f;
    case TensorType::kQ8_0:
      return 65504.0f * 127.0f;
    case TensorType::kQ4_0:
      return 65504.0f * 8.0f;
    default:
      return HUGE_VALF;
  }
}

bool CanQuantize(TensorType type) {
  return type == TensorType::kF32 || type == TensorType::kF16 || type == TensorType::kBF16 ||
         type == TensorType::kQ8_0 || type == TensorType::kQ4_0;
}

Status CheckValues(TensorType type, std::span<const float> values) {
  const float largest = LargestOf(type);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && std::fabs(values[i]) <= largest) continue;
    return Status(Code::kInvalidArgument, "value " + std::to_string(i) + " is " +
                                              std::to_string(values[i]) + ", which " +
                                              std::string(Info(type).name) + " cannot hold");
  }
  return Status();
}

}  // namespace

Result<std::vector<std::byte>> Quantize(TensorType type, std::span<const float> values) {
  const TypeInfo& info = Info(type);
  if (!CanQuantize(type)) {
    return Status(Code::kUnimplemented, "cannot write values of type " + std::string(info.name));
  }
  if (values.size() % info.elements != 0) {
    return Status(Code::kInvalidArgument,
                  std::to_string(values.size()) + " values are not a whole number of blocks of " +
                      std::to_string(info.elements) + " (" + std::string(info.name) + ")");
  }
  GN_RETURN_IF_ERROR(CheckValues(type, values));
  std::vector<std::byte> bytes(values.size() / info.elements * info.bytes);
  for (std::size_t i = 0; i < values.size() / info.elements; ++i) {
    const float* x = values.data() + i * info.elements;
    std::byte* out = bytes.data() + i * info.bytes;
    switch (type) {
      case TensorType::kF32:
        std::memcpy(out, x, sizeof *x);
        break;
      case TensorType::kF16:
        StoreU16(FloatToHalf(*x), out);
        break;
      case TensorType::kBF16:
        StoreU16(FloatToBfloat16(*x), out);
        break;
      case TensorType::kQ8_0:
        QuantizeBlockQ8(x, out);
        break;
      case TensorType::kQ4_0:
        QuantizeBlockQ4(x, out);
        break;
      default:
        GN_CHECK(false && "a supported type without a quantizer");
    }
  }
  return bytes;
}

bool CanDequantize(TensorType type) { return Info(type).supported; }

void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values) {
  const TypeInfo& info = Info(type);
  GN_CHECK(values.size() % info.elements == 0);
  GN_CHECK(bytes.size() == values.size() / info.elements * info.bytes);
  const auto* const codec = std::ranges::find(kCodecs, type, &Codec::type);
  GN_CHECK(codec != std::end(kCodecs));
  codec->decode(bytes.data(), values.size() / info.elements, values.data());
}

}  // namespace ganglion::gguf
