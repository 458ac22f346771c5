#include "ganglion/serve/access_log.h"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "ganglion/base/concat.h"
#include "ganglion/serve/limits.h"

namespace ganglion::serve {
namespace {

Result<int> OpenForAppending(const std::string& path) {
  if (path == "-") return STDOUT_FILENO;
  // Readable by this user and group: who asked when is nobody else's business.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor >= 0) return descriptor;
  return Status(Code::kUnavailable,
                Concat("cannot write the access log ", path, ": ", std::strerror(errno)));
}

}  // namespace

std::string UtcText(TimeNs since_1970) {
  const auto seconds = static_cast<std::time_t>(since_1970 / 1_s);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return {};
  char date[32];
  const std::size_t size = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string milliseconds = std::to_string(1000 + since_1970 % 1_s / 1_ms);
  return Concat(std::string_view(date, size), ".", milliseconds.substr(1), "Z");
}

std::string ToJsonLine(const AccessRecord& record) {
  nlohmann::ordered_json line = {{"time", UtcText(record.time_ns)},
                                 {"id", record.id},
                                 {"peer", record.peer},
                                 {"method", record.method},
                                 {"path", record.path.substr(0, kLogPathBytesMax)},
                                 {"status", record.status},
                                 {"bytes_in", record.bytes_in},
                                 {"bytes_out", record.bytes_out},
                                 {"seconds", record.seconds}};
  if (!record.model.empty()) {
    line["model"] = record.model;
    line["prompt_tokens"] = record.prompt_tokens;
    line["generated_tokens"] = record.generated_tokens;
  }
  if (!record.tenant.empty()) line["tenant"] = record.tenant;
  if (record.aborted) line["aborted"] = true;
  // A path may hold any bytes.
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::unique_ptr<AccessLog>> AccessLog::Open(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const int descriptor, OpenForAppending(path));
  return std::unique_ptr<AccessLog>(new AccessLog(path, descriptor));
}

AccessLog::AccessLog(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor), thread_([this] { Run(); }) {}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

void AccessLog::Write(const AccessRecord& record) {
  std::string line = ToJsonLine(record) + "\n";
  {
    const std::lock_guard lock(mutex_);
    if (lines_.size() >= kLogLinesMax) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    lines_.push_back(std::move(line));
  }
  wake_.notify_one();
}

void AccessLog::Reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  wake_.notify_one();
}

void AccessLog::WriteAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {  // a full disk: this batch is lost, and the next may fit
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AccessLog::Run() {
  for (bool stop = false; !stop;) {
    std::deque<std::string> lines;
    bool reopen = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || reopen_ || !lines_.empty(); });
      lines.swap(lines_);
      reopen = std::exchange(reopen_, false);
      stop = stop_;
    }
    std::string batch;
    for (const std::string& line : lines) batch += line;
    WriteAll(batch);
    if (!reopen || descriptor_ == STDOUT_FILENO) continue;
    const Result<int> opened = OpenForAppending(path_);
    if (!opened.ok()) continue;  // the old file is better than none
    ::close(descriptor_);
    descriptor_ = *opened;
  }
}

}  // namespace ganglion::serve
