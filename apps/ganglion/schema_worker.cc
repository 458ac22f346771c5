#include "apps/ganglion/schema_worker.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr rlim_t kMemoryMax = rlim_t{8} << 30;  // of the process that judges

// Where to begin: a file, and a schema in it.
struct Position {
  std::size_t file = 0;
  std::size_t index = 0;
};

bool WriteAll(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(to, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

bool Send(int to, const json& line) {
  return WriteAll(to, line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

// The other process. It says how many schemas a file has, and then what became of each.
void Work(int to, const std::vector<std::string>& files, Position from,
          const SchemaVocabulary& vocabulary, const TrialSettings& settings) {
  for (; from.file < files.size(); from = {from.file + 1, 0}) {
    auto read = ReadCaseFile(files[from.file]);
    if (!read.ok() || !*read) {
      const std::string why = read.ok() ? "" : std::string(read.error().message());
      if (!Send(to, {{"skip", why}})) return;
      continue;
    }
    const SchemaCaseFile& file = **read;
    if (!Send(to, {{"schemas", file.cases.size()}})) return;
    grammar::SchemaOptions options = settings.options;
    const auto draft = options.read.draft;
    options.read = file.read;
    if (draft) options.read.draft = draft;
    for (std::size_t i = from.index; i < file.cases.size(); ++i) {
      if (!Send(to, {{"outcome", ToJson(settings.judge(file.cases[i], vocabulary, options))}}))
        return;
    }
  }
}

// One such process and the pipe from it.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { End(); }

  template <class Body>
  Status Start(Body body) {
    int ends[2];
    if (pipe(ends) != 0) return {Code::kResourceExhausted, "no pipe can be made"};
    process_ = fork();
    if (process_ < 0) {
      close(ends[0]);
      close(ends[1]);
      return {Code::kResourceExhausted, "no process can be made"};
    }
    if (process_ == 0) {
      close(ends[0]);
      signal(SIGPIPE, SIG_IGN);
#if !defined(__SANITIZE_ADDRESS__)
      const rlimit memory{kMemoryMax, kMemoryMax};
      setrlimit(RLIMIT_AS, &memory);
#endif
      const rlimit no_core{0, 0};
      setrlimit(RLIMIT_CORE, &no_core);
      body(ends[1]);
      _exit(0);
    }
    close(ends[1]);
    from_ = ends[0];
    return {};
  }

  enum class Got : std::uint8_t { kLine, kEnd, kTimeOut };
  Got ReadLine(std::string& line, Clock::time_point deadline) {
    while (true) {
      const std::size_t end = pending_.find('\n', searched_);
      if (end != std::string::npos) {
        line = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        searched_ = 0;
        return Got::kLine;
      }
      searched_ = pending_.size();
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      pollfd waiting{from_, POLLIN, 0};
      const int ready = left <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return Got::kTimeOut;
      char block[1 << 16];
      const ssize_t count = read(from_, block, sizeof(block));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return Got::kEnd;
      pending_.append(block, static_cast<std::size_t>(count));
    }
  }

  // Ends the process if it runs, and says how it ended.
  std::string End() {
    if (process_ <= 0) return "";
    close(from_);
    kill(process_, SIGKILL);
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return WIFSIGNALED(status) ? Concat("signal ", WTERMSIG(status))
                               : Concat("exit status ", WEXITSTATUS(status));
  }

  // Waits for a process that has closed its pipe.
  std::string Wait() {
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR) {
    }
    return End();
  }

 private:
  pid_t process_ = 0;
  int from_ = -1;
  std::string pending_;
  std::size_t searched_ = 0;
};

// Runs workers one after the other until all files are done.
class Trials {
 public:
  Trials(const std::vector<std::string>& files, const SchemaVocabulary& vocabulary,
         const TrialSettings& settings, const std::function<void(SchemaTrial)>& seen,
         std::vector<SkippedFile>& skipped)
      : files_(files),
        vocabulary_(vocabulary),
        settings_(settings),
        seen_(seen),
        skipped_(skipped) {}

  Status Run() {
    while (!Done()) GN_RETURN_IF_ERROR(RunOne());
    return {};
  }

 private:
  bool Done() const {
    return at_.file >= files_.size() ||
           (settings_.schemas_max != 0 && count_ >= settings_.schemas_max);
  }

  Status RunOne() {
    Worker worker;
    schemas_ = 0;
    GN_RETURN_IF_ERROR(
        worker.Start([this](int to) { Work(to, files_, at_, vocabulary_, settings_); }));
    const auto limit = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(settings_.seconds_max));
    while (!Done()) {
      std::string line;
      const Worker::Got got = worker.ReadLine(line, Clock::now() + limit);
      if (got == Worker::Got::kLine) {
        GN_RETURN_IF_ERROR(Take(json::parse(line, nullptr, false)));
        continue;
      }
      const bool late = got == Worker::Got::kTimeOut;
      const std::string how = late ? worker.End() : worker.Wait();
      Lost(late ? SchemaEnd::kTimeOut : SchemaEnd::kCrash, how);
      return {};
    }
    return {};
  }

  Status Take(const json& line) {
    if (line.contains("skip")) {
      skipped_.push_back({files_[at_.file], line["skip"].get<std::string>()});
      at_ = {at_.file + 1, 0};
    } else if (line.contains("schemas")) {
      schemas_ = line["schemas"].get<std::size_t>();
      if (at_.index >= schemas_) NextFile();
    } else if (line.contains("outcome")) {
      Report({files_[at_.file], at_.index, SchemaEnd::kJudged, "", OutcomeFrom(line["outcome"])});
      Advance();
    } else {
      return {Code::kInternal, "the process that judges sent what is no outcome"};
    }
    return {};
  }

  // The schema in work is lost; with it the file, if not even that could be read.
  void Lost(SchemaEnd end, const std::string& how) {
    Report({files_[at_.file], at_.index, end, how, {}});
    if (schemas_ == 0) return NextFile();
    Advance();
  }

  void Advance() {
    if (++at_.index >= schemas_) NextFile();
  }
  void NextFile() {
    at_ = {at_.file + 1, 0};
    schemas_ = 0;
  }
  void Report(SchemaTrial trial) {
    ++count_;
    seen_(std::move(trial));
  }

  const std::vector<std::string>& files_;
  const SchemaVocabulary& vocabulary_;
  const TrialSettings& settings_;
  const std::function<void(SchemaTrial)>& seen_;
  std::vector<SkippedFile>& skipped_;
  Position at_;
  std::size_t schemas_ = 0;  // of the file in work, 0 until it is read
  std::size_t count_ = 0;
};

}  // namespace

Status RunTrials(const std::vector<std::string>& files, const SchemaVocabulary& vocabulary,
                 const TrialSettings& settings, const std::function<void(SchemaTrial)>& seen,
                 std::vector<SkippedFile>& skipped) {
  vocabulary.pieces()->index();  // once, before the processes part
  return Trials(files, vocabulary, settings, seen, skipped).Run();
}

}  // namespace ganglion::app
