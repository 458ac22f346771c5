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

void Dequantize(TensorType type, std::span<const std::byte> bytes, std::span<float> values) {
  const TypeInfo& info = Info(type);
  GN_CHECK(info.supported && values.size() % info.elements == 0);
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
      case TensorType::kQ8_0: {
        const float d = HalfToFloat(LoadHalf(block));
        for (std::size_t j = 0; j < kBlock; ++j) {
          x[j] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + j]));
        }
        break;
      }
      case TensorType::kQ4_0: {
        const float d = HalfToFloat(LoadHalf(block));
        for (std::size_t j = 0; j < kBlock / 2; ++j) {
          const int codes = static_cast<int>(block[2 + j]);
          x[j] = d * static_cast<float>((codes & 15) - 8);
          x[j + kBlock / 2] = d * static_cast<float>((codes >> 4) - 8);
        }
        break;
      }
      default:
        GN_CHECK(false && "a supported type without a dequantizer");
    }
  }
}

}  // namespace ganglion::gguf
