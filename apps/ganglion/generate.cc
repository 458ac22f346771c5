#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/engine_flags.h"
#include "apps/ganglion/interrupt.h"
#include "apps/ganglion/stream_answer.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/engine/engine.h"
#include "ganglion/engine/limits.h"

namespace ganglion::app {
namespace {

struct Options {
  EngineFlags engine;
  std::string prompt;
  std::string file;
  std::string system;
  std::string schema;
  std::string grammar;
  std::string regex;
  std::vector<std::string> choices;
  std::string unenforced = "refuse";
  std::int32_t retries = api::GenerateRequest().retries_max;
  std::vector<std::string> stop;
  bool chat = false;
  bool json = false;
};

// "-" is standard input.
Result<std::string> ReadText(const std::string& path, std::size_t bytes_max) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return Status(Code::kNotFound, "cannot read " + path);
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return Status(Code::kUnavailable, "reading " + path + " failed");
  if (text.size() > bytes_max) {
    return Status(Code::kResourceExhausted, Concat(path, " has more than ", bytes_max, " bytes"));
  }
  return text;
}

Result<api::GenerateRequest> MakeRequest(const Options& options) {
  api::GenerateRequest request;
  std::string prompt = options.prompt;
  if (!options.file.empty()) {
    GN_ASSIGN_OR_RETURN(prompt, ReadText(options.file, engine::kPromptBytesMax));
  }
  if (prompt.empty()) {
    return Status(Code::kInvalidArgument, "give a prompt with --prompt TEXT or --file FILE");
  }
  if (options.chat || !options.system.empty()) {
    if (!options.system.empty()) request.messages.push_back({"system", options.system});
    request.messages.push_back({"user", std::move(prompt)});
  } else {
    request.prompt = std::move(prompt);
  }
  if (!options.schema.empty()) {
    GN_ASSIGN_OR_RETURN(request.json_schema, ReadText(options.schema, engine::kSchemaBytesMax));
  }
  if (!options.grammar.empty()) {
    GN_ASSIGN_OR_RETURN(request.grammar, ReadText(options.grammar, engine::kSchemaBytesMax));
  }
  if (!options.regex.empty()) request.regex = options.regex;
  request.choices = options.choices;
  if (options.unenforced == "validate") request.unenforced = api::Unenforced::kValidate;
  request.retries_max = options.retries;
  request.sampling = options.engine.sampling;
  request.tokens_max = options.engine.tokens_max;
  request.stop = options.stop;
  return request;
}

const char* NameOf(api::FinishReason reason) {
  switch (reason) {
    case api::FinishReason::kStop:
      return "stop";
    case api::FinishReason::kToolCalls:
      return "tool_calls";
    case api::FinishReason::kLength:
      return "length";
    case api::FinishReason::kCancelled:
      return "cancelled";
    case api::FinishReason::kError:
      break;
  }
  return "error";
}

std::string ToJson(const api::Answer& answer) {
  const api::Usage& usage = answer.usage;
  const nlohmann::ordered_json document = {{"text", answer.text},
                                           {"finish_reason", NameOf(answer.reason)},
                                           {"usage",
                                            {{"prompt_tokens", usage.prompt_tokens},
                                             {"prompt_tokens_cached", usage.prompt_tokens_cached},
                                             {"generated_tokens", usage.generated_tokens},
                                             {"forced_tokens", usage.forced_tokens},
                                             {"draft_tokens", usage.draft_tokens},
                                             {"draft_tokens_accepted", usage.draft_tokens_accepted},
                                             {"retries", usage.retries},
                                             {"first_token_ms", usage.first_token_ms},
                                             {"total_ms", usage.total_ms}}}};
  return document.dump();
}

Status RunGenerate(const Options& options) {
  GN_ASSIGN_OR_RETURN(api::GenerateRequest request, MakeRequest(options));
  GN_ASSIGN_OR_RETURN(const auto engine,
                      engine::Engine::Create(options.engine.model, options.engine.EngineOptions()));
  InterruptCounter interrupts;
  const auto show = [&options](std::string_view text) {
    if (!options.json) ShowText(text);
  };
  auto answer = StreamAnswer(*engine, std::move(request), interrupts, show);
  if (!options.json) ShowText("\n");
  if (!answer.ok()) return std::move(answer).error();
  if (options.json) ShowText(ToJson(*answer) + "\n");
  if (answer->reason != api::FinishReason::kCancelled) return {};
  return Status(Code::kCancelled, "interrupted");
}

// Of them at most one: the engine refuses a second.
void AddFormFlags(CLI::App& command, Options& options) {
  auto* schema = command.add_option("--schema,--json-schema", options.schema,
                                    "File with a JSON Schema; the answer is valid against it");
  auto* unenforced =
      command
          .add_option(
              "--unenforced", options.unenforced,
              "What becomes of keywords that no grammar enforces: refuse, or validate: show "
              "the answer once it is whole and valid, and generate an invalid one again")
          ->check(CLI::IsMember({"refuse", "validate"}))
          ->needs(schema);
  command
      .add_option("--unenforced-retries", options.retries,
                  "With --unenforced validate: answers after the first, at most")
      ->check(CLI::Range(0, engine::kRetriesMax))
      ->needs(unenforced);
  command.add_option("--grammar", options.grammar,
                     "File with a grammar in GBNF; the answer is a text of its rule root");
  command.add_option("--regex", options.regex,
                     "ECMA-262 regular expression; the whole answer is a match");
  command.add_option("--choices", options.choices, "Texts; the answer is one of them");
}

}  // namespace

void AddGenerateCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("generate", "Let a model go on with a text");
  options->engine.AddTo(*command);
  auto* prompt = command->add_option("--prompt", options->prompt, "Text to go on with");
  command->add_option("--file", options->file, "File with the text; -: standard input")
      ->excludes(prompt);
  command->add_flag("--chat", options->chat,
                    "The text is a user's message: put it into the model's chat template");
  command->add_option("--system", options->system, "System message; implies --chat");
  AddFormFlags(*command, *options);
  command->add_option("--stop", options->stop, "End before this text; may be repeated");
  command->add_flag("--json", options->json, "Print text and usage as one JSON object");
  command->callback([options, &result] { result = RunGenerate(*options); });
}

}  // namespace ganglion::app
