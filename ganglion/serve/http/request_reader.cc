#include "ganglion/serve/http/request_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/none.hpp>

namespace ganglion::serve::http {
namespace {

namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Digits alone; nullopt for all else, a sign or a list of equal numbers included.
std::optional<std::uint64_t> ParseLength(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

// Beast reads the header only. It is given whole ones, so nothing is read twice.
struct RequestReader::Parser {
  beast::http::request_parser<beast::http::empty_body> beast;
};

RequestReader::RequestReader(const Limits& limits) : limits_(limits), scanner_(limits) { Reset(); }

RequestReader::~RequestReader() = default;

void RequestReader::Reset() {
  state_ = State::kHead;
  scanner_.Reset();
  leading_lines_ = 0;
  headers_.clear();
  body_ = {};
  length_ = 0;
  chunks_.reset();
  parser_ = std::make_unique<Parser>();
  parser_->beast.header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max + 1));
  parser_->beast.body_limit(boost::none);  // it will see none
}

void RequestReader::Fail(int status, std::string message) {
  state_ = State::kError;
  failure_ = {status, std::move(message)};
}

std::size_t RequestReader::Feed(std::string_view bytes) {
  std::size_t done = 0;
  if (state_ == State::kHead) {
    while (leading_lines_ < kLeadingLinesMax && bytes.substr(done).starts_with("\r\n")) {
      done += 2;
      ++leading_lines_;
    }
    return done + FeedHead(bytes.substr(done));
  }
  return state_ == State::kBody ? FeedBody(bytes) : 0;
}

std::size_t RequestReader::FeedHead(std::string_view bytes) {
  if (bytes == "\r") return 0;  // of a leading line, perhaps
  const HeadScanner::Outcome found = scanner_.Scan(bytes);
  if (found.status != 0) {
    Fail(found.status, found.message);
    return 0;
  }
  if (found.size == 0) return 0;
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  if (std::ranges::count(line, ' ') != 2) {
    Fail(400, "the request line is not a method, a path and a version");
    return 0;
  }
  ErrorCode error;
  parser_->beast.put(boost::asio::const_buffer(bytes.data(), found.size), error);
  if (error == beast::http::error::bad_version) {
    Fail(505, "the request's version is not HTTP/1.0 or HTTP/1.1");
  } else if (error) {
    Fail(400, "the request's header cannot be read: " + error.message());
  } else if (!parser_->beast.is_header_done()) {
    Fail(400, "the request's header cannot be read");
  } else {
    CheckHead();
  }
  if (state_ == State::kError) return 0;
  state_ = length_ == 0 && !chunks_ ? State::kDone : State::kBody;
  return found.size;
}

void RequestReader::CheckHead() {
  const auto& head = parser_->beast.get();
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  bool other_encoding = false;
  bool bad_length = false;
  bool other_expectation = false;
  expects_continue_ = false;
  for (const auto& field : head) {
    std::string name = LowerCase({field.name_string().data(), field.name_string().size()});
    std::string value(field.value().data(), field.value().size());
    hosts += name == "host" ? 1 : 0;
    if (name == "content-length") {
      ++lengths;
      const auto length = ParseLength(value);
      bad_length |= !length;
      length_ = length.value_or(0);
    } else if (name == "transfer-encoding") {
      ++encodings;
      other_encoding |= LowerCase(value) != "chunked";
    } else if (name == "expect") {
      expects_continue_ = LowerCase(value) == "100-continue";
      other_expectation |= !expects_continue_;
    }
    headers_.emplace_back(std::move(name), std::move(value));
  }
  is_http_1_1_ = head.version() == 11;
  keep_alive_ = parser_->beast.keep_alive();
  if (head.version() != 10 && head.version() != 11) {
    return Fail(505, "the request's version is not HTTP/1.0 or HTTP/1.1");
  }
  if (hosts > 1 || (hosts == 0 && is_http_1_1_)) return Fail(400, "the request needs one Host");
  if (lengths > 1 || bad_length) return Fail(400, "the request has a bad Content-Length");
  if (encodings != 0 && (lengths != 0 || encodings > 1 || !is_http_1_1_)) {
    return Fail(400, "the request has a Transfer-Encoding that contradicts the rest of its header");
  }
  if (other_encoding) return Fail(501, "the only Transfer-Encoding known here is chunked");
  if (other_expectation) return Fail(417, "the only Expect known here is 100-continue");
  if (length_ > limits_.body_bytes_max) return FailBodyTooLong();
  expects_continue_ = expects_continue_ && is_http_1_1_;
  if (encodings != 0) chunks_.emplace(limits_.body_bytes_max, limits_.header_bytes_max);
  body_.reserve(std::min<std::uint64_t>(length_, kBodyReserveBytes));
}

void RequestReader::FailBodyTooLong() {
  Fail(413,
       "the request's body is longer than " + std::to_string(limits_.body_bytes_max) + " bytes");
}

std::size_t RequestReader::FeedBody(std::string_view bytes) {
  if (!chunks_) {
    bytes = bytes.substr(0, static_cast<std::size_t>(length_) - body_.size());
    body_.append(bytes);
    if (body_.size() == length_) state_ = State::kDone;
    return bytes.size();
  }
  const std::size_t done = chunks_->Feed(bytes, body_);
  switch (chunks_->state()) {
    case ChunkReader::State::kMore:
      break;
    case ChunkReader::State::kDone:
      state_ = State::kDone;
      break;
    case ChunkReader::State::kBad:
      Fail(400, "the chunks of the request's body cannot be read");
      break;
    case ChunkReader::State::kTooLong:
      FailBodyTooLong();
      break;
  }
  return done;
}

std::string_view RequestReader::method() const {
  const auto method = parser_->beast.get().method_string();
  return {method.data(), method.size()};
}

std::string_view RequestReader::target() const {
  const auto target = parser_->beast.get().target();
  return {target.data(), target.size()};
}

Headers RequestReader::TakeHeaders() { return std::move(headers_); }

std::string RequestReader::TakeBody() { return std::move(body_); }

}  // namespace ganglion::serve::http
