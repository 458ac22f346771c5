#include "ganglion/yaml/section.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sstream>

#include "ganglion/base/concat.h"

namespace ganglion::yaml {
namespace {

// What a read returns where there is nothing to be read.
const Node& EmptyNode() {
  static const Node kEmpty;
  return kEmpty;
}

template <class Number>
std::optional<Number> Parsed(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "4GB" is 4 << 30: sizes of memory are powers of two, whatever the letters between.
std::optional<std::uint64_t> ParsedBytes(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = Parsed<std::uint64_t>(text.substr(0, digits));
  if (!number || digits == std::string_view::npos) return number;
  std::string_view unit = text.substr(digits);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  constexpr std::string_view kLetters = "KMGT";
  const std::size_t power = kLetters.find(unit.front());
  if (unit == "B") return number;
  if (unit.empty() || power == std::string_view::npos) return std::nullopt;
  const std::string_view rest = unit.substr(1);
  if (!rest.empty() && rest != "B" && rest != "iB") return std::nullopt;
  const auto shift = static_cast<unsigned>(10 * (power + 1));
  if (*number > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return *number << shift;
}

}  // namespace

Section::Section(const Node& node, std::string name, std::string* error)
    : node_(&node), name_(std::move(name)), error_(error) {
  if (node.kind != Node::Kind::kMap && &node != &EmptyNode()) Fail("must be a mapping");
}

void Section::Fail(const Node& at, const std::string& why) const {
  if (!error_->empty()) return;
  *error_ = at.line == 0 ? why : Concat("line ", at.line, ": ", why);
}

std::string Section::Path(std::string_view key) const { return Concat(name_, ".", key); }

void Section::AllowOnly(std::initializer_list<std::string_view> keys) const {
  for (auto entry = node_->entries.begin(); entry != node_->entries.end(); ++entry) {
    const std::string& key = entry->first.text;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      const std::string_view meant = NearestWord(key, {keys.begin(), keys.size()});
      const std::string hint = meant.empty() ? "" : Concat("; did you mean '", meant, "'?");
      Fail(entry->first, Concat(name_, ": unknown key '", key, "'", hint));
    }
    if (std::any_of(node_->entries.begin(), entry,
                    [&](const auto& earlier) { return earlier.first.text == key; })) {
      Fail(entry->first, Concat(name_, ": '", key, "' stands twice"));
    }
  }
}

const Node* Section::Find(std::string_view key) const {
  const Node* found = node_->Find(key);
  return found == nullptr || found->kind == Node::Kind::kNull ? nullptr : found;
}

bool Section::Has(std::string_view key) const { return Find(key) != nullptr; }

const Node& Section::At(std::string_view key) const {
  const Node* found = Find(key);
  if (found != nullptr) return *found;
  Fail(Concat("'", key, "' is missing"));
  return EmptyNode();
}

Section Section::Sub(std::string_view key) const {
  const Node* found = Find(key);
  return {found == nullptr ? EmptyNode() : *found, Path(key), error_};
}

Section Section::Required(std::string_view key) const { return {At(key), Path(key), error_}; }

const std::vector<Node>& Section::List(std::string_view key, std::size_t count_max) const {
  const Node& node = At(key);
  if (node.kind == Node::Kind::kList && node.items.size() <= count_max) return node.items;
  Fail(node, Concat(Path(key), " must be a list of at most ", count_max));
  return EmptyNode().items;
}

std::vector<Section> Section::Items(std::string_view key, std::size_t count_max,
                                    std::string_view name) const {
  std::vector<Section> items;
  for (const Node& node : List(key, count_max)) items.push_back({node, std::string(name), error_});
  return items;
}

double Section::CheckedNumber(const Node& node, std::string_view what, double min,
                              double max) const {
  std::optional<double> value = Parsed<double>(node.text);
  if (node.text == ".nan" || node.text == ".inf" || node.text == "-.inf") {
    value = std::numeric_limits<double>::quiet_NaN();
  }
  if (node.kind != Node::Kind::kScalar || !value) {
    Fail(node, Concat(Path(what), " must be a number"));
    return min;
  }
  if (*value >= min && *value <= max) return *value;  // not where it is NaN
  std::ostringstream range;
  range << Path(what) << " must be between " << min << " and " << max;
  Fail(node, range.str());
  return min;
}

double Section::Number(std::string_view key, double min, double max) const {
  return CheckedNumber(At(key), key, min, max);
}

double Section::Number(std::string_view key, double min, double max, double fallback) const {
  return Has(key) ? Number(key, min, max) : fallback;
}

std::int64_t Section::Integer(std::string_view key, std::int64_t min, std::int64_t max,
                              std::int64_t fallback) const {
  if (!Has(key)) return fallback;
  const Node& node = At(key);
  const auto value = Parsed<std::int64_t>(node.text);
  if (node.kind == Node::Kind::kScalar && value && *value >= min && *value <= max) return *value;
  Fail(node, Concat(Path(key), " must be a whole number between ", min, " and ", max));
  return min;
}

std::uint64_t Section::Bytes(std::string_view key, std::uint64_t min, std::uint64_t max,
                             std::uint64_t fallback) const {
  if (!Has(key)) return fallback;
  const Node& node = At(key);
  const auto value = ParsedBytes(node.text);
  if (node.kind == Node::Kind::kScalar && value && *value >= min && *value <= max) return *value;
  Fail(node,
       Concat(Path(key), " must be a size between ", min, " and ", max, " bytes, as 4MB or 512KB"));
  return min;
}

bool Section::Flag(std::string_view key, bool fallback) const {
  if (!Has(key)) return fallback;
  const Node& node = At(key);
  if (node.text == "true") return true;
  if (node.text != "false") Fail(node, Concat(Path(key), " must be true or false"));
  return false;
}

TimeNs Section::Milliseconds(std::string_view key, double max) const {
  return static_cast<TimeNs>(Number(key, 1.0, max) * 1e6);
}

std::string Section::Text(std::string_view key, std::size_t bytes_max) const {
  const Node& node = At(key);
  if (node.text.empty() || node.text.size() > bytes_max) {
    Fail(node, Concat(Path(key), " must have 1 to ", bytes_max, " bytes"));
    return "?";
  }
  return node.text;
}

std::string Section::Text(std::string_view key, std::size_t bytes_max,
                          std::string_view fallback) const {
  return Has(key) ? Text(key, bytes_max) : std::string(fallback);
}

std::size_t Section::Choice(std::string_view key, std::span<const std::string_view> choices,
                            std::size_t fallback) const {
  if (!Has(key)) return fallback;
  const Node& node = At(key);
  const auto found = std::find(choices.begin(), choices.end(), node.text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string all;
  for (const std::string_view choice : choices)
    all += (all.empty() ? "" : ", ") + std::string(choice);
  Fail(node, Concat(Path(key), " must be one of ", all));
  return fallback;
}

std::vector<double> Section::Numbers(std::string_view key, std::size_t count, double min,
                                     double max) const {
  std::vector<double> numbers;
  for (const Node& node : List(key, count)) numbers.push_back(CheckedNumber(node, key, min, max));
  if (numbers.size() != count) {
    Fail(Concat("'", key, "' must have ", count, " numbers"));
    numbers.resize(count, min);
  }
  return numbers;
}

std::vector<std::string> Section::Words(std::string_view key, std::size_t count_max) const {
  std::vector<std::string> words;
  for (const Node& node : List(key, count_max)) {
    words.push_back(node.text);
    if (node.text.empty() || node.text.size() > 200) {
      Fail(node, Path(key) + ": a word must have 1 to 200 bytes");
    }
  }
  return words;
}

}  // namespace ganglion::yaml
