#pragma once

#include <span>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"

// The families of models, one file each: NAME.cc reads the family's config and says in what it
// differs from a plain decoder. The forward pass they share is in decoder.cc.
namespace ganglion {

struct Family {
  std::string_view architecture;  // general.architecture in the file
  // `architecture` is the prefix of the file's keys.
  Result<ModelConfig> (*read_config)(const gguf::File& file, std::string_view architecture);
};

Result<ModelConfig> ReadGemma2Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadGemma3Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadLlamaConfig(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadMistral3Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadOlmoeConfig(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadPhi3Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadQwen2Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadQwen2MoeConfig(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadQwen3Config(const gguf::File& file, std::string_view architecture);
Result<ModelConfig> ReadQwen3MoeConfig(const gguf::File& file, std::string_view architecture);

std::span<const Family> Families();

// The config of a file of any family. An unknown architecture is an error that lists the known
// ones.
Result<ModelConfig> ReadConfig(const gguf::File& file);

}  // namespace ganglion
