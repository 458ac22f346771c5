#include "ganglion/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "ganglion/base/check.h"
#include "ganglion/base/half.h"

namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 32;

void StoreHalf(std::uint16_t half, std::byte* to) { std::memcpy(to, &half, sizeof half); }

std::uint16_t LoadHalf(const std::byte* from) {
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  return half;
}

// The scale is chosen before it is rounded to a half, and the elements are divided by the unrounded
// one, as the format's authors do.
void QuantizeBlockQ8(const float* x, std::byte* out) {
  float largest = 0.0f;
  for (std::size_t i = 0; i < kBlock; ++i) largest = std::max(largest, std::fabs(x[i]));
  const float d = largest / 127.0f;
  const float inverse = d > 0.0f ? 1.0f / d : 0.0f;
  StoreHalf(FloatToHalf(d), out);
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
  StoreHalf(FloatToHalf(d), out);
  const auto code = [inverse](float value) {
    return static_cast<unsigned>(std::clamp(value * inverse + 8.5f, 0.0f, 15.0f));
  };
  for (std::size_t i = 0; i < kBlock / 2; ++i) {
    out[2 + i] = static_cast<std::byte>(code(x[i]) | code(x[i + kBlock / 2]) << 4);
  }
}

void DequantizeBlockQ8(const std::byte* block, float* x) {
  const float d = HalfToFloat(LoadHalf(block));
  for (std::size_t i = 0; i < kBlock; ++i) {
    x[i] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
  }
}

void DequantizeBlockQ4(const std::byte* block, float* x) {
  const float d = HalfToFloat(LoadHalf(block));
  for (std::size_t i = 0; i < kBlock / 2; ++i) {
    const int codes = static_cast<int>(block[2 + i]);
    x[i] = d * static_cast<float>((codes & 15) - 8);
    x[i + kBlock / 2] = d * static_cast<float>((codes >> 4) - 8);
  }
}

// 128 bytes with the low four bits of the codes, 64 with their high two, 16 scales, and a half d.
// In each half of 128 elements, element 32 * part + i has its low bits in byte 32 * (part % 2) + i,
// low nibble for parts 0 and 1, and its high bits in byte i at bit 2 * part.
void DequantizeBlockQ6(const std::byte* block, float* x) {
  const float d = HalfToFloat(LoadHalf(block + 208));
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t half = i / 128;
    const std::size_t part = i % 128 / 32;
    const int low_pair = static_cast<int>(block[64 * half + 32 * (part % 2) + i % 32]);
    const int low = part < 2 ? low_pair & 15 : low_pair >> 4;
    const int high = static_cast<int>(block[128 + 32 * half + i % 32]) >> 2 * part & 3;
    const auto scale = static_cast<std::int8_t>(block[192 + i / 16]);
    x[i] = d * static_cast<float>(scale) * static_cast<float>((low | high << 4) - 32);
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
  if (!info.supported) {
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
        StoreHalf(FloatToHalf(*x), out);
        break;
      case TensorType::kBF16:
        StoreHalf(FloatToBfloat16(*x), out);
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

bool CanDequantize(TensorType type) { return Info(type).supported || type == TensorType::kQ6_K; }

void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values) {
  const TypeInfo& info = Info(type);
  GN_CHECK(CanDequantize(type) && values.size() % info.elements == 0);
  GN_CHECK(bytes.size() == values.size() / info.elements * info.bytes);
  for (std::size_t i = 0; i < values.size() / info.elements; ++i) {
    const std::byte* block = bytes.data() + i * info.bytes;
    float* x = values.data() + i * info.elements;
    switch (type) {
      case TensorType::kF32:
        std::memcpy(x, block, sizeof *x);
        break;
      case TensorType::kF16:
        *x = HalfToFloat(LoadHalf(block));
        break;
      case TensorType::kBF16:
        *x = Bfloat16ToFloat(LoadHalf(block));
        break;
      case TensorType::kQ8_0:
        DequantizeBlockQ8(block, x);
        break;
      case TensorType::kQ4_0:
        DequantizeBlockQ4(block, x);
        break;
      case TensorType::kQ6_K:
        DequantizeBlockQ6(block, x);
        break;
      default:
        GN_CHECK(false && "a type without a dequantizer");
    }
  }
}

}  // namespace ganglion::gguf
