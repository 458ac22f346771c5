#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/ganglion/schema_worker.h"
#include <nlohmann/json.hpp>

namespace ganglion::app {

// A distribution of times, in microseconds.
struct TimeSummary {
  std::size_t count = 0;
  double mean = 0, p50 = 0, p99 = 0, p999 = 0, max = 0;
};
TimeSummary Summarize(std::vector<float> microseconds);
nlohmann::json ToJson(const TimeSummary& times);
std::string TimesText(const std::string& name, const TimeSummary& times);

enum class ListKind : std::uint8_t { kNone, kRejected, kAccepted, kDeclined, kSlow };

// Counts what became of schemas and instances.
class SchemaTally {
 public:
  explicit SchemaTally(ListKind list) : list_kind_(list) {}

  void Add(const SchemaTrial& trial);

  // Something was let through that must not be, or a schema ended the process.
  bool failed() const { return invalid_accepted_ + crashes_ + time_outs_ + disagreements_ > 0; }

  nlohmann::json AsJson();
  std::string AsText();

 private:
  void AddInstances(const SchemaTrial& trial);
  void List(ListKind kind, const SchemaTrial& trial, const std::string& what);
  void FinishList();

  ListKind list_kind_;
  std::vector<std::string> list_;
  std::vector<std::pair<double, std::string>> slow_;

  std::size_t schemas_ = 0, passed_ = 0, passed_but_order_ = 0, failed_ = 0, without_value_ = 0;
  std::size_t declined_ = 0, compile_errors_ = 0, crashes_ = 0, time_outs_ = 0;
  std::map<std::string, std::size_t> declined_reasons_, compile_error_reasons_;
  std::size_t valid_accepted_ = 0, valid_rejected_ = 0, valid_rejected_by_order_ = 0;
  std::size_t invalid_rejected_ = 0, invalid_accepted_ = 0, unwritable_ = 0, not_judged_ = 0;
  std::size_t disagreements_ = 0;
  std::vector<float> compile_, first_mask_, masks_;
};

// What an error says, without its place, so that equal ones can be counted.
std::string ReasonOf(const std::string& message);

}  // namespace ganglion::app
