#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/gguf/gguf.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/model/model.h"
#include "ganglion/model/sequence_test.h"
#include "ganglion/testing/shared_data.h"

// The golden models beside the checkout: llama.cpp's logits for small models of each family and
// type, with the error that each may have. Their README says how they were made.
namespace ganglion {
namespace {

constexpr std::uint32_t kChunk = 512;
constexpr double kFloatBound = 1e-5;  // our own, tighter than the file's, for F32 with an F32 cache

nlohmann::json ReadJson(const std::string& path) {
  std::ifstream stream(path);
  return nlohmann::json::parse(stream);
}

std::vector<float> ReadFloats(const std::string& path) {
  std::vector<float> values(std::filesystem::file_size(path) / sizeof(float));
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

std::vector<TokenId> Tokens(const nlohmann::json& ids) {
  std::vector<TokenId> tokens;
  for (const auto& id : ids) tokens.push_back(TokenId{id.get<std::int32_t>()});
  return tokens;
}

// Lists from 200 tokens on are stored as each 16th row and the last.
bool IsStored(std::size_t position, std::size_t count) {
  return count < 200 || position % 16 == 15 || position + 1 == count;
}

struct Instance {
  std::string file;  // "llama-Q8_0"
  std::string isa;
};

class GoldenTest : public ::testing::TestWithParam<Instance> {
 protected:
  void SetUp() override {
    const auto folder = testing::SharedData("golden");
    if (!folder) GTEST_SKIP() << "no golden models beside this checkout";
    if (kernels::FindKernels(GetParam().isa.c_str()) == nullptr) GTEST_SKIP() << "not on this CPU";
    folder_ = *folder + "/";
  }

  Sequence Open(KvType kv, std::size_t tokens) {
    auto file = gguf::File::Open(folder_ + "models/" + GetParam().file + ".gguf");
    EXPECT_TRUE(file.ok()) << file.error().message();
    auto model = Model::Load(*std::move(file), {.threads = 2, .isa = GetParam().isa});
    EXPECT_TRUE(model.ok()) << model.error().message();
    return Sequence(*std::move(model), kv, static_cast<std::uint32_t>(tokens));
  }

  double ErrorOf(const std::vector<TokenId>& tokens, KvType kv) {
    const std::vector<float> want = ReadFloats(folder_ + "logits/" + GetParam().file + "-n" +
                                               std::to_string(tokens.size()) + ".f32");
    Sequence sequence = Open(kv, tokens.size());
    const std::vector<float> got = sequence.FeedInChunks(tokens, kChunk);
    const std::size_t vocab = got.size() / tokens.size();
    double difference = 0.0, size = 0.0;
    std::size_t at = 0;
    for (std::size_t position = 0; position < tokens.size(); ++position) {
      if (!IsStored(position, tokens.size())) continue;
      for (std::size_t i = 0; i < vocab; ++i, ++at) {
        const double d = double{got[position * vocab + i]} - want.at(at);
        difference += d * d;
        size += double{want[at]} * want[at];
      }
    }
    EXPECT_EQ(at, want.size());
    return std::sqrt(difference / size);
  }

  std::string folder_;
};

std::string ModelName(const std::string& file) { return file.substr(0, file.rfind('-')); }

TEST_P(GoldenTest, LogitsAreWithinTheBoundOfTheFile) {
  const auto lists = ReadJson(folder_ + "tokens.json")[ModelName(GetParam().file)];
  const auto bounds = ReadJson(folder_ + "bounds.json")[GetParam().file];
  const bool f32 = GetParam().file.ends_with("-F32");
  for (const auto& [length, ids] : lists.items()) {
    // Plain C++ is slow, and its sums are no different in the long lists.
    if (GetParam().isa == "scalar" && ids.size() > 7) continue;
    const double error = ErrorOf(Tokens(ids), KvType::kF32);
    const double error_half = ErrorOf(Tokens(ids), KvType::kF16);
    EXPECT_LT(error, f32 ? kFloatBound : bounds["bound"].get<double>()) << length << " tokens";
    EXPECT_LT(error_half, bounds["bound_f16_kv"].get<double>()) << length << " tokens";
    if (!f32 || ids.size() != 33) continue;
    // Measured: at most 3.0e-3 and 1.1e-2.
    EXPECT_LT(ErrorOf(Tokens(ids), KvType::kBF16), 4.5e-3);
    EXPECT_LT(ErrorOf(Tokens(ids), KvType::kQ8_0), 1.7e-2);
  }
}

TEST_P(GoldenTest, GreedyContinuationIsTheSame) {
  const auto all = ReadJson(folder_ + "greedy.json");
  if (!all.contains(GetParam().file)) return;  // there is one for the F32 and Q8_0 files
  const auto& greedy = all[GetParam().file];
  const auto want = Tokens(greedy["tokens"]);
  const auto lists = ReadJson(folder_ + "tokens.json")[ModelName(GetParam().file)];
  const auto prompt = Tokens(lists[std::to_string(greedy["prompt_list"].get<int>())]);
  for (const KvType kv : {KvType::kF32, KvType::kF16}) {
    Sequence sequence = Open(kv, prompt.size() + want.size());
    std::vector<TokenId> got;
    std::vector<float> logits = sequence.Feed(prompt, 0);
    while (got.size() < want.size()) {
      const auto row = logits.end() - sequence.model().config().vocab_size;
      got.push_back(TokenId{static_cast<std::int32_t>(std::max_element(row, logits.end()) - row)});
      logits = sequence.Feed({&got.back(), 1},
                             static_cast<std::uint32_t>(prompt.size() + got.size() - 1));
    }
    EXPECT_EQ(got, want);
  }
}

std::vector<Instance> Instances() {
  std::vector<std::string> files;
  for (const std::string model :
       {"gemma2-", "llama3-", "mistral-", "mixtral-", "phi3-", "qwen3-", "qwen3moe-"}) {
    for (const char* const type : {"F32", "Q8_0", "Q4_K_M"}) files.push_back(model + type);
  }
  for (const std::string model : {"llama-", "qwen2-"}) {
    for (const char* const type :
         {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K_M", "Q4_K_M",
          "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"}) {
      files.push_back(model + type);
    }
  }
  std::vector<Instance> instances;
  for (const char* const isa : {"scalar", "avx2", "avx512", "amx"}) {
    for (const std::string& file : files) instances.push_back({file, isa});
  }
  return instances;
}

INSTANTIATE_TEST_SUITE_P(EveryFile, GoldenTest, ::testing::ValuesIn(Instances()),
                         [](const auto& test) {
                           std::string name = test.param.file + "_" + test.param.isa;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ganglion
