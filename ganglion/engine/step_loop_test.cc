#include "ganglion/engine/step_loop.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/engine/test_model_test.h"
#include "ganglion/engine/text_stream.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::engine {
namespace {

using Json = nlohmann::json;

class Recorder final : public api::EventSink {
 public:
  explicit Recorder(std::size_t bytes) { text.reserve(bytes); }
  void OnText(std::string_view piece) override { text += piece; }
  void OnDone(api::FinishReason why, const api::Usage& used, const Status& status) override {
    reason = why;
    usage = used;
    code = status.code();
  }
  std::string text;
  api::FinishReason reason = api::FinishReason::kError;
  api::Usage usage;
  Code code = Code::kOk;
};

std::unique_ptr<Job> GreedyJob(std::vector<TokenId> prompt, std::int32_t tokens_max,
                               std::shared_ptr<Recorder> sink) {
  auto job = std::make_unique<Job>();
  job->prompt = std::move(prompt);
  job->tokens_max = tokens_max;
  job->sink = std::move(sink);
  return job;
}

void Finish(StepLoop& loop) {
  while (loop.busy()) {
    loop.Step();
    loop.Deliver();
    loop.scheduler().CheckInvariants();
  }
  loop.Deliver();
}

TEST(StepLoop, AWarmStepAllocatesNothing) {
  const TestModel model;
  const EngineOptions options = {.threads = 1};
  auto loaded = LoadModel(model.file(), options);
  ASSERT_TRUE(loaded.ok());
  auto loop = StepLoop::Create(*loaded, options);
  ASSERT_TRUE(loop.ok());
  const auto sink = std::make_shared<Recorder>(4096);
  (*loop)->Add(GreedyJob({TokenId{65}, TokenId{66}}, 100, sink));
  for (int i = 0; i < 10; ++i) (*loop)->Step();
  const std::size_t before = testing::AllocationCount();
  for (int i = 0; i < 80; ++i) (*loop)->Step();
  EXPECT_EQ(testing::AllocationCount(), before);
  Finish(**loop);
  EXPECT_EQ(sink->usage.generated_tokens, 100);
}

// A loop whose keys and values lie in a file but for three pages.
class Spilling {
 public:
  Spilling() {
    EngineOptions options = {
        .threads = 1, .context_tokens = 512, .prefill_chunk = 10, .running_max = 1};
    auto loaded = LoadModel(model_.file(), options);
    EXPECT_TRUE(loaded.ok());
    loaded_ = std::make_unique<LoadedModel>(*std::move(loaded));
    plain_ = *StepLoop::Create(*loaded_, options);
    options.kv_memory_bytes = 3 * PageBytes(loaded_->model->kv_shape(), options.kv_type);
    options.kv_spill_directory = ::testing::TempDir();
    auto spilling = StepLoop::Create(*loaded_, options);
    EXPECT_TRUE(spilling.ok()) << spilling.error().message();
    spilling_ = *std::move(spilling);
  }

  StepLoop& plain() { return *plain_; }
  StepLoop& spilling() { return *spilling_; }

  static std::shared_ptr<Recorder> Answer(StepLoop& loop, const std::vector<TokenId>& prompt) {
    const auto sink = std::make_shared<Recorder>(4096);
    loop.Add(GreedyJob(prompt, 150, sink));
    Finish(loop);
    return sink;
  }

  // Changes every byte of the file, by way of the process's table of open files: it has no name.
  static void Spoil() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
      if (target.find("ganglion-spill") == std::string::npos) continue;
      std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      file << std::string(std::filesystem::file_size(entry.path()), 'x');
      EXPECT_TRUE(file.good());
    }
  }

 private:
  const TestModel model_;
  std::unique_ptr<LoadedModel> loaded_;
  std::unique_ptr<StepLoop> plain_;
  std::unique_ptr<StepLoop> spilling_;
};

std::vector<TokenId> Letters(std::size_t count, std::int32_t last) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < count; ++i) {
    tokens.push_back(TokenId{65 + static_cast<std::int32_t>(i * i % 26)});
  }
  tokens.push_back(TokenId{last});
  return tokens;
}

TEST(StepLoop, ASmallMemoryForKeysAndValuesChangesNoAnswer) {
  Spilling test;
  for (const std::size_t length : {250, 260, 40, 250}) {
    const auto prompt = Letters(length, 97);
    const auto want = Spilling::Answer(test.plain(), prompt);
    const auto got = Spilling::Answer(test.spilling(), prompt);
    EXPECT_EQ(got->text, want->text);
    EXPECT_EQ(got->usage.generated_tokens, want->usage.generated_tokens);
    EXPECT_EQ(got->usage.prompt_tokens_cached, want->usage.prompt_tokens_cached);
    EXPECT_EQ(got->code, Code::kOk);
  }
}

TEST(StepLoop, ASpoiledFileEndsOneAnswerAndNotTheNext) {
  Spilling test;
  const auto prompt = Letters(250, 97);
  const auto want = Spilling::Answer(test.plain(), prompt);
  const auto sink = std::make_shared<Recorder>(4096);
  test.spilling().Add(GreedyJob(prompt, 150, sink));
  for (int i = 0; i < 30; ++i) test.spilling().Step();
  ASSERT_TRUE(test.spilling().busy());
  Spilling::Spoil();
  Finish(test.spilling());
  EXPECT_EQ(sink->reason, api::FinishReason::kError);
  EXPECT_EQ(sink->code, Code::kDataLoss);
  const auto again = Spilling::Answer(test.spilling(), prompt);
  EXPECT_EQ(again->text, want->text);
  EXPECT_EQ(again->code, Code::kOk);
}

// What the tokens look like as an answer, up to the first that ends one.
std::string AnswerText(const LoadedModel& loaded, const std::vector<TokenId>& tokens,
                       std::int32_t& count) {
  TextStream stream;
  stream.Start({});
  std::string text;
  count = 0;
  for (const TokenId token : tokens) {
    if (loaded.tokenizer->IsEndOfGeneration(token)) break;
    text += stream.Append(loaded.tokenizer->Piece(token));
    ++count;
  }
  return text + std::string(stream.Finish());
}

std::vector<TokenId> TokensOf(const Json& ids) {
  std::vector<TokenId> tokens;
  for (const auto& id : ids) tokens.push_back(TokenId{id.get<std::int32_t>()});
  return tokens;
}

Json ReadJson(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return Json::parse(text);
}

TEST(StepLoop, GoldenModelsContinueAsTheReferenceDoes) {
  const auto folder = testing::SharedData("golden");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  const Json greedy = ReadJson(*folder + "/greedy.json");
  const Json lists = ReadJson(*folder + "/tokens.json");
  int checked = 0;
  for (const auto& [name, golden] : greedy.items()) {
    auto file = gguf::File::Open(*folder + "/models/" + name + ".gguf");
    ASSERT_TRUE(file.ok()) << name;
    for (const KvType type : {KvType::kF32, KvType::kF16}) {
      const EngineOptions options = {.threads = 2, .kv_type = type, .prefill_chunk = 10};
      auto loaded = LoadModel(*file, options);
      if (!loaded.ok() && loaded.error().code() == Code::kUnimplemented) break;
      ASSERT_TRUE(loaded.ok()) << name << ": " << loaded.error().message();
      auto loop = StepLoop::Create(*loaded, options);
      ASSERT_TRUE(loop.ok());
      const auto sink = std::make_shared<Recorder>(4096);
      const std::string list = name.substr(0, name.find('-'));
      (*loop)->Add(GreedyJob(TokensOf(lists.at(list).at("33")), 32, sink));
      Finish(**loop);
      std::int32_t count = 0;
      EXPECT_EQ(sink->text, AnswerText(*loaded, TokensOf(golden.at("tokens")), count)) << name;
      EXPECT_EQ(sink->usage.generated_tokens, count) << name;
      ++checked;
    }
  }
  EXPECT_GE(checked, 12);
  std::printf("%d greedy continuations agree\n", checked);
}

}  // namespace
}  // namespace ganglion::engine
