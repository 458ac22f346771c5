#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/engine_flags.h"
#include "apps/ganglion/interrupt.h"
#include "apps/ganglion/stream_answer.h"
#include <CLI/CLI.hpp>
#include <unistd.h>

#include "ganglion/engine/engine.h"

namespace ganglion::app {
namespace {

constexpr std::size_t kLineBytesMax = 1u << 20;

struct Options {
  EngineFlags engine;
  std::string system;
};

// Lines of standard input. Unlike a stream it tells an interrupted read from the end.
class LineReader {
 public:
  enum class Outcome { kLine, kEnd, kInterrupted };

  Outcome Read(std::string& line) {
    while (true) {
      const std::size_t end = buffer_.find('\n');
      if (end != std::string::npos || (at_end_ && !buffer_.empty())) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end == std::string::npos ? end : end + 1);
        return Outcome::kLine;
      }
      if (at_end_ || buffer_.size() > kLineBytesMax) return Outcome::kEnd;
      char bytes[4096];
      const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
      if (count < 0 && errno == EINTR) {
        buffer_.clear();
        return Outcome::kInterrupted;
      }
      if (count <= 0) at_end_ = true;
      if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    }
  }

 private:
  std::string buffer_;
  bool at_end_ = false;
};

class Chat {
 public:
  Chat(engine::Engine& engine, const Options& options)
      : engine_(engine), options_(options), is_terminal_(::isatty(STDIN_FILENO) == 1) {
    if (!options.system.empty()) messages_.push_back({"system", options.system});
  }

  Status Run() {
    if (is_terminal_) ShowText("Ctrl-C stops an answer; Ctrl-D ends.\n");
    std::string line;
    bool warned = false;
    while (true) {
      if (is_terminal_) ShowText("> ");
      const LineReader::Outcome outcome = reader_.Read(line);
      if (outcome == LineReader::Outcome::kEnd) break;
      if (outcome == LineReader::Outcome::kInterrupted) {
        interrupts_.Take();
        if (std::exchange(warned, true)) break;
        ShowText("\nCtrl-C once more, or Ctrl-D, ends.\n");
        continue;
      }
      warned = false;
      if (!line.empty()) GN_RETURN_IF_ERROR(Answer(line));
    }
    if (is_terminal_) ShowText("\n");
    return {};
  }

 private:
  Status Answer(const std::string& line) {
    messages_.push_back({"user", line});
    while (true) {
      api::GenerateRequest request;
      request.messages = messages_;
      request.sampling = options_.engine.sampling;
      request.tokens_max = options_.engine.tokens_max;
      auto answer = StreamAnswer(engine_, std::move(request), interrupts_, ShowText);
      if (answer.ok()) {
        ShowText("\n");
        // What was shown is what the model will find in the history, cut off or not.
        messages_.push_back({"assistant", std::move(answer->text)});
        return {};
      }
      if (answer.error().code() != Code::kResourceExhausted || !Forget()) {
        return std::move(answer).error();
      }
    }
  }

  // Drops the oldest question and its answer to make room. False where there is none but the last.
  bool Forget() {
    const auto first = messages_.begin() + (messages_.front().role == "system" ? 1 : 0);
    if (messages_.end() - first < 3) return false;
    messages_.erase(first, first + 2);
    std::fputs("(the beginning of the conversation no longer fits and is forgotten)\n", stderr);
    return true;
  }

  engine::Engine& engine_;
  const Options& options_;
  const bool is_terminal_;
  LineReader reader_;
  InterruptCounter interrupts_;
  std::vector<api::Message> messages_;
};

Status RunChat(const Options& options) {
  GN_ASSIGN_OR_RETURN(const auto engine,
                      engine::Engine::Create(options.engine.model, options.engine.EngineOptions()));
  if (!engine->has_chat_template()) {
    return Status(
        Code::kFailedPrecondition,
        options.engine.model + " carries no chat template; `ganglion generate` takes a raw prompt");
  }
  return Chat(*engine, options).Run();
}

}  // namespace

void AddChatCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("chat", "Talk with a model in the terminal");
  options->engine.AddTo(*command);
  command->add_option("--system", options->system, "What the model is told before you speak");
  command->callback([options, &result] { result = RunChat(*options); });
}

}  // namespace ganglion::app
