#pragma once

#include <span>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"

// The families of models, one file each: NAME.cc reads the family's config and says in what it
// differs from a plain dense decoder. The forward pass they share is in dense_decoder.cc.
namespace ganglion {

struct Family {
  std::string_view architecture;  // general.architecture in the file
  Result<ModelConfig> (*read_config)(const gguf::File& file);
};

Result<ModelConfig> ReadLlamaConfig(const gguf::File& file);
Result<ModelConfig> ReadQwen2Config(const gguf::File& file);
Result<ModelConfig> ReadQwen3Config(const gguf::File& file);

std::span<const Family> Families();

// The config of a file of any family. An unknown architecture is an error that lists the known
// ones.
Result<ModelConfig> ReadConfig(const gguf::File& file);

}  // namespace ganglion
