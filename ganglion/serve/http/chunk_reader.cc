#include "ganglion/serve/http/chunk_reader.h"

#include <algorithm>

namespace ganglion::serve::http {
namespace {

constexpr int kSizeDigitsMax = 15;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t ChunkReader::Feed(std::string_view bytes, std::string& body) {
  std::size_t done = 0;
  while (state_ == State::kMore && done < bytes.size()) {
    if (at_ != At::kData) {
      Step(bytes[done]);
      ++done;
      continue;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - done));
    body.append(bytes.substr(done, size));
    done += size;
    left_ -= size;
    if (left_ == 0) at_ = At::kDataCr;
  }
  return done;
}

void ChunkReader::Step(char c) {
  switch (at_) {
    case At::kSizeFirst:
    case At::kSize:
      return StepSize(c);
    case At::kExtension:
      if (c == '\r') {
        at_ = At::kSizeLf;
      } else {
        CountOverhead(c);
      }
      return;
    case At::kSizeLf:
      if (c != '\n') {
        state_ = State::kBad;
      } else {
        BeginData();
      }
      return;
    case At::kData:
      return;  // taken in pieces by Feed()
    case At::kDataCr:
      return Expect(c, '\r', At::kDataLf);
    case At::kDataLf:
      return Expect(c, '\n', At::kSizeFirst);
    case At::kTrailerFirst:
    case At::kTrailer:
      return StepTrailer(c);
    case At::kTrailerLf:
      return Expect(c, '\n', At::kTrailerFirst);
    case At::kLastLf:
      state_ = c == '\n' ? State::kDone : State::kBad;
      return;
  }
}

void ChunkReader::StepSize(char c) {
  if (at_ == At::kSizeFirst) {
    left_ = 0;
    size_digits_ = 0;
  }
  const int digit = HexValue(c);
  if (digit >= 0 && size_digits_ < kSizeDigitsMax) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    ++size_digits_;
    at_ = At::kSize;
  } else if (size_digits_ > 0 && c == '\r') {
    at_ = At::kSizeLf;
  } else if (size_digits_ > 0 && c == ';') {
    at_ = At::kExtension;
  } else {
    state_ = State::kBad;
  }
}

void ChunkReader::BeginData() {
  if (left_ == 0) {
    at_ = At::kTrailerFirst;
  } else if (left_ > body_bytes_max_ - body_bytes_) {
    state_ = State::kTooLong;
  } else {
    body_bytes_ += static_cast<std::size_t>(left_);
    at_ = At::kData;
  }
}

void ChunkReader::StepTrailer(char c) {
  if (at_ == At::kTrailerFirst) {
    has_colon_ = false;
    if (c == '\r') {
      at_ = At::kLastLf;
      return;
    }
    // A folded line, or a field without a name.
    if (c == ' ' || c == '\t' || c == ':') state_ = State::kBad;
    at_ = At::kTrailer;
  }
  if (c != '\r') {
    has_colon_ |= c == ':';
    CountOverhead(c);
  } else if (has_colon_) {
    at_ = At::kTrailerLf;
  } else {
    state_ = State::kBad;
  }
}

void ChunkReader::Expect(char c, char wanted, At next) {
  if (c != wanted) state_ = State::kBad;
  at_ = next;
}

void ChunkReader::CountOverhead(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (overhead_bytes_left_ == 0 || (byte < 0x20 && c != '\t') || byte == 0x7f) {
    state_ = State::kBad;
    return;
  }
  --overhead_bytes_left_;
}

}  // namespace ganglion::serve::http
