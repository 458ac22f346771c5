#include "ganglion/gguf/safetensors.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/limits.h"
#include "ganglion/gguf/printable.h"
#include "ganglion/gguf/safetensors_header.h"

namespace ganglion::gguf {
namespace {

constexpr std::uint64_t kBitsMax = std::uint64_t{1} << 62;  // of one tensor
constexpr const char* kSingleName = "model.safetensors";
constexpr const char* kIndexName = "model.safetensors.index.json";

Status Bad(std::string message) { return {Code::kInvalidArgument, std::move(message)}; }

std::string_view Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Bytes of the tensor by its shape.
Result<std::uint64_t> SizeOf(const SafetensorsEntry& entry) {
  std::uint64_t bits = entry.dtype->bits;
  for (const std::uint64_t dim : entry.shape) {
    if (dim != 0 && bits > kBitsMax / dim) return Bad("the dimensions overflow");
    bits *= dim;
  }
  if (bits % 8 != 0) return Bad("its elements are no whole number of bytes");
  return bits / 8;
}

// Whether the data of the entry begin at `end`, where those before it end, and stay in `size`
// bytes.
Status CheckPlace(const SafetensorsEntry& entry, std::uint64_t end, std::uint64_t size) {
  GN_ASSIGN_OR_RETURN(const std::uint64_t bytes, SizeOf(entry));
  const std::uint64_t first = entry.offsets[0];
  const std::uint64_t last = entry.offsets[1];
  const std::string range = Concat("data_offsets [", first, ", ", last, "]");
  if (last < first) return Bad(range + " run backwards");
  if (last > size) {
    return Bad(
        Concat(range, " pass the end of the data at ", size, "; the file is cut short or damaged"));
  }
  if (last - first != bytes) {
    return Bad(Concat(range, " are ", last - first, " bytes; ", entry.dtype->name,
                      " of its shape takes ", bytes));
  }
  if (first < end) return Bad("its data overlap with those of another tensor");
  if (first > end) return Bad(Concat("no tensor has the ", first - end, " bytes before its data"));
  return {};
}

// Sorts the entries by their data, which must fill `size` bytes without gap or overlap.
Status SortAndCheck(std::vector<SafetensorsEntry>& entries, std::uint64_t size) {
  std::ranges::sort(entries, {}, &SafetensorsEntry::offsets);
  std::uint64_t end = 0;
  for (const SafetensorsEntry& entry : entries) {
    Status status = CheckPlace(entry, end, size);
    if (!status.ok())
      return std::move(status).WithContext(Concat("tensor \"", Printable(entry.name), "\""));
    end = entry.offsets[1];
  }
  if (end == size) return {};
  return Bad(Concat("no tensor has the last ", size - end, " bytes of the data"));
}

}  // namespace

std::uint64_t SafetensorsTensor::elements() const {
  std::uint64_t count = 1;
  for (const std::uint64_t dim : shape) count *= dim;
  return count;
}

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::Parse(
    std::span<const std::byte> bytes) {
  std::uint64_t header = 0;
  if (bytes.size() < sizeof header) return Bad("shorter than the 8 bytes of the header's length");
  std::memcpy(&header, bytes.data(), sizeof header);
  bytes = bytes.subspan(sizeof header);
  if (header > kSafetensorsHeaderBytesMax) {
    return Bad(Concat("a header of ", header, " bytes; at most ", kSafetensorsHeaderBytesMax,
                      " are allowed. Is this a safetensors file?"));
  }
  if (header > bytes.size()) {
    return Bad(Concat("a header of ", header, " bytes in a file of ", bytes.size() + sizeof header,
                      "; the file is cut short or damaged"));
  }
  if (header == 0 || bytes[0] != std::byte{'{'}) return Bad("the header does not begin with {");
  GN_ASSIGN_OR_RETURN(auto entries, ParseSafetensorsHeader(Text(bytes.first(header))));
  const std::span<const std::byte> data = bytes.subspan(header);
  GN_RETURN_IF_ERROR(SortAndCheck(entries, data.size()));

  std::shared_ptr<SafetensorsFile> file(new SafetensorsFile());
  for (SafetensorsEntry& entry : entries) {
    const auto first = entry.offsets[0];
    file->tensors_.push_back({.name = std::move(entry.name),
                              .dtype = entry.dtype->name,
                              .type = entry.dtype->type,
                              .shape = std::move(entry.shape),
                              .data = data.subspan(first, entry.offsets[1] - first)});
  }
  return std::shared_ptr<const SafetensorsFile>(std::move(file));
}

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::Open(const std::string& path) {
  GN_ASSIGN_OR_RETURN(auto mapping, Mapping::Open(path));
  auto file = Parse(mapping->bytes());
  if (!file.ok()) return std::move(file).error().WithContext(path);
  const_cast<SafetensorsFile&>(**file).mapping_ = std::move(mapping);  // not yet shared
  return file;
}

namespace {

struct Index {
  std::set<std::string> files;
  std::vector<std::pair<std::string, std::string>> places;  // tensor and file
};

// A file beside the index, and none elsewhere.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos && name.ends_with(".safetensors");
}

Result<Index> ReadIndex(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const auto mapping, Mapping::Open(path));
  if (mapping->bytes().size() > kSafetensorsIndexBytesMax) {
    return Bad(Concat(path, ": larger than ", kSafetensorsIndexBytesMax, " bytes"));
  }
  const auto json = nlohmann::json::parse(Text(mapping->bytes()), nullptr, false);
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (!json.is_object() || map == json.end() || !map->is_object() || map->empty()) {
    return Bad(path + ": no JSON with an object \"weight_map\" that names files");
  }
  Index index;
  for (const auto& [name, file] : map->items()) {
    if (!file.is_string() || !IsPlainName(file.get_ref<const std::string&>())) {
      return Bad(Concat(path, ": tensor \"", Printable(name),
                        "\" is in no file NAME.safetensors of this folder"));
    }
    index.files.insert(file.get<std::string>());
    index.places.emplace_back(name, file.get<std::string>());
  }
  if (index.files.size() > kSafetensorsFilesMax) {
    return Bad(Concat(path, ": more than ", kSafetensorsFilesMax, " files"));
  }
  return index;
}

}  // namespace

Status SafetensorsFolder::Add(const std::string& file_name,
                              std::shared_ptr<const SafetensorsFile> file) {
  for (const SafetensorsTensor& tensor : file->tensors()) {
    if (!by_name_.emplace(tensor.name, &tensor).second) {
      return Bad(Concat(file_name, ": tensor \"", Printable(tensor.name),
                        "\" is also in another file of the folder"));
    }
    tensors_.push_back(&tensor);
  }
  files_.push_back(std::move(file));
  if (tensors_.size() <= kSafetensorsTensorsMax) return {};
  return Bad(Concat(file_name, ": more than ", kSafetensorsTensorsMax, " tensors in the folder"));
}

Result<std::shared_ptr<const SafetensorsFolder>> SafetensorsFolder::Open(
    const std::string& folder) {
  std::shared_ptr<SafetensorsFolder> result(new SafetensorsFolder());
  const std::string single = folder + "/" + kSingleName;
  const std::string index_path = folder + "/" + kIndexName;
  std::error_code ignored;
  if (!std::filesystem::exists(index_path, ignored)) {
    if (!std::filesystem::exists(single, ignored)) {
      return Status(Code::kNotFound,
                    Concat(folder, ": holds neither ", kSingleName, " nor ", kIndexName));
    }
    GN_ASSIGN_OR_RETURN(auto file, SafetensorsFile::Open(single));
    GN_RETURN_IF_ERROR(result->Add(single, std::move(file)));
    return std::shared_ptr<const SafetensorsFolder>(std::move(result));
  }
  GN_ASSIGN_OR_RETURN(const Index index, ReadIndex(index_path));
  for (const std::string& name : index.files) {
    const std::string path = Concat(folder, "/", name);
    GN_ASSIGN_OR_RETURN(auto file, SafetensorsFile::Open(path));
    GN_RETURN_IF_ERROR(result->Add(path, std::move(file)));
  }
  for (const auto& [tensor, file] : index.places) {
    if (result->Find(tensor) != nullptr) continue;
    return Bad(Concat(index_path, ": tensor \"", Printable(tensor), "\" is not in ", file));
  }
  return std::shared_ptr<const SafetensorsFolder>(std::move(result));
}

const SafetensorsTensor* SafetensorsFolder::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace ganglion::gguf
