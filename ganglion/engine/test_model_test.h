#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/engine/engine.h"
#include "ganglion/gguf/gguf.h"

// A little llama with random weights and a byte-level vocabulary, so that the tests of this room
// need no file. It writes printable ASCII and never ends of itself when asked greedily.
namespace ganglion::engine {

struct TestModelSpec {
  std::uint64_t seed = 1;
  std::uint32_t context = 512;
  bool has_template = true;
  std::string chat_template = {};          // in place of a plain one
  std::vector<std::string> controls = {};  // control tokens beside the plain ones
  bool has_merges = false;                 // a few tokens of several bytes: see kTestMerges
  bool add_bos = false;
};

// Keeps the bytes that the file is parsed from.
class TestModel {
 public:
  explicit TestModel(const TestModelSpec& spec = {});
  std::shared_ptr<const gguf::File> file() const { return file_; }
  std::unique_ptr<Engine> MakeEngine(const EngineOptions& options = {}) const;

 private:
  std::vector<std::byte> bytes_;
  std::shared_ptr<const gguf::File> file_;
};

api::GenerateRequest RawRequest(std::string prompt, std::int32_t tokens_max);
// Stops the test where the request is refused or its answer is an error.
api::Answer Ask(api::InferenceClient& client, api::GenerateRequest request);
// The error of a request that must fail, on Submit or later.
std::string ErrorOf(api::InferenceClient& client, api::GenerateRequest request);

}  // namespace ganglion::engine
