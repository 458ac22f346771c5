#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"

namespace ganglion::serve {

// One request, over. Nothing of what was asked or answered.
struct AccessRecord {
  TimeNs time_ns = 0;  // since 1970
  std::string id = {};
  std::string peer = {};
  std::string method = {};
  std::string path = {};
  int status = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  double seconds = 0;
  bool aborted = false;
  std::string tenant = {};  // the name of its token; empty: none
  std::string model = {};   // empty: none was asked
  std::int64_t prompt_tokens = 0;
  std::int64_t generated_tokens = 0;
};

// As a line of JSON, without its end. docs/formats/serve_yaml.md.
std::string ToJsonLine(const AccessRecord& record);
// "2026-01-31T12:00:00.123Z"
std::string UtcText(TimeNs since_1970);

// Writes lines to a file or to standard output, on a thread of its own: a slow disk holds up
// nobody. Lines that find the queue full are dropped and counted. The destructor writes what waits.
//
// Thread: any.
class AccessLog {
 public:
  // "-" is standard output. Appends to a file that is there.
  static Result<std::unique_ptr<AccessLog>> Open(const std::string& path);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void Write(const AccessRecord& record);
  // Closes the file and opens its name anew, once what waits is written: for programs that rotate
  // logs.
  void Reopen();
  std::uint64_t lines_dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  AccessLog(std::string path, int descriptor);
  void Run();
  void WriteAll(std::string_view bytes);

  const std::string path_;
  int descriptor_;  // the thread's
  std::atomic<std::uint64_t> dropped_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<std::string> lines_;
  bool reopen_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ganglion::serve
