#pragma once

#include <CLI/CLI.hpp>

#include "ganglion/base/status.h"

// The subcommands of the binary. Each adds its flags to the program and a callback that runs it and
// stores what came of it in `result`. main() prints the error and makes the exit status.
namespace ganglion::app {

void AddInspectCommand(CLI::App& program, Status& result);
void AddQuantizeCommand(CLI::App& program, Status& result);
void AddLogitsCommand(CLI::App& program, Status& result);
void AddBenchCommand(CLI::App& program, Status& result);
void AddTokenizeCommands(CLI::App& program, Status& result);
void AddGenerateCommand(CLI::App& program, Status& result);
void AddChatCommand(CLI::App& program, Status& result);
void AddEmbedCommand(CLI::App& program, Status& result);
void AddPlanCommand(CLI::App& program, Status& result);
void AddDoCommand(CLI::App& program, Status& result);
void AddLearnCommand(CLI::App& program, Status& result);
void AddStructuredCommand(CLI::App& program, Status& result);
void AddServeCommand(CLI::App& program, Status& result);
// It has several exit statuses, which stand in `exit_status` afterwards.
void AddSchemaCommands(CLI::App& program, Status& result, int& exit_status);

}  // namespace ganglion::app
