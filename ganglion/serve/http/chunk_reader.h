#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ganglion::serve::http {

// Reads a body in chunks (RFC 9112, section 7.1) byte by byte, so that it does not matter how the
// network cuts it. Ours, because Beast 1.81 takes "0x3" for a size and can run into an assertion.
// Extensions are skipped, and so are trailers: nobody has checked what they say.
class ChunkReader {
 public:
  enum class State : std::uint8_t { kMore, kDone, kBad, kTooLong };

  // `overhead_bytes_max` bounds extensions and trailers together.
  ChunkReader(std::size_t body_bytes_max, std::size_t overhead_bytes_max)
      : body_bytes_max_(body_bytes_max), overhead_bytes_left_(overhead_bytes_max) {}

  // Takes bytes until there are no more, or the body is done or bad; appends to `body`.
  std::size_t Feed(std::string_view bytes, std::string& body);
  State state() const { return state_; }

 private:
  // What the next byte is; kSizeFirst and kTrailerFirst are those with which a line begins.
  enum class At : std::uint8_t {
    kSizeFirst,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerFirst,
    kTrailer,
    kTrailerLf,
    kLastLf,
  };

  void Step(char c);
  void StepSize(char c);
  void StepTrailer(char c);
  // Where a chunk's size is known.
  void BeginData();
  void Expect(char c, char wanted, At next);
  void CountOverhead(char c);

  const std::size_t body_bytes_max_;
  std::size_t overhead_bytes_left_;
  State state_ = State::kMore;
  At at_ = At::kSizeFirst;
  int size_digits_ = 0;
  std::uint64_t left_ = 0;  // of the chunk
  std::size_t body_bytes_ = 0;
  bool has_colon_ = false;  // in this line of the trailer
};

}  // namespace ganglion::serve::http
