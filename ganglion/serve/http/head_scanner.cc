#include "ganglion/serve/http/head_scanner.h"

namespace ganglion::serve::http {

HeadScanner::Outcome HeadScanner::EndLine(std::size_t line_size) {
  if (line_size == 0) return {.size = at_ + 1};
  if (lines_ == 0 && line_size > limits_->request_line_bytes_max) {
    return {.status = 414, .message = "the request line is too long"};
  }
  if (lines_ > limits_->header_fields_max) {
    return {.status = 431, .message = "the request has too many header fields"};
  }
  ++lines_;
  return {};
}

HeadScanner::Outcome HeadScanner::Scan(std::string_view bytes) {
  for (; at_ < bytes.size(); ++at_) {
    const auto c = static_cast<unsigned char>(bytes[at_]);
    const bool after_cr = at_ > 0 && bytes[at_ - 1] == '\r';
    if (after_cr != (c == '\n')) {
      return {.status = 400, .message = "a line of the header does not end with CR LF"};
    }
    if (c == '\n') {
      const Outcome end = EndLine(at_ - 1 - line_begin_);
      if (end.size != 0 || end.status != 0) return end;
      line_begin_ = at_ + 1;
    } else if (at_ == line_begin_ && (c == ' ' || c == '\t')) {
      return {.status = 400, .message = "a line of the header begins with a blank"};
    } else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
      return {.status = 400, .message = "the header has a control character; is this HTTP?"};
    }
    if (lines_ == 0 && at_ > limits_->request_line_bytes_max + 1) {
      return {.status = 414, .message = "the request line is too long"};
    }
    if (at_ + 1 > limits_->header_bytes_max) {
      return {.status = 431, .message = "the request's header is too long"};
    }
  }
  return {};
}

}  // namespace ganglion::serve::http
