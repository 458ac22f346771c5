#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/time.h"
#include "ganglion/yaml/node.h"

namespace ganglion::yaml {

// A mapping of a YAML file whose keys are all accounted for. The first error is kept in a string
// that all sections of one file share; after it every read still returns something harmless, so
// that a loader reads on without a check at each of its fifty reads and asks once at the end.
//
// Reads without a fallback fail where the key is missing; those with one return it.
//
// Memory: points into the tree and at the error, which outlive it.
class Section {
 public:
  Section(const Node& node, std::string name, std::string* error);

  // Refuses other keys, by name and with the one that was likely meant, and keys that stand twice.
  void AllowOnly(std::initializer_list<std::string_view> keys) const;

  bool Has(std::string_view key) const;
  Section Sub(std::string_view key) const;  // an empty one where there is none, without an error
  Section Required(std::string_view key) const;
  // The sections of a list's items, each called `name`.
  std::vector<Section> Items(std::string_view key, std::size_t count_max,
                             std::string_view name) const;

  double Number(std::string_view key, double min, double max) const;
  double Number(std::string_view key, double min, double max, double fallback) const;
  // Of a value or key of this section. `what` is its name in errors.
  double CheckedNumber(const Node& node, std::string_view what, double min, double max) const;
  std::int64_t Integer(std::string_view key, std::int64_t min, std::int64_t max,
                       std::int64_t fallback) const;
  // With a unit, as 512KB, 4MiB or 1GB: 1024 each.
  std::uint64_t Bytes(std::string_view key, std::uint64_t min, std::uint64_t max,
                      std::uint64_t fallback) const;
  bool Flag(std::string_view key, bool fallback) const;  // true or false
  TimeNs Milliseconds(std::string_view key, double max) const;
  // Never empty, unless the fallback is.
  std::string Text(std::string_view key, std::size_t bytes_max) const;
  std::string Text(std::string_view key, std::size_t bytes_max, std::string_view fallback) const;
  // The place of the value in `choices`.
  std::size_t Choice(std::string_view key, std::span<const std::string_view> choices,
                     std::size_t fallback) const;
  // Exactly `count` items; numbers are within the range.
  std::vector<double> Numbers(std::string_view key, std::size_t count, double min,
                              double max) const;
  std::vector<std::string> Words(std::string_view key, std::size_t count_max) const;

  void Fail(const std::string& why) const { Fail(*node_, name_ + ": " + why); }
  void Fail(const Node& at, const std::string& why) const;
  const Node& node() const { return *node_; }
  const std::string& name() const { return name_; }

 private:
  const Node* Find(std::string_view key) const;
  const Node& At(std::string_view key) const;
  const std::vector<Node>& List(std::string_view key, std::size_t count_max) const;
  std::string Path(std::string_view key) const;

  const Node* node_;
  std::string name_;
  std::string* error_;
};

// The one of `known` that `word` was likely meant to be: at most a third of its letters are wrong.
// Empty where none is near.
std::string_view NearestWord(std::string_view word, std::span<const std::string_view> known);

}  // namespace ganglion::yaml
