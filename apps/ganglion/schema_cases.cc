#include "apps/ganglion/schema_cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "apps/ganglion/schema_compile.h"

namespace ganglion::app {
namespace {

namespace fs = std::filesystem;
using grammar::Json;

constexpr std::size_t kFileBytesMax = std::size_t{64} << 20;
constexpr std::size_t kFilesMax = 1'000'000;

bool IsCase(const Json& value) {
  return value.is_object() && value.contains("schema") && value.contains("tests") &&
         value["tests"].is_array();
}

std::string Description(const Json& value) {
  const auto found = value.find("description");
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<SchemaCase> ReadCase(const Json& value) {
  SchemaCase out{Description(value), value["schema"].dump(), {}};
  for (const Json& test : value["tests"]) {
    if (!test.is_object() || !test.contains("data") || !test.contains("valid") ||
        !test["valid"].is_boolean()) {
      return Status(Code::kInvalidArgument, "a test lacks \"data\", or \"valid\" as true or false");
    }
    out.tests.push_back({Description(test), test["data"], test["valid"].get<bool>()});
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> FindCaseFiles(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(path, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code unreadable;
    if (entry->path().extension() != ".json" || !entry->is_regular_file(unreadable)) continue;
    files.push_back(entry->path().string());
    if (files.size() > kFilesMax) return Status(Code::kResourceExhausted, path + ": many files");
  }
  if (error) return Status(Code::kNotFound, path + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> ReadSchemaText(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return Status(Code::kNotFound, path + ": " + error.message());
  if (size > kFileBytesMax) return Status(Code::kResourceExhausted, path + ": above 64 MiB");
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return Status(Code::kNotFound, path + ": cannot be read");
  return text;
}

Result<std::optional<SchemaCaseFile>> ReadCaseFile(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const std::string text, ReadSchemaText(path));
  const Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return Status(Code::kInvalidArgument, path + ": is no JSON");
  SchemaCaseFile out;
  std::vector<const Json*> cases;
  if (IsCase(value)) {
    cases.push_back(&value);
  } else if (value.is_array() && !value.empty() &&
             std::all_of(value.begin(), value.end(), IsCase)) {
    out.form = SchemaCaseFile::Form::kSuite;
    out.read.formats_assert = false;
    for (const fs::path& part : fs::path(path)) {
      if (auto draft = DraftNamed(part.string()); draft.ok() && part.string().starts_with("draft"))
        out.read.draft = *draft;
    }
    for (const Json& item : value) cases.push_back(&item);
  } else {
    return std::optional<SchemaCaseFile>();
  }
  for (const Json* item : cases) {
    auto read = ReadCase(*item);
    if (!read.ok()) return std::move(read).error().WithContext(path);
    out.cases.push_back(*std::move(read));
  }
  return std::optional(std::move(out));
}

}  // namespace ganglion::app
