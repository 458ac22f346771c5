#include "apps/ganglion/schema_check.h"

#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include "apps/ganglion/schema_compile.h"
#include "apps/ganglion/schema_judge.h"
#include "apps/ganglion/schema_tally.h"
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/base/rng.h"

namespace ganglion::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMasks = 5'000;
constexpr double kMicrosecondsMax = 3e6;
constexpr std::size_t kWalkTokensMax = 400;
constexpr std::size_t kExampleBytesMax = 2'000;

// Answers drawn at random under the masks.
class Walks {
 public:
  Walks(const std::shared_ptr<const grammar::Grammar>& grammar,
        const std::shared_ptr<const grammar::Vocabulary>& vocabulary)
      : vocabulary_(vocabulary), matcher_(grammar, vocabulary), bits_(vocabulary->mask_words()) {}

  void Run() {
    double spent = 0;
    while (times_.size() < kMasks && spent < kMicrosecondsMax) {
      const double start = ThreadMicroseconds();
      WalkOnce();
      spent += ThreadMicroseconds() - start;
    }
  }
  TimeSummary Times() const { return Summarize(times_); }
  // A short answer, or what there is of one.
  const std::string& example() const { return example_.empty() ? unfinished_ : example_; }
  bool finished() const { return !example_.empty(); }

 private:
  // Bytes that end something are preferred, so that walks end; and characters that people read.
  TokenId Draw() {
    TokenId any = kNoToken, closing = kNoToken, end = kNoToken, odd = kNoToken;
    std::size_t any_count = 0, closing_count = 0, odd_count = 0;
    for (std::size_t i = 0; i < vocabulary_->size(); ++i) {
      if ((bits_[i / 32] >> (i % 32) & 1) == 0) continue;
      const TokenId token{static_cast<std::int32_t>(i)};
      if (vocabulary_->IsEnd(token)) {
        end = token;
        continue;
      }
      bool readable = true, closes = false;
      for (const char c : vocabulary_->piece(token)) {
        readable = readable && c >= ' ' && c < 127 && c != '\\';
        closes = closes || c == '"' || c == ']' || c == '}';
      }
      if (!readable) {
        if (rng_.Below(++odd_count) == 0) odd = token;
      } else if (closes) {
        if (rng_.Below(++closing_count) == 0) closing = token;
      } else if (rng_.Below(++any_count) == 0) {
        any = token;
      }
    }
    if (end != kNoToken && (rng_.Chance(0.5) || any_count + closing_count == 0)) return end;
    if (closing != kNoToken && (any == kNoToken || rng_.Chance(0.4))) return closing;
    return any != kNoToken ? any : odd;
  }

  void WalkOnce() {
    matcher_.Reset();
    std::string text;
    for (std::size_t i = 0; i < kWalkTokensMax; ++i) {
      const double start = ThreadMicroseconds();
      const bool alive = matcher_.FillMask(bits_);
      times_.push_back(static_cast<float>(ThreadMicroseconds() - start));
      const TokenId token = alive ? Draw() : kNoToken;
      if (token == kNoToken || !matcher_.Accept(token)) break;
      if (vocabulary_->IsEnd(token)) {
        if (example_.size() < text.size() && text.size() < kExampleBytesMax) example_ = text;
        return;
      }
      text += vocabulary_->piece(token);
    }
    if (unfinished_.empty()) unfinished_ = text.substr(0, kExampleBytesMax);
  }

  std::shared_ptr<const grammar::Vocabulary> vocabulary_;
  grammar::Matcher matcher_;
  std::vector<std::uint32_t> bits_;
  Rng rng_{1};
  std::vector<float> times_;
  std::string example_;
  std::string unfinished_;
};

struct Findings {
  Status refused;  // ok where all is enforced
  std::vector<std::string> unenforced;
  std::vector<std::string> unjudged;  // of these
  std::vector<grammar::SchemaModel::Note> notes;
  std::size_t rules = 0;
  double compile_microseconds = 0;
  TimeSummary masks;
  std::string example;
  bool example_ends = false;
};

Findings Find(const std::string& text, const SchemaVocabulary& vocabulary,
              grammar::SchemaOptions options) {
  Findings found;
  const double start = ThreadMicroseconds();
  auto compiled = CompileForTrial(text, options);
  found.compile_microseconds = ThreadMicroseconds() - start;
  if (!compiled.ok()) {
    found.refused = std::move(compiled).error();
    // The first refusal is known; the others are told by compiling without them.
    options.unenforced = grammar::SchemaOptions::Unenforced::kValidateAfter;
    compiled = CompileForTrial(text, options);
    if (!compiled.ok()) return found;
  }
  found.unenforced = compiled->unenforced;
  found.unjudged = compiled->unjudged;
  found.notes = compiled->notes;
  found.rules = RuleCount(*compiled->grammar);
  vocabulary.pieces()->index();
  Walks walks(compiled->grammar, vocabulary.pieces());
  walks.Run();
  found.masks = walks.Times();
  found.example = walks.example();
  found.example_ends = walks.finished();
  return found;
}

const char* Verdict(int exit_status) {
  return exit_status == 0 ? "enforced" : exit_status == 1 ? "refused" : "no schema";
}

json AsJson(const Findings& found, const SchemaVocabulary& vocabulary, int exit_status) {
  json notes = json::array();
  for (const auto& note : found.notes)
    notes.push_back({{"where", note.where}, {"what", note.what}});
  json out = {
      {"verdict", Verdict(exit_status)},
      {"unenforced", found.unenforced},
      {"unjudged", found.unjudged},
      {"notes", std::move(notes)},
      {"compile_us", found.compile_microseconds},
      {"vocabulary", {{"name", vocabulary.name()}, {"tokens", vocabulary.pieces()->size()}}}};
  if (!found.refused.ok()) out["refused"] = std::string(found.refused.message());
  if (found.rules > 0) {
    out["rules"] = found.rules;
    out["masks"] = ToJson(found.masks);
    out["example"] = found.example;
    out["example_ends"] = found.example_ends;
  }
  return out;
}

std::string AsText(const Findings& found, const SchemaVocabulary& vocabulary, int exit_status) {
  std::string out = Concat(Verdict(exit_status), "\n");
  if (!found.refused.ok()) out += Concat("  ", found.refused.message(), "\n");
  if (!found.unenforced.empty()) out += "not enforced, and to be validated afterwards\n";
  for (const std::string& line : found.unenforced) out += Concat("  ", line, "\n");
  if (!found.unjudged.empty()) out += "of these, not judged by the validator either\n";
  for (const std::string& line : found.unjudged) out += Concat("  ", line, "\n");
  if (!found.notes.empty()) out += "notes\n";
  for (const auto& note : found.notes) out += Concat("  ", note.where, ": ", note.what, "\n");
  char time[64];
  std::snprintf(time, sizeof(time), "%.1f", found.compile_microseconds);
  out += Concat("compile ", time, " us");
  if (found.rules == 0) return out + "\n";
  out += Concat(", ", found.rules, " rules\n", vocabulary.name(), ", ", vocabulary.pieces()->size(),
                " tokens\n");
  out += TimesText("mask", found.masks);
  return out + Concat(found.example_ends ? "example: " : "example, cut off: ", found.example, "\n");
}

}  // namespace

int CheckSchema(const std::string& text, const SchemaVocabulary& vocabulary,
                const grammar::SchemaOptions& options, bool as_json) {
  const Findings found = Find(text, vocabulary, options);
  const bool whole = found.refused.ok() && found.unenforced.empty();
  const int exit_status = whole ? 0 : found.refused.code() == Code::kInvalidArgument ? 2 : 1;
  const std::string shown = as_json ? AsJson(found, vocabulary, exit_status)
                                              .dump(2, ' ', false, json::error_handler_t::replace) +
                                          "\n"
                                    : AsText(found, vocabulary, exit_status);
  std::fputs(shown.c_str(), stdout);
  return exit_status;
}

}  // namespace ganglion::app
