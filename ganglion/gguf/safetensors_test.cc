#include "ganglion/gguf/safetensors.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::gguf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::byte> Container(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::vector<std::byte> bytes(sizeof length + header.size() + data_bytes);
  std::memcpy(bytes.data(), &length, sizeof length);
  std::memcpy(bytes.data() + sizeof length, header.data(), header.size());
  for (std::size_t i = 0; i < data_bytes; ++i) {
    bytes[sizeof length + header.size() + i] = static_cast<std::byte>(i);
  }
  return bytes;
}

std::string ErrorOf(const std::vector<std::byte>& bytes) {
  auto file = SafetensorsFile::Parse(bytes);
  return file.ok() ? "no error" : std::string(file.error().message());
}

std::string ErrorOf(const std::string& header, std::size_t data_bytes) {
  return ErrorOf(Container(header, data_bytes));
}

constexpr const char* kGood =
    R"({"__metadata__": {"format": "pt"},
        "b": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [4, 16]},
        "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
        "none": {"dtype": "F16", "shape": [0, 7], "data_offsets": [4, 4]},
        "i": {"data_offsets": [16, 24], "dtype": "I64", "shape": [1]}}   )";

TEST(Safetensors, ReadsTheDirectory) {
  const auto bytes = Container(kGood, 24);
  auto file = SafetensorsFile::Parse(bytes);
  ASSERT_TRUE(file.ok()) << file.error().message();
  const auto& tensors = (*file)->tensors();
  ASSERT_EQ(tensors.size(), 4u);
  EXPECT_EQ(tensors[0].name, "a");
  EXPECT_THAT(tensors[0].shape, IsEmpty());
  EXPECT_EQ(tensors[0].elements(), 1u);
  EXPECT_EQ(tensors[0].type, TensorType::kF32);
  EXPECT_EQ(tensors[1].name, "none");
  EXPECT_EQ(tensors[2].name, "b");
  EXPECT_THAT(tensors[2].shape, ElementsAre(2, 3));
  EXPECT_EQ(tensors[2].dtype, "BF16");
  EXPECT_EQ(tensors[2].data.size(), 12u);
  EXPECT_EQ(tensors[2].data[0], std::byte{4});
  EXPECT_EQ(tensors[3].dtype, "I64");
  EXPECT_FALSE(tensors[3].type.has_value());
}

TEST(Safetensors, ErrorsNameTheTensorAndWhatIsWrong) {
  const auto one = [](const std::string& fields) { return R"({"w": {)" + fields + "}}"; };
  const std::string good = R"("dtype": "F32", "shape": [2], "data_offsets": [0, 8])";
  ASSERT_EQ(ErrorOf(one(good), 8), "no error");
  struct Case {
    std::string header;
    const char* message;
  };
  const Case cases[] = {
      {one(R"("dtype": "F99", "shape": [2], "data_offsets": [0, 8])"), "dtype \"F99\""},
      {one(R"("dtype": "F32", "shape": [-2], "data_offsets": [0, 8])"), "number -2"},
      {one(R"("dtype": "F32", "shape": [2.5], "data_offsets": [0, 8])"), "number 2.5"},
      {one(R"("dtype": "F32", "shape": [3], "data_offsets": [0, 8])"), "takes 12"},
      {one(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 9])"), "cut short"},
      {one(R"("dtype": "F32", "shape": [2], "data_offsets": [8, 0])"), "backwards"},
      {one(R"("dtype": "F32", "shape": [1], "data_offsets": [4, 8])"), "4 bytes before"},
      {one(R"("dtype": "F32", "shape": [1], "data_offsets": [0, 4])"), "last 4 bytes"},
      {one(R"("dtype": "F4", "shape": [3], "data_offsets": [0, 2])"), "whole number of bytes"},
      {one(R"("dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 8])"),
       "overflow"},
      {one(R"("dtype": "F32", "shape": [1,1,1,1,1,1,1,1,1], "data_offsets": [0, 8])"),
       "more than 8 dimensions"},
      {one(R"("shape": [2], "data_offsets": [0, 8])"), "dtype is missing"},
      {one(R"("dtype": "F32", "data_offsets": [0, 8])"), "shape is missing"},
      {one(R"("dtype": "F32", "shape": [2])"), "data_offsets are missing"},
      {one(R"("dtype": "F32", "shape": [2], "data_offsets": [8])"), "two numbers"},
      {one(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 8, 8])"), "two numbers"},
      {one(good + R"(, "dtype": "F32")"), "\"dtype\" occurs twice"},
      {one(good + R"(, "extra": 1)"), "\"extra\" is not known"},
      {one(R"("dtype": {}, "shape": [2], "data_offsets": [0, 8])"), "an object"},
      {one(R"("dtype": null)"), "null"},
      {R"({"w": [1]})", "an array"},
      {R"({"w": {)" + good + R"(}, "w": {)" + good + "}}", "came before"},
      {R"({"w": {)" + good + R"(}, "v": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}})",
       "overlap"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(ErrorOf(c.header, 8), HasSubstr(c.message)) << c.header;
    EXPECT_THAT(ErrorOf(c.header, 8), ::testing::AnyOf(HasSubstr("\"w\""), HasSubstr("\"v\""),
                                                       HasSubstr("last 4 bytes")));
  }
  EXPECT_THAT(ErrorOf(R"({"__metadata__": {"k": 1}})", 0), HasSubstr("__metadata__: the number"));
  EXPECT_THAT(ErrorOf(R"({"__metadata__": {}, "__metadata__": {}})", 0), HasSubstr("twice"));
  EXPECT_THAT(ErrorOf(R"({} x)", 0), HasSubstr("no JSON at byte"));
  EXPECT_THAT(ErrorOf(R"([])", 0), HasSubstr("begin with {"));
}

TEST(Safetensors, HeaderLengthIsChecked) {
  EXPECT_THAT(ErrorOf(std::vector<std::byte>(7)), HasSubstr("8 bytes"));
  auto bytes = Container(kGood, 24);
  bytes[6] = std::byte{1};
  EXPECT_THAT(ErrorOf(bytes), HasSubstr("Is this a safetensors file?"));
  for (std::size_t size = 8; size < bytes.size(); ++size) {
    const auto whole = Container(kGood, 24);
    ASSERT_NE(ErrorOf({whole.begin(), whole.begin() + static_cast<long>(size)}), "no error");
  }
}

TEST(Safetensors, RandomDamageNeverCrashes) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const std::vector<std::byte> whole = Container(kGood, 24);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes = whole;
    for (std::size_t hits = 1 + rng.Below(3); hits > 0; --hits) {
      bytes[rng.Below(bytes.size())] = static_cast<std::byte>(rng.Below(128));
    }
    if (auto file = SafetensorsFile::Parse(bytes); file.ok()) {
      for (const SafetensorsTensor& tensor : (*file)->tensors()) {
        ASSERT_LE(tensor.data.data() + tensor.data.size(), bytes.data() + bytes.size());
      }
    }
  }
}

class SafetensorsFolderTest : public ::testing::Test {
 protected:
  SafetensorsFolderTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~SafetensorsFolderTest() override { std::filesystem::remove_all(folder_); }

  void Put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  void PutTensor(const std::string& file, const std::string& tensor) {
    const auto bytes = Container(
        "{\"" + tensor + R"(": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})", 4);
    Put(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::string Error() {
    auto folder = SafetensorsFolder::Open(folder_);
    return folder.ok() ? "no error" : std::string(folder.error().message());
  }

  const std::string folder_ = ::testing::TempDir() + "ganglion_safetensors_folder";
};

TEST_F(SafetensorsFolderTest, OneFileOrManyByTheIndex) {
  EXPECT_THAT(Error(), HasSubstr("holds neither model.safetensors nor"));
  PutTensor("model.safetensors", "only");
  auto single = SafetensorsFolder::Open(folder_);
  ASSERT_TRUE(single.ok()) << single.error().message();
  EXPECT_NE((*single)->Find("only"), nullptr);

  PutTensor("one.safetensors", "a");
  PutTensor("two.safetensors", "b");
  Put("model.safetensors.index.json",
      R"({"metadata": {}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}})");
  auto sharded = SafetensorsFolder::Open(folder_);
  ASSERT_TRUE(sharded.ok()) << sharded.error().message();
  EXPECT_EQ((*sharded)->tensors().size(), 2u);
  EXPECT_NE((*sharded)->Find("b"), nullptr);
  EXPECT_EQ((*sharded)->Find("only"), nullptr);
}

TEST_F(SafetensorsFolderTest, TheIndexIsChecked) {
  PutTensor("one.safetensors", "a");
  const auto index = [this](const std::string& map) {
    Put("model.safetensors.index.json", "{\"weight_map\": " + map + "}");
    return Error();
  };
  EXPECT_EQ(index(R"({"a": "one.safetensors"})"), "no error");
  EXPECT_THAT(index("{}"), HasSubstr("weight_map"));
  EXPECT_THAT(index("{"), HasSubstr("no JSON"));
  EXPECT_THAT(index(R"({"a": 1})"), HasSubstr("tensor \"a\" is in no file"));
  EXPECT_THAT(index(R"({"a": "../one.safetensors"})"), HasSubstr("of this folder"));
  EXPECT_THAT(index(R"({"z": "one.safetensors"})"), HasSubstr("\"z\" is not in one.safetensors"));
  EXPECT_THAT(index(R"({"a": "gone.safetensors"})"), HasSubstr("gone.safetensors: open"));
  PutTensor("two.safetensors", "a");
  EXPECT_THAT(index(R"({"a": "one.safetensors", "b": "two.safetensors"})"),
              HasSubstr("also in another file"));
}

}  // namespace
}  // namespace ganglion::gguf
