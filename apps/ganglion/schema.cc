// ganglion schema: what is enforced of a JSON Schema, and how well over many of them.

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/schema_cases.h"
#include "apps/ganglion/schema_check.h"
#include "apps/ganglion/schema_compile.h"
#include "apps/ganglion/schema_tally.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

using grammar::SchemaOptions;

struct Flags {
  std::string path;
  std::string tokenizer;
  std::string draft;
  std::string order = "declared";
  std::string white_space = "none";
  bool validate_after = false;
  bool annotate_formats = false;
  bool json = false;
  std::size_t limit = 0;
  std::string list;
  double time_limit = 10.0;
};

Result<SchemaOptions> OptionsOf(const Flags& flags) {
  SchemaOptions options;
  if (flags.order == "any") options.order = SchemaOptions::MemberOrder::kAny;
  if (flags.white_space == "one") options.white_space = SchemaOptions::WhiteSpace::kOneSpace;
  if (flags.validate_after) options.unenforced = SchemaOptions::Unenforced::kValidateAfter;
  options.read.formats_assert = !flags.annotate_formats;
  if (!flags.draft.empty()) {
    GN_ASSIGN_OR_RETURN(options.read.draft, DraftNamed(flags.draft));
  }
  return options;
}

Status Check(const Flags& flags, int& exit_status) {
  exit_status = 2;
  GN_ASSIGN_OR_RETURN(const SchemaOptions options, OptionsOf(flags));
  GN_ASSIGN_OR_RETURN(const std::string text, ReadSchemaText(flags.path));
  GN_ASSIGN_OR_RETURN(const SchemaVocabulary vocabulary, SchemaVocabulary::Load(flags.tokenizer));
  exit_status = CheckSchema(text, vocabulary, options, flags.json);
  return {};
}

Status Bench(const Flags& flags, int& exit_status) {
  static const std::map<std::string, ListKind> kKinds = {{"rejected", ListKind::kRejected},
                                                         {"accepted", ListKind::kAccepted},
                                                         {"declined", ListKind::kDeclined},
                                                         {"slow", ListKind::kSlow}};
  exit_status = 2;
  TrialSettings settings;
  GN_ASSIGN_OR_RETURN(settings.options, OptionsOf(flags));
  settings.seconds_max = flags.time_limit;
  settings.schemas_max = flags.limit;
  GN_ASSIGN_OR_RETURN(const std::vector<std::string> files, FindCaseFiles(flags.path));
  GN_ASSIGN_OR_RETURN(const SchemaVocabulary vocabulary, SchemaVocabulary::Load(flags.tokenizer));
  SchemaTally tally(flags.list.empty() ? ListKind::kNone : kKinds.at(flags.list));
  std::vector<SkippedFile> skipped;
  std::size_t trials = 0;
  GN_RETURN_IF_ERROR(RunTrials(
      files, vocabulary, settings,
      [&](const SchemaTrial& trial) {
        ++trials;
        tally.Add(trial);
      },
      skipped));
  std::size_t unreadable = 0;
  for (const SkippedFile& file : skipped) {
    if (file.why.empty()) continue;
    ++unreadable;
    std::fprintf(stderr, "ganglion: %s\n", file.why.c_str());
  }
  if (trials == 0) {
    return {Code::kNotFound, flags.path + ": holds no schemas with instances"};
  }
  if (flags.json) {
    nlohmann::json out = tally.AsJson();
    out["vocabulary"] = {{"name", vocabulary.name()}, {"tokens", vocabulary.pieces()->size()}};
    out["files"] = {
        {"all", files.size()}, {"other", skipped.size() - unreadable}, {"unreadable", unreadable}};
    std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s, %zu tokens; %zu files, %zu of another kind, %zu not readable\n%s",
                vocabulary.name().c_str(), vocabulary.pieces()->size(), files.size(),
                skipped.size() - unreadable, unreadable, tally.AsText().c_str());
  }
  exit_status = tally.failed() || unreadable > 0 ? 1 : 0;
  return {};
}

CLI::App* AddCommon(CLI::App& parent, const std::string& name, const std::string& description,
                    Flags& flags) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_option("--tokenizer", flags.tokenizer,
                      "GGUF file whose vocabulary the masks are for; single bytes without");
  command->add_option("--draft", flags.draft,
                      "Read schemas that name no draft as draft4, draft6, draft7, draft2019-09 or "
                      "draft2020-12");
  command->add_option("--order", flags.order, "Members stand as declared, or in any order")
      ->check(CLI::IsMember({"declared", "any"}));
  command
      ->add_option("--white-space", flags.white_space,
                   "none, or one space that may stand behind commas and colons")
      ->check(CLI::IsMember({"none", "one"}));
  command->add_flag("--validate-after", flags.validate_after,
                    "Leave out of the grammar what it cannot enforce, instead of refusing");
  command->add_flag("--json", flags.json, "Report as JSON");
  return command;
}

}  // namespace

void AddSchemaCommands(CLI::App& program, Status& result, int& exit_status) {
  CLI::App* schema =
      program.add_subcommand("schema", "what is enforced of JSON Schemas, and how fast");
  schema->require_subcommand(1);

  const auto check = std::make_shared<Flags>();
  CLI::App* command = AddCommon(
      *schema, "check",
      "tell what of a schema is enforced and what is refused; exits with 0 if all is enforced, "
      "1 if it is refused, 2 if it is no schema",
      *check);
  command->add_option("file", check->path, "JSON Schema")->required();
  command->add_flag("--annotate-formats", check->annotate_formats,
                    "\"format\" is an annotation and makes no value invalid");
  command->callback([check, &result, &exit_status] { result = Check(*check, exit_status); });

  const auto bench = std::make_shared<Flags>();
  command = AddCommon(*schema, "bench",
                      "judge instances by schemas, token by token; exits with 1 if an invalid one "
                      "is accepted or a schema ends in a crash or passes the time-out",
                      *bench);
  command
      ->add_option("folder", bench->path,
                   "files of MaskBench's or of JSON-Schema-Test-Suite's form, at any depth")
      ->required();
  command->add_option("--limit", bench->limit, "Stop after so many schemas");
  command
      ->add_option("--list", bench->list, "Print these cases: rejected, accepted, declined, slow")
      ->check(CLI::IsMember({"rejected", "accepted", "declined", "slow"}));
  command->add_option("--time-limit", bench->time_limit, "Seconds that one schema may take")
      ->check(CLI::Range(0.1, 3600.0));
  command->callback([bench, &result, &exit_status] { result = Bench(*bench, exit_status); });
}

}  // namespace ganglion::app
