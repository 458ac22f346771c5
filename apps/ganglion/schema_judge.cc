#include "apps/ganglion/schema_judge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "apps/ganglion/schema_compile.h"
#include <time.h>

namespace ganglion::app {
namespace {

using nlohmann::json;
using Verdict = InstanceOutcome::Verdict;

constexpr std::size_t kShownBytes = 80;

// Follows one instance after the other through one grammar.
class Feeder {
 public:
  Feeder(const std::shared_ptr<const grammar::Grammar>& grammar, const SchemaVocabulary& vocabulary,
         SchemaOutcome& outcome)
      : vocabulary_(vocabulary),
        outcome_(outcome),
        matcher_(grammar, vocabulary.pieces()),
        bits_(vocabulary.pieces()->mask_words()) {}

  void FirstMask() { Fill(); }

  void Feed(const std::string& text, InstanceOutcome& instance) {
    const std::vector<TokenId> tokens = vocabulary_.Encode(text);
    if (tokens.empty()) {
      instance.verdict = Verdict::kUnwritable;
      return;
    }
    matcher_.Reset();
    std::size_t bytes = 0;
    for (const TokenId token : tokens) {
      bytes += vocabulary_.pieces()->piece(token).size();
      if (Step(token)) continue;
      instance.verdict = Verdict::kRejected;
      const std::size_t begin = bytes > kShownBytes ? bytes - kShownBytes : 0;
      instance.stopped_at = text.substr(begin, bytes - begin);
      return;
    }
    Fill();
    const auto ends = vocabulary_.pieces()->end_tokens();
    const bool may_end =
        std::all_of(ends.begin(), ends.end(), [this](TokenId end) { return Allowed(end); });
    if (may_end != matcher_.IsComplete()) ++outcome_.disagreements;
    instance.verdict = may_end ? Verdict::kAccepted : Verdict::kRejected;
    if (!may_end) instance.stopped_at = "the end";
  }

 private:
  bool Allowed(TokenId token) const {
    const auto id = static_cast<std::size_t>(Value(token));
    return (bits_[id / 32] >> (id % 32) & 1) != 0;
  }
  void Fill() {
    const double start = ThreadMicroseconds();
    matcher_.FillMask(bits_);
    outcome_.mask_microseconds.push_back(static_cast<float>(ThreadMicroseconds() - start));
  }
  bool Step(TokenId token) {
    Fill();
    const bool allowed = Allowed(token);
    if (matcher_.Accept(token) == allowed) return allowed;
    ++outcome_.disagreements;
    return false;
  }

  const SchemaVocabulary& vocabulary_;
  SchemaOutcome& outcome_;
  grammar::Matcher matcher_;
  std::vector<std::uint32_t> bits_;
};

// Valid instances that were rejected get another try with members in any order. Its times do not
// count.
void TryAnyOrder(const SchemaCase& item, const SchemaVocabulary& vocabulary,
                 grammar::SchemaOptions options, SchemaOutcome& outcome) {
  options.order = grammar::SchemaOptions::MemberOrder::kAny;
  std::optional<grammar::CompiledSchema> compiled;
  for (std::size_t i = 0; i < outcome.instances.size(); ++i) {
    InstanceOutcome& instance = outcome.instances[i];
    if (!instance.valid || instance.verdict != Verdict::kRejected) continue;
    if (!compiled) {
      auto again = CompileForTrial(item.schema, options);
      if (!again.ok()) return;
      compiled = *std::move(again);
    }
    SchemaOutcome unused;
    InstanceOutcome other;
    Feeder(compiled->grammar, vocabulary, unused).Feed(InstanceText(item.tests[i].data), other);
    if (other.accepted()) instance.verdict = Verdict::kRejectedByOrder;
  }
}

}  // namespace

double ThreadMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

SchemaOutcome Judge(const SchemaCase& item, const SchemaVocabulary& vocabulary,
                    const grammar::SchemaOptions& options) {
  SchemaOutcome outcome;
  outcome.description = item.description;
  for (const SchemaCase::Test& test : item.tests) {
    outcome.instances.push_back({test.description, test.valid, Verdict::kRejected, ""});
  }
  const double start = ThreadMicroseconds();
  const auto compiled = CompileForTrial(item.schema, options);
  outcome.compile_microseconds = ThreadMicroseconds() - start;
  if (!compiled.ok()) {
    outcome.code = compiled.error().code();
    outcome.reason = compiled.error().message();
    return outcome;
  }
  Feeder feeder(compiled->grammar, vocabulary, outcome);
  feeder.FirstMask();
  outcome.first_mask_microseconds = ThreadMicroseconds() - start;
  for (std::size_t i = 0; i < item.tests.size(); ++i) {
    feeder.Feed(InstanceText(item.tests[i].data), outcome.instances[i]);
  }
  if (options.order != grammar::SchemaOptions::MemberOrder::kAny) {
    TryAnyOrder(item, vocabulary, options, outcome);
  }
  return outcome;
}

json ToJson(const SchemaOutcome& outcome) {
  json instances = json::array();
  for (const InstanceOutcome& instance : outcome.instances) {
    instances.push_back({{"description", instance.description},
                         {"valid", instance.valid},
                         {"verdict", static_cast<int>(instance.verdict)},
                         {"stopped_at", instance.stopped_at}});
  }
  return {{"description", outcome.description},
          {"code", static_cast<int>(outcome.code)},
          {"reason", outcome.reason},
          {"compile", outcome.compile_microseconds},
          {"first_mask", outcome.first_mask_microseconds},
          {"masks", outcome.mask_microseconds},
          {"disagreements", outcome.disagreements},
          {"instances", std::move(instances)}};
}

SchemaOutcome OutcomeFrom(const json& value) {
  SchemaOutcome outcome;
  outcome.description = value["description"].get<std::string>();
  outcome.code = static_cast<Code>(value["code"].get<int>());
  outcome.reason = value["reason"].get<std::string>();
  outcome.compile_microseconds = value["compile"].get<double>();
  outcome.first_mask_microseconds = value["first_mask"].get<double>();
  outcome.mask_microseconds = value["masks"].get<std::vector<float>>();
  outcome.disagreements = value["disagreements"].get<std::uint32_t>();
  for (const json& item : value["instances"]) {
    outcome.instances.push_back({item["description"].get<std::string>(), item["valid"].get<bool>(),
                                 static_cast<Verdict>(item["verdict"].get<int>()),
                                 item["stopped_at"].get<std::string>()});
  }
  return outcome;
}

}  // namespace ganglion::app
