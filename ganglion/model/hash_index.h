#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/model/content_hash.h"
#include "ganglion/sys/file.h"

// What is known of files without reading them again: the file `index` of the weight cache's folder.
// Format: docs/formats/weight_cache.md.
namespace ganglion {

struct HashRecord {
  // kModel: the hash is of the file's content. kCache: the file holds the packed weights of the
  // model with this hash, and all of it was found whole.
  enum class Kind : std::uint8_t { kModel, kCache };
  Kind kind = Kind::kModel;
  sys::FileStamp stamp;
  ContentHash hash;
  TimeNs used = 0;  // when the record last served, since 1970

  bool operator==(const HashRecord&) const = default;
};

// Whether the content that was read from `read_begin` on is sure to be what `stamp`, taken before,
// stands for. It is not where the file had changed a moment ago: it may have changed once more
// within the same tick of the file system's clock.
bool IsSettled(const sys::FileStamp& stamp, TimeNs read_begin);

std::string FormatIndex(const std::vector<HashRecord>& records);
// Leaves out lines that are not as FormatIndex() writes them.
std::vector<HashRecord> ParseIndex(std::string_view text);

// Empty where there is no index or it cannot be read.
std::vector<HashRecord> ReadIndex(const std::string& directory);
const HashRecord* FindRecord(const std::vector<HashRecord>& records, HashRecord::Kind kind,
                             const sys::FileStamp& stamp);
// Puts `record` into the index in place of others of the same file. Readers see the old index or
// the new one. An error is kUnavailable, also where another process is writing it just now.
Status WriteRecord(const std::string& directory, const HashRecord& record);

}  // namespace ganglion
