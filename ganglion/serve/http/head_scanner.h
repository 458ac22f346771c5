#pragma once

#include <cstddef>
#include <string_view>

#include "ganglion/serve/http/limits.h"

namespace ganglion::serve::http {

// Finds the end of a request's header in bytes that arrive piece by piece, and refuses at the first
// wrong byte what no client means: bare CR or LF, folded lines, control characters, too much.
class HeadScanner {
 public:
  struct Outcome {
    std::size_t size = 0;           // of the header with its empty line; 0: not all there yet
    int status = 0;                 // 0: nothing wrong so far
    const char* message = nullptr;  // where something is wrong
  };

  explicit HeadScanner(const Limits& limits) : limits_(&limits) {}

  // `bytes` begin where they began in the last call, with more at the end.
  Outcome Scan(std::string_view bytes);
  void Reset() { *this = HeadScanner(*limits_); }

 private:
  Outcome EndLine(std::size_t line_size);

  const Limits* limits_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace ganglion::serve::http
