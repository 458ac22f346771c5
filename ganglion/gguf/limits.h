#pragma once

#include <cstdint>

// The limits of this room: what a file may claim before it is refused. Each is far above what real
// files hold (the largest of 2026 have about 3,000 tensors and 300,000 vocabulary entries).
namespace ganglion::gguf {

constexpr std::uint64_t kMetadataKeysMax = 65'536;
constexpr std::uint64_t kTensorsMax = 65'536;
constexpr std::uint64_t kKeyBytesMax = 65'535;         // the format's own limit
constexpr std::uint64_t kTensorNameBytesMax = 64;      // the format's own limit
constexpr std::uint64_t kStringBytesMax = 64u << 20;   // one string value
constexpr std::uint64_t kArrayItemsMax = 16u << 20;    // one array
constexpr std::uint64_t kMetadataBytesMax = 1u << 30;  // all keys and values together, as parsed
constexpr std::uint32_t kDimsMax = 4;
constexpr std::uint32_t kAlignmentMax = 1u << 20;

constexpr std::uint64_t kSafetensorsHeaderBytesMax = 100'000'000;  // the format's own limit
constexpr std::uint64_t kSafetensorsTensorsMax = 1u << 20;         // of one file and of a folder
constexpr std::uint64_t kSafetensorsNameBytesMax = 1024;
constexpr std::uint64_t kSafetensorsDimsMax = 8;
constexpr std::uint64_t kSafetensorsFilesMax = 4096;  // that an index may name
constexpr std::uint64_t kSafetensorsIndexBytesMax = 256u << 20;

}  // namespace ganglion::gguf
