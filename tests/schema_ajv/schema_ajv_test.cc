// Random schemas, judged by the npm package ajv and by us. Random walks under the masks must end in
// what ajv takes for valid; instances that ajv takes for valid must pass the matcher, and others
// not; our validator must say the same. run.py joins this program with ajv by pipes: its standard
// output carries questions, its reports go to standard error.
//
// Each schema has its own seed, so that GANGLION_SEED=<seed> GANGLION_AJV_SCHEMAS=1 repeats it.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "judges.h"
#include "random_schema.h"
#include "random_walk.h"

#include "ganglion/grammar/schema/validator.h"
#include "ganglion/testing/seed.h"

namespace ganglion::testing {
namespace {

using grammar::Json;
using grammar::SchemaOptions;

constexpr std::size_t kSchemas = 250;
constexpr std::size_t kWalks = 4;
constexpr std::size_t kInstances = 12;
constexpr std::size_t kReportsMax = 200;

struct Tally {
  std::size_t schemas = 0, compiled = 0, without_value = 0, declined = 0;
  std::size_t walks = 0, walks_too_long = 0, long_numbers = 0;
  std::size_t valid = 0, invalid = 0, ajv_errs = 0, ajv_failed = 0, disagreements = 0;
  std::map<std::string, std::size_t> reasons;  // why schemas are declined, without the place
};

// One schema and all that is asked of it.
class Trial {
 public:
  Trial(std::uint64_t seed, Tally& tally)
      : seed_(seed),
        tally_(tally),
        rng_(seed),
        random_(rng_, {.draft7 = rng_.Chance(0.2)}),
        schema_(random_.Document()),
        text_(schema_.dump()) {}

  // False where ajv is gone.
  bool Run() {
    ++tally_.schemas;
    SchemaOptions options;
    options.order = SchemaOptions::MemberOrder::kAny;
    any_order_ = Compile(text_, options);
    Count();
    if (any_order_.outcome == Compiled::Outcome::kGrammar) {
      TakeWalks(any_order_);
      options.order = SchemaOptions::MemberOrder::kDeclared;
      options.white_space = SchemaOptions::WhiteSpace::kOneSpace;
      const Compiled declared = Compile(text_, options);
      if (declared.outcome == Compiled::Outcome::kGrammar) TakeWalks(declared);
    }
    const std::size_t walked = texts_.size();
    for (std::size_t i = 0; i < kInstances; ++i) AddInstance(walked);
    return Compare(walked);
  }

 private:
  void Count() {
    switch (any_order_.outcome) {
      case Compiled::Outcome::kGrammar:
        ++tally_.compiled;
        return;
      case Compiled::Outcome::kNoValue:
        ++tally_.without_value;
        return;
      case Compiled::Outcome::kNoSchema:
        return;  // asked ajv, below
      case Compiled::Outcome::kDeclined:
        ++tally_.declined;
        ++tally_.reasons[any_order_.error.substr(any_order_.error.find(": ") + 1)];
    }
  }

  void Report(const std::string& what, const std::string& text) {
    if (++tally_.disagreements > kReportsMax) return;
    std::fprintf(stderr, "GANGLION_SEED=%llu: %s\n  schema   %s\n  instance %s\n",
                 static_cast<unsigned long long>(seed_), what.c_str(), text_.c_str(), text.c_str());
  }

  void TakeWalks(const Compiled& compiled) {
    const auto vocabulary = RandomVocabulary(rng_);
    for (std::size_t i = 0; i < kWalks; ++i) {
      ++tally_.walks;
      Walk walk = WalkAtRandom(compiled.grammar, vocabulary, rng_);
      switch (walk.end) {
        case Walk::End::kTooLong:
          ++tally_.walks_too_long;
          continue;
        case Walk::End::kDeadEnd:
          Report("the walk comes to a dead end", walk.text);
          continue;
        case Walk::End::kWrongMask:
          Report("mask and Accept disagree behind this text", walk.text);
          continue;
        case Walk::End::kWrongForce:
          Report("the text is forced and not taken", walk.text);
          continue;
        case Walk::End::kComplete:
          TakeText(compiled, walk.text);
      }
    }
  }

  void TakeText(const Compiled& compiled, const std::string& text) {
    if (!compiled.LetsThrough(text)) Report("the text was walked and is not taken", text);
    const Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) return Report("the text is no JSON", text);
    if (NamesAMemberTwice(text)) return Report("the text names a member twice", text);
    if (HasLongNumber(text)) {
      ++tally_.long_numbers;
      return;
    }
    texts_.push_back(text);
    values_.push_back(value);
  }

  void AddInstance(std::size_t walked) {
    Json value = random_.Instance();
    if (walked > 0 && rng_.Chance(0.75)) {
      value = random_.Mutated(values_[rng_.Below(walked)]);
      if (rng_.Chance(0.3)) value = random_.Mutated(std::move(value));
    }
    std::string text = grammar::WriteCanonical(value);
    if (HasLongNumber(text)) return;
    texts_.push_back(std::move(text));
    values_.push_back(std::move(value));
  }

  bool Compare(std::size_t walked) {
    const auto ajv = AskAjv(schema_, texts_);
    if (!ajv) return false;
    if (!ajv->error.empty()) {
      ++tally_.ajv_failed;
      if (any_order_.outcome != Compiled::Outcome::kNoSchema) Report(ajv->error, "");
      return true;
    }
    if (any_order_.outcome == Compiled::Outcome::kNoSchema) Report(any_order_.error, "");
    const bool errs = AjvErrs(schema_);
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const auto ours = AskValidator(text_, values_[i]);
      const bool valid = ours && errs ? *ours : ajv->valid[i];
      ++(valid ? tally_.valid : tally_.invalid);
      if (errs) ++tally_.ajv_errs;
      // A walk has passed already, perhaps with spaces, which this grammar does not let through.
      const bool passes = i < walked || any_order_.LetsThrough(texts_[i]);
      if (ours.value_or(valid) == valid && (!any_order_.judges() || passes == valid)) continue;
      ReportPair(texts_[i], values_[i], valid, ours);
    }
    return true;
  }

  void ReportPair(const std::string& text, const Json& value, bool valid,
                  std::optional<bool> ours) {
    Report(std::string(AjvErrs(schema_) ? "instead of ajv we say " : "ajv says ") +
               (valid ? "valid" : "invalid") + ", our validator " +
               (ours && *ours == valid ? "the same" : "otherwise or nothing"),
           text);
    if (tally_.disagreements > kReportsMax) return;
    if (Disagreement(schema_, value).empty()) return;
    const Pair small = Shrunk({schema_, value});
    std::fprintf(stderr, "  shrunk   %s\n           %s\n           %s\n",
                 small.schema.dump().c_str(), grammar::WriteCanonical(small.value).c_str(),
                 Disagreement(small.schema, small.value).c_str());
  }

  std::uint64_t seed_;
  Tally& tally_;
  Rng rng_;
  RandomSchemas random_;
  Json schema_;
  std::string text_;
  Compiled any_order_;
  // What ajv is asked of: first the walks, then instances.
  std::vector<std::string> texts_;
  std::vector<Json> values_;
};

void Print(const Tally& tally) {
  std::fprintf(stderr,
               "%zu schemas: %zu compiled, %zu without a value, %zu declined\n"
               "%zu walks: %zu too long, %zu not compared for a number beyond 15 digits\n"
               "%zu instances valid, %zu invalid, %zu of them judged in the place of ajv; ajv "
               "failed on %zu schemas\n"
               "%zu disagreements\n",
               tally.schemas, tally.compiled, tally.without_value, tally.declined, tally.walks,
               tally.walks_too_long, tally.long_numbers, tally.valid, tally.invalid, tally.ajv_errs,
               tally.ajv_failed, tally.disagreements);
  for (const auto& [reason, count] : tally.reasons) {
    std::fprintf(stderr, "declined %4zu:%s\n", count, reason.c_str());
  }
}

int Run() {
  const char* asked = std::getenv("GANGLION_AJV_SCHEMAS");
  const std::size_t schemas = asked != nullptr ? std::strtoull(asked, nullptr, 10) : kSchemas;
  const std::uint64_t seed = SeededRng().seed();
  std::fprintf(stderr, "GANGLION_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Tally tally;
  for (std::size_t i = 0; i < schemas; ++i) {
    if (Trial(seed + i, tally).Run()) continue;
    std::fprintf(stderr, "ajv is gone\n");
    return 1;
  }
  Print(tally);
  // A run that compares nothing would pass as well.
  const bool compared = schemas == 1 || (tally.valid > 0 && tally.invalid > 0 && tally.walks > 0);
  return compared && tally.disagreements == 0 ? 0 : 1;
}

}  // namespace
}  // namespace ganglion::testing

int main() { return ganglion::testing::Run(); }
