#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "ganglion/base/time.h"

namespace ganglion::robot {

// A mapping of a YAML file whose keys are all accounted for. The first error is kept in a string
// that all sections of one file share; after it every read still returns something harmless, so
// that a loader reads on without a check at each of its fifty reads and asks once at the end. Reads
// of nodes of another kind throw the library's YAML::Exception, which the loader catches.
class YamlSection {
 public:
  YamlSection(const YAML::Node& node, std::string name, std::string* error);

  // Refuses other keys, and keys that stand twice: what is left over was misspelt.
  void AllowOnly(std::initializer_list<std::string_view> keys) const;

  bool Has(const char* key) const { return node_.IsMap() && node_[key]; }
  YAML::Node At(const char* key) const;
  YamlSection Sub(const char* key) const;
  // The section of a list's item.
  YamlSection Item(const YAML::Node& node, const char* name) const;

  double Number(const char* key, double min, double max) const;
  double Number(const char* key, double min, double max, double fallback) const;
  double CheckedNumber(const YAML::Node& node, const char* key, double min, double max) const;
  bool Flag(const char* key, bool fallback) const;
  TimeNs Milliseconds(const char* key, double max) const;
  // Never empty.
  std::string Text(const char* key, std::size_t bytes_max) const;
  std::string Text(const char* key, std::size_t bytes_max, const char* fallback) const;
  std::vector<YAML::Node> List(const char* key, std::size_t count_max) const;
  // Exactly `count` items; numbers are within the range.
  std::vector<double> Numbers(const char* key, std::size_t count, double min, double max) const;
  std::vector<std::string> Words(const char* key, std::size_t count_max) const;

  void Fail(const std::string& why) const { Fail(node_, name_ + ": " + why); }
  void Fail(const YAML::Node& at, const std::string& why) const;
  const YAML::Node& node() const { return node_; }

 private:
  YAML::Node node_;
  std::string name_;
  std::string* error_;
};

}  // namespace ganglion::robot
