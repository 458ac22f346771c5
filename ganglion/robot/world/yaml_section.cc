#include "ganglion/robot/world/yaml_section.h"

#include <algorithm>
#include <sstream>

namespace ganglion::robot {

YamlSection::YamlSection(const YAML::Node& node, std::string name, std::string* error)
    : node_(node), name_(std::move(name)), error_(error) {
  if (!node_.IsMap()) Fail("must be a mapping");
}

void YamlSection::Fail(const YAML::Node& at, const std::string& why) const {
  if (!error_->empty()) return;
  const YAML::Mark mark = at.IsDefined() ? at.Mark() : YAML::Mark::null_mark();
  *error_ = mark.is_null() ? why : "line " + std::to_string(mark.line + 1) + ": " + why;
}

void YamlSection::AllowOnly(std::initializer_list<std::string_view> keys) const {
  std::vector<std::string> seen;
  if (!node_.IsMap()) return;
  for (const auto& entry : node_) {
    const auto key = entry.first.as<std::string>();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      Fail(entry.first, name_ + ": unknown key '" + key + "'");
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      Fail(entry.first, name_ + ": '" + key + "' stands twice");
    }
    seen.push_back(key);
  }
}

YAML::Node YamlSection::At(const char* key) const {
  const YAML::Node node = node_.IsMap() ? node_[key] : YAML::Node();
  if (!node.IsDefined() || node.IsNull()) {
    Fail(std::string("'").append(key).append("' is missing"));
    return YAML::Node();
  }
  return node;
}

YamlSection YamlSection::Sub(const char* key) const { return {At(key), name_ + "." + key, error_}; }

YamlSection YamlSection::Item(const YAML::Node& node, const char* name) const {
  return {node, name, error_};
}

double YamlSection::CheckedNumber(const YAML::Node& node, const char* key, double min,
                                  double max) const {
  if (!node.IsScalar()) {
    Fail(node, name_ + "." + key + " must be a number");
    return min;
  }
  const auto value = node.as<double>();
  if (value >= min && value <= max) return value;  // not where it is NaN
  std::ostringstream range;
  range << name_ << "." << key << " must be between " << min << " and " << max;
  Fail(node, range.str());
  return min;
}

double YamlSection::Number(const char* key, double min, double max) const {
  return CheckedNumber(At(key), key, min, max);
}

double YamlSection::Number(const char* key, double min, double max, double fallback) const {
  return Has(key) ? Number(key, min, max) : fallback;
}

bool YamlSection::Flag(const char* key, bool fallback) const {
  return Has(key) ? At(key).as<bool>() : fallback;
}

TimeNs YamlSection::Milliseconds(const char* key, double max) const {
  return static_cast<TimeNs>(Number(key, 1.0, max) * 1e6);
}

std::string YamlSection::Text(const char* key, std::size_t bytes_max) const {
  const YAML::Node node = At(key);
  const auto text = node.as<std::string>("");
  if (text.empty() || text.size() > bytes_max) {
    Fail(node, name_ + "." + key + " must have 1 to " + std::to_string(bytes_max) + " bytes");
    return "?";
  }
  return text;
}

std::string YamlSection::Text(const char* key, std::size_t bytes_max, const char* fallback) const {
  return Has(key) ? Text(key, bytes_max) : std::string(fallback);
}

std::vector<YAML::Node> YamlSection::List(const char* key, std::size_t count_max) const {
  const YAML::Node node = At(key);
  if (!node.IsSequence() || node.size() > count_max) {
    Fail(node, name_ + "." + key + " must be a list of at most " + std::to_string(count_max));
    return {};
  }
  return {node.begin(), node.end()};
}

std::vector<double> YamlSection::Numbers(const char* key, std::size_t count, double min,
                                         double max) const {
  std::vector<double> numbers;
  for (const YAML::Node& node : List(key, count)) {
    numbers.push_back(CheckedNumber(node, key, min, max));
  }
  if (numbers.size() != count) {
    Fail(std::string("'").append(key).append("' must have ").append(std::to_string(count)) +
         " numbers");
    numbers.resize(count, min);
  }
  return numbers;
}

std::vector<std::string> YamlSection::Words(const char* key, std::size_t count_max) const {
  std::vector<std::string> words;
  for (const YAML::Node& node : List(key, count_max)) {
    words.push_back(node.as<std::string>(""));
    if (words.back().empty() || words.back().size() > 200) {
      Fail(node, name_ + "." + key + ": a word must have 1 to 200 bytes");
    }
  }
  return words;
}

}  // namespace ganglion::robot
