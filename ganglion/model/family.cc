#include "ganglion/model/family.h"

#include <string>

#include "ganglion/model/encoder_config.h"

namespace ganglion {
namespace {

constexpr Family kFamilies[] = {
    {"gemma2", &ReadGemma2Config},     {"gemma3", &ReadGemma3Config},
    {"llama", &ReadLlamaConfig},       {"mistral", &ReadLlamaConfig},
    {"mistral3", &ReadMistral3Config}, {"olmoe", &ReadOlmoeConfig},
    {"phi3", &ReadPhi3Config},         {"qwen2", &ReadQwen2Config},
    {"qwen2moe", &ReadQwen2MoeConfig}, {"qwen3", &ReadQwen3Config},
    {"qwen3moe", &ReadQwen3MoeConfig},
};

}  // namespace

std::span<const Family> Families() { return kFamilies; }

Result<ModelConfig> ReadConfig(const gguf::File& file) {
  GN_ASSIGN_OR_RETURN(const std::string_view architecture, file.String("general.architecture"));
  if (IsEncoderArchitecture(file)) {
    return Status(Code::kUnimplemented,
                  "a model of architecture '" + std::string(architecture) +
                      "' gives vectors for texts and writes none: use it for embeddings");
  }
  std::string known;
  for (const Family& family : kFamilies) {
    if (family.architecture == architecture) return family.read_config(file, architecture);
    known += (known.empty() ? "" : ", ") + std::string(family.architecture);
  }
  return Status(Code::kUnimplemented, "architecture '" + std::string(architecture.substr(0, 64)) +
                                          "' is not supported; this build knows " + known);
}

}  // namespace ganglion
