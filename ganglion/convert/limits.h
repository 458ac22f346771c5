#pragma once

#include <cstdint>

// The limits of this room: what the files of a model folder may hold before they are refused. Each
// is above what published models need (the largest tokenizer.json of 2026 has 33 MB).
namespace ganglion::convert {

constexpr std::uint64_t kConfigBytesMax = 16u << 20;
constexpr std::uint64_t kTokenizerBytesMax = 128u << 20;
constexpr std::uint64_t kTemplateBytesMax = 1u << 20;
constexpr std::uint32_t kJsonDepthMax = 64;

constexpr std::uint64_t kLayersMax = 1024;
constexpr std::uint64_t kWidthMax = 1u << 20;  // of any dimension of the model
constexpr std::uint64_t kExpertsMax = 4096;
constexpr std::uint64_t kContextMax = 1u << 30;
constexpr std::uint64_t kVocabularyMax = 1u << 21;

constexpr std::uint32_t kChatTemplatesMax = 64;

}  // namespace ganglion::convert
