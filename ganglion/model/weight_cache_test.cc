#include "ganglion/model/weight_cache.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "ganglion/model/hash_index.h"
#include "ganglion/model/model.h"
#include "ganglion/model/sequence_test.h"
#include "ganglion/model/tiny_model_test.h"

namespace ganglion {
namespace {

namespace fs = std::filesystem;

// What the cache warned of; a plain function takes it, so it has no other place.
std::vector<std::string>& Warnings() {
  static std::vector<std::string> warnings;
  return warnings;
}

class WeightCacheTest : public ::testing::Test {
 protected:
  WeightCacheTest()
      : root_(::testing::TempDir() + "ganglion_weight_cache_test_" + std::to_string(::getpid())),
        directory_(root_ + "/cache") {
    fs::create_directories(root_);
    Warnings().clear();
  }
  ~WeightCacheTest() override { fs::remove_all(root_); }

  // Writes a model of random weights, and waits until its times are settled.
  std::string Write(const std::string& name, TinySpec spec = {}) {
    testing::SeededRng rng;
    const TinyModel tiny(spec, rng);
    const std::string path = root_ + "/" + name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(tiny.bytes().data()),
               static_cast<std::streamsize>(tiny.bytes().size()));
    Settle();
    return path;
  }

  static void Settle() { std::this_thread::sleep_for(std::chrono::milliseconds(60)); }

  // The logits of a few tokens.
  std::vector<float> Logits(const std::string& path) {
    auto file = gguf::File::Open(path);
    EXPECT_TRUE(file.ok());
    auto model = Model::Load(*file, {.threads = 2, .weight_cache = options_});
    EXPECT_TRUE(model.ok()) << model.error().message();
    Sequence sequence(*std::move(model), KvType::kF32, 32);
    const std::vector<TokenId> tokens = {TokenId{1}, TokenId{5}, TokenId{9}};
    return sequence.Feed(tokens, 0);
  }
  std::vector<float> LogitsWithoutCache(const std::string& path) {
    const std::string directory = std::exchange(options_.directory, "");
    std::vector<float> logits = Logits(path);
    options_.directory = directory;
    return logits;
  }

  std::vector<fs::path> Files(const std::string& extension) const {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory_, error)) {
      if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    return files;
  }
  // The only cache file.
  fs::path Cached() const {
    const auto files = Files(".weights");
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? fs::path() : files[0];
  }
  static sys::FileStamp StampOfFile(const fs::path& path) {
    return *sys::File::OpenForReading(path)->Stamp();
  }
  static void FlipByte(const fs::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const int old = file.get();
    file.seekp(at);
    file.put(static_cast<char>(old ^ 0x11));
  }

  const std::string root_;
  const std::string directory_;
  WeightCacheOptions options_ = {
      .directory = directory_, .model_bytes_min = 0, .warn = [](std::string_view message) {
        Warnings().emplace_back(message);
      }};
};

TEST_F(WeightCacheTest, TheSecondLoadReadsWhatTheFirstWroteAndComputesTheSame) {
  for (const auto type : {gguf::TensorType::kQ8_0, gguf::TensorType::kF16}) {
    const std::string path = Write("model.gguf", {.type = type, .vocab = 1000});
    const std::vector<float> plain = LogitsWithoutCache(path);
    EXPECT_EQ(Logits(path), plain);
    const sys::FileStamp first = StampOfFile(Cached());
    EXPECT_EQ(Logits(path), plain);
    EXPECT_EQ(StampOfFile(Cached()), first) << "not written again";
    EXPECT_EQ(ReadIndex(directory_).size(), 2u) << "of the model and of its weights";
    EXPECT_TRUE(Files(".part").empty());
    EXPECT_TRUE(Warnings().empty());
    fs::remove_all(directory_);
  }
}

TEST_F(WeightCacheTest, AChangedModelNeverMeetsOldWeights) {
  const std::string path = Write("model.gguf");
  const std::vector<float> old = Logits(path);
  const auto size = static_cast<std::streamoff>(fs::file_size(path));
  FlipByte(path, size - 4098);  // high in a number of a matrix
  const std::vector<float> changed = Logits(path);
  EXPECT_NE(changed, old);
  EXPECT_EQ(changed, LogitsWithoutCache(path));
  EXPECT_EQ(Files(".weights").size(), 2u);
  // The same size and times: only the hash, or the inode's own time, can tell.
  const auto written = fs::last_write_time(path);
  FlipByte(path, size - 4098);
  fs::last_write_time(path, written);
  EXPECT_EQ(Logits(path), old);
}

TEST_F(WeightCacheTest, OneModelUnderTwoNamesHasOneFile) {
  const std::string path = Write("model.gguf");
  fs::copy_file(path, root_ + "/copy.gguf");
  EXPECT_EQ(Logits(path), Logits(root_ + "/copy.gguf"));
  EXPECT_EQ(Files(".weights").size(), 1u);
}

TEST_F(WeightCacheTest, ADamagedFileIsIgnoredWithAWarningAndMadeAnew) {
  const std::string path = Write("model.gguf");
  const std::vector<float> want = Logits(path);
  const auto size = static_cast<std::streamoff>(fs::file_size(Cached()));
  const std::streamoff header = 20;
  const std::streamoff payload = 64 << 10;
  for (const std::streamoff at : {header, payload + 100, size - 3}) {
    Settle();
    FlipByte(Cached(), at);
    EXPECT_EQ(Logits(path), want) << at;
    EXPECT_EQ(Warnings().size(), 1u) << at;
    Warnings().clear();
    EXPECT_EQ(Logits(path), want);
    EXPECT_TRUE(Warnings().empty()) << "the new one is whole";
  }
  for (const std::streamoff length : {std::streamoff{0}, std::streamoff{50}, size / 2}) {
    fs::resize_file(Cached(), static_cast<std::uintmax_t>(length));
    EXPECT_EQ(Logits(path), want) << length;
    EXPECT_EQ(Warnings().size(), 1u) << length;
    Warnings().clear();
  }
}

TEST_F(WeightCacheTest, AForeignFileUnderTheNameIsNotBelieved) {
  const std::string one = Write("one.gguf");
  (void)Logits(one);
  const fs::path first = Cached();
  const std::string two = Write("two.gguf", {.type = gguf::TensorType::kQ8_0});
  const std::vector<float> want = LogitsWithoutCache(two);
  (void)Logits(two);
  for (const fs::path& file : Files(".weights")) {
    if (file != first) fs::copy_file(first, file, fs::copy_options::overwrite_existing);
  }
  EXPECT_EQ(Logits(two), want);
  EXPECT_EQ(Warnings().size(), 1u);
}

TEST_F(WeightCacheTest, ADamagedIndexCostsOnlyTime) {
  const std::string path = Write("model.gguf");
  const std::vector<float> want = Logits(path);
  std::ofstream(directory_ + "/index") << "nonsense\n\n model 1 2 3";
  EXPECT_EQ(Logits(path), want);
  EXPECT_EQ(ReadIndex(directory_).size(), 2u);
}

TEST_F(WeightCacheTest, WhereNothingCanBeWrittenTheModelLoadsNoneTheLess) {
  const std::string path = Write("model.gguf");
  std::ofstream(root_ + "/file") << "not a directory";
  options_.directory = root_ + "/file/cache";
  EXPECT_FALSE(Logits(path).empty());
  EXPECT_TRUE(Warnings().empty());
  options_.directory = directory_;
  options_.bytes_max = 1000;
  EXPECT_FALSE(Logits(path).empty());
  EXPECT_EQ(Warnings().size(), 1u) << "larger than the whole cache may be";
  options_.model_bytes_min = 1 << 30;
  EXPECT_FALSE(Logits(path).empty());
  EXPECT_TRUE(Files(".weights").empty());
}

TEST_F(WeightCacheTest, TheLeastRecentlyUsedMakesRoom) {
  std::vector<std::string> paths;
  for (const std::size_t vocab : {1000u, 1001u, 1002u}) {
    paths.push_back(Write(std::to_string(vocab), {.vocab = vocab}));
  }
  (void)Logits(paths[0]);
  const fs::path first = Cached();
  (void)Logits(paths[1]);
  HashRecord used;
  for (const HashRecord& record : ReadIndex(directory_)) {
    if (record.stamp == StampOfFile(first)) used = record;
  }
  ASSERT_GT(used.used, 0);
  used.used += TimeNs{1} << 50;  // used again later than the second
  ASSERT_TRUE(WriteRecord(directory_, used).ok());
  options_.bytes_max = 2 * fs::file_size(first);  // a third has no room
  (void)Logits(paths[2]);
  EXPECT_EQ(Files(".weights").size(), 2u);
  EXPECT_TRUE(fs::exists(first));
}

TEST_F(WeightCacheTest, WhileAnotherWritesTheFileThereIsNoCache) {
  const std::string path = Write("model.gguf");
  const std::vector<float> want = Logits(path);
  const std::string name = Cached();
  fs::remove(name);
  const std::string part = name.substr(0, name.rfind('.')) + ".part";
  const auto held = sys::File::OpenOrCreate(part);
  ASSERT_TRUE(held.ok() && held->TryLock());
  EXPECT_EQ(Logits(path), want);
  EXPECT_TRUE(Files(".weights").empty());
  EXPECT_TRUE(fs::exists(part)) << "it is the other's";
}

}  // namespace
}  // namespace ganglion
