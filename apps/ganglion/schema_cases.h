#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::app {

// One schema with instances and whether they satisfy it.
struct SchemaCase {
  struct Test {
    std::string description;
    grammar::Json data;
    bool valid = false;
  };
  std::string description;
  std::string schema;
  std::vector<Test> tests;
};

struct SchemaCaseFile {
  enum class Form : std::uint8_t {
    kBench,  // MaskBench: one schema; formats make instances invalid
    kSuite,  // JSON-Schema-Test-Suite: a list of schemas; formats are annotations
  };
  Form form = Form::kBench;
  grammar::ReadOptions read;  // as the form and the folders above the file say
  std::vector<SchemaCase> cases;
};

// The files below a folder whose names end in .json, by name; or the file itself.
Result<std::vector<std::string>> FindCaseFiles(const std::string& path);

// Nothing where the file has neither form. An error where it cannot be read or is no JSON.
Result<std::optional<SchemaCaseFile>> ReadCaseFile(const std::string& path);

// The whole file, of which no more than some megabytes are taken.
Result<std::string> ReadSchemaText(const std::string& path);

}  // namespace ganglion::app
