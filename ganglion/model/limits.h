#pragma once

#include <cstddef>
#include <cstdint>

// The limits of this room: what a model file may claim before it is refused, and what a caller may
// ask for. Each is far above what real models need, and keeps every product of them inside 64 bits.
namespace ganglion {

constexpr std::int64_t kLayersMax = 1024;
constexpr std::int64_t kWidthMax = 1 << 17;     // of the residual stream
constexpr std::int64_t kFfnWidthMax = 1 << 20;  // of the feed-forward part
constexpr std::int64_t kHeadsMax = 1024;
constexpr std::int64_t kHeadDimMax = 1024;    // of one key or value
constexpr std::int64_t kExpertsMax = 1024;    // of a layer
constexpr std::int64_t kExpertsUsedMax = 64;  // of one token
constexpr std::int64_t kVocabularyMax = 1 << 24;
constexpr std::int64_t kContextMax = 1 << 26;         // tokens of a sequence
constexpr std::int64_t kEncoderContextMax = 1 << 16;  // tokens of a text that is read as a whole
constexpr double kRopeBaseMin = 1.001;
constexpr double kRopeBaseMax = 1e12;
constexpr double kRopeFactorMax = 1e6;
constexpr double kSoftcapMin = 1e-3;

constexpr std::uint32_t kBatchTokensMax = 1 << 16;
constexpr std::uint32_t kBatchRunsMax = 1 << 12;
constexpr std::uint32_t kBatchPagesMax = 1 << 24;

// The weight cache.
constexpr std::size_t kIndexRecordsMax = 1024;  // the least recently used go first
constexpr std::uint64_t kIndexBytesMax = 1 << 20;
constexpr std::uint64_t kCacheEntriesMax = 1 << 20;
constexpr std::uint64_t kDiskReserveBytes = 1 << 30;  // left free, and 5 % of the disk
constexpr std::size_t kTensorNameMax = 1 << 16;

}  // namespace ganglion
