#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ganglion/engine/options.h"
#include "ganglion/gguf/gguf.h"

// A little bert with random weights and a vocabulary of letters, so that the tests of this room
// need no file.
namespace ganglion::engine {

struct TestEncoderSpec {
  std::uint64_t seed = 1;
  std::uint32_t context = 24;
  std::uint32_t pooling = 1;               // pooling_type
  bool broken = false;                     // a weight is no number
  const gguf::File* vocabulary = nullptr;  // in place of letters: its tokenizer
};

// Keeps the bytes that the file is parsed from.
class TestEncoder {
 public:
  explicit TestEncoder(const TestEncoderSpec& spec = {});
  const std::vector<std::byte>& bytes() const { return bytes_; }
  std::shared_ptr<const gguf::File> file() const { return file_; }

 private:
  std::vector<std::byte> bytes_;
  std::shared_ptr<const gguf::File> file_;
};

}  // namespace ganglion::engine
