#include "ganglion/engine/text_stream.h"

#include <algorithm>
#include <utility>

namespace ganglion::engine {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Character {
  std::size_t bytes = 0;  // of the text that it takes up; 0: it is not all there yet
  bool valid = true;
};

// The limits of the second byte keep out overlong forms, surrogates and what is above U+10FFFF.
Character FirstCharacter(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = 0x80, high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size()) return {0, true};
    if (byte(i) < low || byte(i) > high) return {1, false};
    low = 0x80;
    high = 0xBF;
  }
  return {size, true};
}

// Length of the longest end of `text` that is a beginning of `stop`, but not all of it.
std::size_t Overlap(std::string_view text, std::string_view stop) {
  for (std::size_t size = std::min(text.size(), stop.size() - 1); size > 0; --size) {
    if (text.ends_with(stop.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace

void TextStream::Start(std::vector<std::string> stops) {
  stops_ = std::move(stops);
  raw_.clear();
  held_.clear();
  ready_.clear();
  stopped_ = false;
}

// Moves what is whole from raw_ to held_.
void TextStream::Decode(bool is_end) {
  std::string_view rest = raw_;
  while (!rest.empty()) {
    Character character = FirstCharacter(rest);
    if (character.bytes == 0) {
      if (!is_end) break;
      character = {1, false};
    }
    held_ += character.valid ? rest.substr(0, character.bytes) : kReplacement;
    rest.remove_prefix(character.bytes);
  }
  raw_.erase(0, raw_.size() - rest.size());
}

std::string_view TextStream::Append(std::string_view bytes) {
  ready_.clear();
  if (stopped_) return ready_;
  raw_ += bytes;
  Decode(false);
  // Of several stops in one piece, the one that was whole first counts, and of those that were
  // whole together the longest: so it does not matter how the text is cut into pieces.
  std::size_t begin = std::string::npos, end = std::string::npos;
  std::size_t kept = 0;
  for (const std::string& stop : stops_) {
    const std::size_t at = held_.find(stop);
    if (at != std::string::npos) {
      const std::size_t after = at + stop.size();
      if (after < end || (after == end && at < begin)) {
        begin = at;
        end = after;
      }
    }
    kept = std::max(kept, Overlap(held_, stop));
  }
  stopped_ = begin != std::string::npos;
  ready_.assign(held_, 0, stopped_ ? begin : held_.size() - kept);
  held_.erase(0, ready_.size());
  return ready_;
}

std::string_view TextStream::Finish() {
  ready_.clear();
  if (stopped_) return ready_;
  Decode(true);
  ready_ = std::exchange(held_, {});
  return ready_;
}

}  // namespace ganglion::engine
