#include "ganglion/model/hash_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <span>

#include "ganglion/base/concat.h"
#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

// A record is a line of words: kind, device, inode, size, modified, changed, hash, used, and the
// hash of all that stands before it.
constexpr std::size_t kWords = 9;
constexpr std::string_view kKindNames[] = {"model", "cache"};

// File systems stamp with a clock that ticks every 1 to 10 ms; those that keep whole seconds (or
// two of them) are known by stamps without a fraction.
constexpr TimeNs kTickNs = 50'000'000;
constexpr TimeNs kSecondNs = 1'000'000'000;
constexpr TimeNs kSlowTickNs = 3 * kSecondNs;

std::string Checked(std::string line) {
  const std::string check = HashOf(std::as_bytes(std::span(line))).Hex();
  return line + check + "\n";
}

template <class T>
bool ParseNumber(std::string_view word, T& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<HashRecord> ParseLine(std::string_view line) {
  std::array<std::string_view, kWords> words;
  std::size_t at = 0;
  for (std::string_view& word : words) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (at > end) return std::nullopt;
    word = line.substr(at, end - at);
    at = end + 1;
  }
  const std::string_view before = line.substr(0, line.size() - words.back().size());
  if (HashOf(std::as_bytes(std::span(before))).Hex() != words.back()) return std::nullopt;
  HashRecord record;
  if (words[0] != kKindNames[0] && words[0] != kKindNames[1]) return std::nullopt;
  record.kind = words[0] == kKindNames[0] ? HashRecord::Kind::kModel : HashRecord::Kind::kCache;
  const auto hash = ContentHash::FromHex(words[6]);
  if (!hash || !ParseNumber(words[1], record.stamp.device) ||
      !ParseNumber(words[2], record.stamp.inode) || !ParseNumber(words[3], record.stamp.size) ||
      !ParseNumber(words[4], record.stamp.modified) ||
      !ParseNumber(words[5], record.stamp.changed) || !ParseNumber(words[7], record.used)) {
    return std::nullopt;
  }
  record.hash = *hash;
  return record;
}

Status Unavailable(std::string message) { return Status(Code::kUnavailable, std::move(message)); }

}  // namespace

bool IsSettled(const sys::FileStamp& stamp, TimeNs read_begin) {
  const bool slow = stamp.modified % kSecondNs == 0 && stamp.changed % kSecondNs == 0;
  const TimeNs last = std::max(stamp.modified, stamp.changed);
  return read_begin - last > (slow ? kSlowTickNs : kTickNs);
}

std::string FormatIndex(const std::vector<HashRecord>& records) {
  std::string text;
  for (const HashRecord& record : records) {
    const sys::FileStamp& stamp = record.stamp;
    text += Checked(Concat(kKindNames[static_cast<std::size_t>(record.kind)], " ", stamp.device,
                           " ", stamp.inode, " ", stamp.size, " ", stamp.modified, " ",
                           stamp.changed, " ", record.hash.Hex(), " ", record.used, " "));
  }
  return text;
}

std::vector<HashRecord> ParseIndex(std::string_view text) {
  std::vector<HashRecord> records;
  while (!text.empty() && records.size() < kIndexRecordsMax) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto record = ParseLine(text.substr(0, end))) records.push_back(*record);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return records;
}

std::vector<HashRecord> ReadIndex(const std::string& directory) {
  const auto file = sys::File::OpenForReading(directory + "/index");
  if (!file.ok()) return {};
  const auto stamp = file->Stamp();
  if (!stamp.ok() || stamp->size > kIndexBytesMax) return {};
  std::string text(stamp->size, '\0');
  if (!file->ReadAt(0, std::as_writable_bytes(std::span(text))).ok()) return {};
  return ParseIndex(text);
}

const HashRecord* FindRecord(const std::vector<HashRecord>& records, HashRecord::Kind kind,
                             const sys::FileStamp& stamp) {
  const auto found = std::ranges::find_if(records, [&](const HashRecord& record) {
    return record.kind == kind && record.stamp == stamp;
  });
  return found == records.end() ? nullptr : &*found;
}

Status WriteRecord(const std::string& directory, const HashRecord& record) {
  GN_ASSIGN_OR_RETURN(const auto lock, sys::File::OpenOrCreate(directory + "/index.lock"));
  if (!lock.TryLock()) return Unavailable(directory + "/index.lock: another process holds it");
  std::vector<HashRecord> records = ReadIndex(directory);
  std::erase_if(records, [&](const HashRecord& old) {
    return old.stamp.device == record.stamp.device && old.stamp.inode == record.stamp.inode;
  });
  records.push_back(record);
  if (records.size() > kIndexRecordsMax) {
    records.erase(std::ranges::min_element(records, {}, &HashRecord::used));
  }
  const std::string text = FormatIndex(records);
  const std::string part = directory + "/index.part";
  {
    GN_ASSIGN_OR_RETURN(const auto file, sys::File::OpenOrCreate(part));
    GN_RETURN_IF_ERROR(file.Resize(0));
    GN_RETURN_IF_ERROR(file.WriteAt(0, std::as_bytes(std::span(text))));
  }
  const std::string path = directory + "/index";
  if (std::rename(part.c_str(), path.c_str()) != 0) return Unavailable(path + ": rename failed");
  return Status();
}

}  // namespace ganglion
