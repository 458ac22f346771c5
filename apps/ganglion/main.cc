#include <cstdio>
#include <string>

#include "apps/ganglion/commands.h"
#include <CLI/CLI.hpp>

#include "ganglion/sys/processors.h"

int main(int argc, char** argv) {
  CLI::App program{"Ganglion: language models that run where the work is, and move real things"};
  program.require_subcommand(1);
  program.set_version_flag("--version", GANGLION_VERSION);
  std::string processors;
  program
      .add_option("--cpus", processors,
                  "Run on these processors only, as 0,2-5; without --threads, with a thread on "
                  "each. Stands before the command")
      ->check([](const std::string& list) {
        const ganglion::Status done = ganglion::sys::UseProcessors(list);
        return done.ok() ? std::string() : std::string(done.message());
      });
  ganglion::Status result;
#ifdef GANGLION_HAS_INSPECT
  ganglion::app::AddInspectCommand(program, result);
#endif
#ifdef GANGLION_HAS_QUANTIZE
  ganglion::app::AddQuantizeCommand(program, result);
#endif
#ifdef GANGLION_HAS_LOGITS
  ganglion::app::AddLogitsCommand(program, result);
#endif
#ifdef GANGLION_HAS_BENCH
  ganglion::app::AddBenchCommand(program, result);
#endif
#ifdef GANGLION_HAS_TOKENIZE
  ganglion::app::AddTokenizeCommands(program, result);
#endif
#ifdef GANGLION_HAS_GENERATE
  ganglion::app::AddGenerateCommand(program, result);
#endif
#ifdef GANGLION_HAS_CHAT
  ganglion::app::AddChatCommand(program, result);
#endif
#ifdef GANGLION_HAS_STRUCTURED
  ganglion::app::AddStructuredCommand(program, result);
#endif
#ifdef GANGLION_HAS_SERVE
  ganglion::app::AddServeCommand(program, result);
#endif
#ifdef GANGLION_HAS_EMBED
  ganglion::app::AddEmbedCommand(program, result);
#endif
#ifdef GANGLION_HAS_PLAN
  ganglion::app::AddPlanCommand(program, result);
#endif
#ifdef GANGLION_HAS_DO
  ganglion::app::AddDoCommand(program, result);
#endif
#ifdef GANGLION_HAS_LEARN
  ganglion::app::AddLearnCommand(program, result);
#endif
  int exit_status = 0;
#ifdef GANGLION_HAS_SCHEMA
  ganglion::app::AddSchemaCommands(program, result, exit_status);
#endif
  CLI11_PARSE(program, argc, argv);
  if (result.ok()) return exit_status;
  const std::string_view message = result.message();
  std::fprintf(stderr, "ganglion: %.*s\n", static_cast<int>(message.size()), message.data());
  return exit_status == 0 ? 1 : exit_status;
}
