#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/serve/http/chunk_reader.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/http/head_scanner.h"
#include "ganglion/serve/http/limits.h"

namespace ganglion::serve::http {

// Reads one request out of bytes as they arrive. Knows no socket and no clock.
//
// | state  | the next Feed()                                                  |
// | ------ | ---------------------------------------------------------------- |
// | kHead  | wants the whole header in one piece; takes nothing until then    |
// | kBody  | the header can be looked at; takes what there is of the body     |
// | kDone  | takes nothing: the request is complete                           |
// | kError | takes nothing: failure() says why, the connection is of no use   |
//
// Stricter than Beast, which parses the header: whatever two parsers could read in two ways is
// refused, since a proxy before us may have read it the other way.
class RequestReader {
 public:
  enum class State : std::uint8_t { kHead, kBody, kDone, kError };
  struct Failure {
    int status = 400;
    std::string message;
  };

  explicit RequestReader(const Limits& limits);
  ~RequestReader();

  // How many of `bytes` are done with. The rest is to be given again, with more behind it.
  std::size_t Feed(std::string_view bytes);
  // For the next request of the connection.
  void Reset();

  State state() const { return state_; }
  const Failure& failure() const { return failure_; }

  // From kBody on.
  std::string_view method() const;
  std::string_view target() const;
  bool is_http_1_1() const { return is_http_1_1_; }
  bool keep_alive() const { return keep_alive_; }
  bool expects_continue() const { return expects_continue_; }
  // Names in lower case. Without the trailers of a chunked body, which nobody has checked.
  Headers TakeHeaders();
  // As far as it has been read.
  std::size_t body_size() const { return body_.size(); }
  std::string TakeBody();

 private:
  struct Parser;

  std::size_t FeedHead(std::string_view bytes);
  std::size_t FeedBody(std::string_view bytes);
  void CheckHead();
  void Fail(int status, std::string message);
  void FailBodyTooLong();

  const Limits& limits_;
  State state_ = State::kHead;
  Failure failure_;
  HeadScanner scanner_;
  std::size_t leading_lines_ = 0;
  std::unique_ptr<Parser> parser_;
  Headers headers_;
  std::string body_;
  std::uint64_t length_ = 0;           // of the body, where the header names it
  std::optional<ChunkReader> chunks_;  // where it comes in chunks
  bool is_http_1_1_ = true;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
};

}  // namespace ganglion::serve::http
