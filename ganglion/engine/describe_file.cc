#include "ganglion/engine/describe_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/gguf/mapping.h"
#include "ganglion/sys/file.h"

namespace ganglion::engine {
namespace {

// general.file_type, of the formats that this build runs.
constexpr std::pair<std::int64_t, std::string_view> kFileTypes[] = {
    {0, "F32"},     {1, "F16"},     {2, "Q4_0"},    {3, "Q4_1"},    {7, "Q8_0"},    {8, "Q5_0"},
    {9, "Q5_1"},    {10, "Q2_K"},   {11, "Q3_K_S"}, {12, "Q3_K_M"}, {13, "Q3_K_L"}, {14, "Q4_K_S"},
    {15, "Q4_K_M"}, {16, "Q5_K_S"}, {17, "Q5_K_M"}, {18, "Q6_K"},   {21, "Q2_K_S"}, {25, "IQ4_NL"},
    {30, "IQ4_XS"}, {32, "BF16"},   {38, "MXFP4"},
};

std::string TextOf(const gguf::File& file, std::string_view key) {
  const auto text = file.StringOr(key, "");
  return text.ok() ? std::string(*text) : std::string();
}

}  // namespace

api::ModelInfo DescribeFile(const gguf::File& file) {
  api::ModelInfo info;
  info.name = TextOf(file, "general.name");
  info.architecture = TextOf(file, "general.architecture");
  if (const auto type = file.IntOr("general.file_type", -1); type.ok()) {
    for (const auto& [number, name] : kFileTypes) {
      if (number == *type) info.quantization = name;
    }
  }
  for (const gguf::Tensor& tensor : file.tensors()) {
    std::uint64_t elements = 1;
    for (const std::uint64_t dim : tensor.dims) elements *= dim;
    info.parameters += elements;
  }
  info.file_bytes = file.size_bytes();
  if (file.mapping() != nullptr) {
    const auto stamp = sys::StampOf(file.mapping()->descriptor());
    if (stamp.ok()) info.created_s = stamp->modified / 1'000'000'000;
  }
  return info;
}

}  // namespace ganglion::engine
