#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/testing/seed.h"

// Published models of a few kilobytes, made by the tests: random weights under the names that the
// models' own code gives them.
namespace ganglion::convert {

struct TinyTensor {
  std::vector<std::uint64_t> shape;  // slowest-varying first
  std::vector<float> values;
};

// Copied, never moved: JSON values promise more of a move than they keep.
struct TinyModel {
  TinyModel() = default;
  TinyModel(const TinyModel&) = default;

  nlohmann::json config;
  nlohmann::json tokenizer;
  nlohmann::json tokenizer_config;
  std::map<std::string, TinyTensor> tensors;
};

constexpr std::uint64_t kTinyLayers = 2;
constexpr std::uint64_t kTinyWidth = 64;
constexpr std::uint64_t kTinyHeads = 4;
constexpr std::uint64_t kTinyKvHeads = 2;
constexpr std::uint64_t kTinyHeadDim = 16;
constexpr std::uint64_t kTinyFfn = 96;
constexpr std::uint64_t kTinyExperts = 4;
constexpr std::uint64_t kTinyExpertFfn = 32;
constexpr std::uint64_t kTinySharedFfn = 64;
constexpr std::uint64_t kTinyTokens = 300;

// All that this build knows.
std::vector<std::string> PublishedNames();

// Weights have a variance of one over their row; norms lie around 1 (around 0 where the model adds
// the 1).
TinyModel MakeTinyModel(const std::string& published, testing::SeededRng& rng);

// A BertModel, which is no decoder and stands apart from those above, with a WordPiece vocabulary.
TinyModel MakeTinyBert(testing::SeededRng& rng);
constexpr std::uint64_t kTinyPositions = 24;

// tokenizer.json of a byte-level vocabulary of Qwen's kind, and of a SentencePiece one.
nlohmann::json ByteLevelTokenizer();
nlohmann::json SentencePieceTokenizer();
// [PAD] [UNK] [CLS] [SEP] [MASK], then a to z as words, and as ends of words.
nlohmann::json WordPieceTokenizer();

// A folder that is gone with the object.
class TempFolder {
 public:
  explicit TempFolder(const std::string& name);
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  void Put(const std::string& name, const std::string& bytes) const;
  void Put(const TinyModel& model, const std::string& dtype = "F32") const;

 private:
  const std::string path_;
};

// The bytes of a safetensors file. `dtype` is F32, F16 or BF16.
std::string SafetensorsBytes(const std::map<std::string, TinyTensor>& tensors,
                             const std::string& dtype);

}  // namespace ganglion::convert
