#include "ganglion/quantize/quantize_model.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/gguf/quantize.h"
#include "ganglion/quantize/fake_source.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::quantize {
namespace {

using enum gguf::TensorType;
using ::testing::HasSubstr;

std::string TextOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

class QuantizeModelTest : public ::testing::Test {
 protected:
  QuantizeModelTest() {
    source_.Set("general.architecture", std::string("llama"));
    source_.Set("general.alignment", std::uint32_t{64});
    source_.Set("general.file_type", std::uint32_t{0});
    source_.Set("llama.block_count", std::uint32_t{1});
    source_.Add("output_norm.weight", {512}, kBF16);
    source_.Add("token_embd.weight", {512, 700}, kBF16);
    source_.Add("blk.0.attn_v.weight", {512, 1000}, kF16);
    source_.Add("blk.0.ffn_gate_exps.weight", {256, 30, 8});
  }
  ~QuantizeModelTest() override { std::filesystem::remove(path_); }

  Status Run(const Options& options, std::uint32_t threads = 1) {
    sys::ThreadPool pool(threads);
    reports_.clear();
    return QuantizeModel(source_, path_, options, pool,
                         [this](const TensorReport& report) { reports_.push_back(report); });
  }

  FakeSource source_;
  const std::string path_ = ::testing::TempDir() + "ganglion_quantize_model.gguf";
  std::vector<TensorReport> reports_;
};

TEST_F(QuantizeModelTest, WritesTheModelInTheTypesOfTheMix) {
  const Status status = Run({.mix = MixNamed("Q4_K_M")});
  ASSERT_TRUE(status.ok()) << status.message();
  const auto opened = gguf::File::Open(path_);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  const gguf::File& file = **opened;
  EXPECT_EQ(*file.Int("general.file_type"), 15);
  EXPECT_EQ(*file.Int("general.quantization_version"), 2);
  EXPECT_EQ(*file.Int("llama.block_count"), 1);
  EXPECT_EQ(file.alignment(), 32u) << "the writer's own";
  const gguf::TensorType types[] = {kF32, kQ6_K, kQ6_K, kQ4_K};
  const double errors[] = {0.0, 0.02, 0.02, 0.08};
  ASSERT_EQ(reports_.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    SCOPED_TRACE(reports_[i].name);
    const gguf::Tensor& tensor = file.tensors()[i];
    EXPECT_EQ(tensor.type, types[i]);
    EXPECT_EQ(tensor.data.size(), reports_[i].bytes_after);
    std::vector<float> values(tensor.elements());
    gguf::Dequantize(tensor.type, tensor.data, values);
    double squares = 0.0;
    double differences = 0.0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const float want = FakeSource::ValueAt(i, k);
      squares += static_cast<double>(want) * static_cast<double>(want);
      differences += std::pow(static_cast<double>(values[k] - want), 2.0);
    }
    EXPECT_LE(std::sqrt(differences / squares), errors[i]);
    EXPECT_NEAR(reports_[i].relative_error, std::sqrt(differences / squares), 1e-6);
  }
  EXPECT_EQ(reports_[1].from, kBF16);
  EXPECT_EQ(reports_[1].bytes_before, 512u * 700 * 2);
}

TEST_F(QuantizeModelTest, ThreadsDoNotChangeTheBytes) {
  ASSERT_TRUE(Run({.mix = MixNamed("Q5_1")}, 1).ok());
  const std::string one = TextOf(path_);
  const double error = reports_[2].relative_error;
  ASSERT_TRUE(Run({.mix = MixNamed("Q5_1")}, 3).ok());
  EXPECT_EQ(TextOf(path_), one);
  EXPECT_EQ(reports_[2].relative_error, error);
}

std::vector<std::byte> ImportanceFile(const std::string& name, std::size_t columns,
                                      std::size_t matrices) {
  gguf::Writer writer;
  std::vector<float> sums(columns * matrices, 0.01f);
  for (std::size_t m = 0; m < matrices; ++m) {
    for (std::size_t i = m; i < columns; i += 16) sums[m * columns + i] = 10.0f;
  }
  const std::vector<float> counts(matrices, 1.0f);
  const auto add = [&writer](const std::string& tensor, std::vector<std::uint64_t> dims,
                             const std::vector<float>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    EXPECT_TRUE(writer.AddTensor(tensor, kF32, std::move(dims), {bytes.begin(), bytes.end()}).ok());
  };
  add(name + ".in_sum2", {columns, matrices}, sums);
  add(name + ".counts", {1, matrices}, counts);
  return writer.Serialize();
}

// Expert m finds its columns m, m + 16, ... important: there its error is smaller than that of
// others.
TEST_F(QuantizeModelTest, EachExpertHasItsImportances) {
  const auto importance = Importance::Parse(ImportanceFile("blk.0.ffn_gate_exps.weight", 256, 8));
  ASSERT_TRUE(importance.ok());
  ASSERT_TRUE(
      Run({.mix = MixNamed("Q4_0"), .importance = &*importance, .importance_name = "i"}).ok());
  EXPECT_TRUE(reports_[3].weighed);
  EXPECT_FALSE(reports_[2].weighed);
  const auto file = gguf::File::Open(path_);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*(*file)->String("quantize.imatrix.file"), "i");
  const gguf::Tensor& tensor = (*file)->tensors()[3];
  std::vector<float> values(tensor.elements());
  gguf::Dequantize(tensor.type, tensor.data, values);
  for (std::size_t m = 0; m < 8; ++m) {
    double errors[2] = {0.0, 0.0};  // of the columns that matter, and of their neighbours
    constexpr std::size_t kExpert = std::size_t{30} * 256;
    for (std::size_t k = kExpert * m; k < kExpert * (m + 1); ++k) {
      const double error = static_cast<double>(values[k] - FakeSource::ValueAt(3, k));
      if (k % 16 == m) errors[0] += error * error;
      if (k % 16 == m + 8) errors[1] += error * error;
    }
    EXPECT_LT(errors[0], errors[1] * 0.5) << m;
  }
}

TEST_F(QuantizeModelTest, RefusesWhatItShouldNotDo) {
  std::ofstream(path_) << "old";
  const auto other = Importance::Parse(ImportanceFile("blk.0.attn_v.weight", 256, 1));
  ASSERT_TRUE(other.ok());
  const Status wrong = Run({.mix = MixNamed("Q4_0"), .importance = &*other});
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("it is of another model"));
  source_.Add("blk.0.attn_q.weight", {256, 4}, kQ8_0);
  EXPECT_THAT(std::string(Run({.mix = MixNamed("Q4_0")}).message()), HasSubstr("--requantize"));
  EXPECT_EQ(TextOf(path_), "old");
  EXPECT_TRUE(Run({.mix = MixNamed("Q4_0"), .requantize = true}).ok());
}

TEST_F(QuantizeModelTest, ABadValueIsNamedAndLeavesTheOldFile) {
  std::ofstream(path_) << "old";
  source_.bad_tensor = 2;
  const Status status = Run({.mix = MixNamed("Q4_K_M")}, 2);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("tensor \"blk.0.attn_v.weight\" from row 0: value 1000 is nan"));
  EXPECT_EQ(TextOf(path_), "old");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
}

// Another program's files and ours are of the same size, and ours lose no more.
TEST_F(QuantizeModelTest, GoldenModelsComeOutOfTheSameSize) {
  const auto folder = testing::SharedData("golden/models");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  auto golden = gguf::File::Open(*folder + "/mixtral-F32.gguf");
  ASSERT_TRUE(golden.ok());
  const auto source = gguf::SourceOf(*golden);
  sys::ThreadPool pool(2);
  ASSERT_TRUE(
      QuantizeModel(*source, path_, {.mix = MixNamed("Q4_K_M")}, pool, [](const auto&) {}).ok());
  EXPECT_EQ(std::filesystem::file_size(path_),
            std::filesystem::file_size(*folder + "/mixtral-Q4_K_M.gguf"));
}

}  // namespace
}  // namespace ganglion::quantize
