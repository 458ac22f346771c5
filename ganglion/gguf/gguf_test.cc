#include "ganglion/gguf/gguf.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::gguf {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> SmallFile() {
  Writer writer;
  writer.Add("general.architecture", std::string("llama"));
  writer.Add("a.u8", std::uint8_t{200});
  writer.Add("a.i16", std::int16_t{-5});
  writer.Add("a.u64", std::uint64_t{1} << 40);
  writer.Add("a.f32", 1.5f);
  writer.Add("a.f64", -2.25);
  writer.Add("a.bool", true);
  writer.Add("a.texts", Array{std::vector<std::string>{"x", "", "yz"}, 8});
  writer.Add("a.ints", Array{std::vector<std::int64_t>{1, -2, 3}, 5});
  writer.Add("a.floats", Array{std::vector<double>{0.5, -1}, 6});
  std::vector<std::byte> row(2 * 34, std::byte{7});
  EXPECT_TRUE(writer.AddTensor("w", TensorType::kQ8_0, {32, 2}, row).ok());
  EXPECT_TRUE(writer.AddTensor("b", TensorType::kF32, {3}, std::vector<std::byte>(12)).ok());
  return writer.Serialize();
}

std::string ErrorOf(const std::vector<std::byte>& bytes) {
  auto file = File::Parse(bytes);
  return file.ok() ? "ok" : std::string(file.error().message());
}

// Overwrites the bytes that follow the first place where `before` stands.
std::vector<std::byte> Patched(std::string_view before, std::uint64_t value, std::size_t size,
                               std::size_t skip = 0) {
  std::vector<std::byte> bytes = SmallFile();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string_view::npos);
  std::memcpy(bytes.data() + at + before.size() + skip, &value, size);
  return bytes;
}

TEST(Gguf, WhatIsWrittenIsRead) {
  const std::vector<std::byte> bytes = SmallFile();
  auto parsed = File::Parse(bytes);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const File& file = **parsed;
  EXPECT_EQ(*file.String("general.architecture"), "llama");
  EXPECT_EQ(*file.Int("a.u8"), 200);
  EXPECT_EQ(*file.Int("a.i16"), -5);
  EXPECT_EQ(*file.Int("a.u64"), std::int64_t{1} << 40);
  EXPECT_EQ(*file.Float("a.f32"), 1.5);
  EXPECT_EQ(*file.Float("a.f64"), -2.25);
  EXPECT_EQ(*file.Float("a.u8"), 200.0);
  EXPECT_TRUE(*file.Bool("a.bool"));
  EXPECT_EQ(std::get<std::vector<std::string>>((*file.ArrayOf("a.texts"))->items),
            (std::vector<std::string>{"x", "", "yz"}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>((*file.ArrayOf("a.ints"))->items),
            (std::vector<std::int64_t>{1, -2, 3}));
  const Tensor* const tensor = file.FindTensor("w");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->rows(), 2u);
  EXPECT_EQ(tensor->data.size(), 68u);
  EXPECT_EQ(tensor->data[67], std::byte{7});
}

TEST(Gguf, TypedReadsSayWhatIsWrong) {
  const std::vector<std::byte> bytes = SmallFile();
  auto file = File::Parse(bytes);
  ASSERT_TRUE(file.ok());
  EXPECT_THAT((*file)->Int("none").error().message(), HasSubstr("\"none\" is missing"));
  EXPECT_THAT((*file)->Int("a.f32").error().message(), HasSubstr("float32, not an integer"));
  EXPECT_EQ(*(*file)->IntOr("none", 4), 4);
  EXPECT_FALSE((*file)->IntOr("a.texts", 4).ok()) << "a wrong type is no absence";
}

TEST(Gguf, EveryTruncationIsAnError) {
  const std::vector<std::byte> whole = SmallFile();
  for (std::size_t size = 0; size + 20 < whole.size();
       ++size) {  // the last tensor's padding is free
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<long>(size));
    ASSERT_THAT(ErrorOf(cut), HasSubstr("at byte")) << size;
  }
}

TEST(Gguf, ErrorsNameThePlace) {
  EXPECT_THAT(ErrorOf(Patched("GGUF", 2, 4)), HasSubstr("header at byte 4: version 2"));
  EXPECT_THAT(ErrorOf(Patched("GGUF", 3u << 24, 4)), HasSubstr("big-endian"));
  EXPECT_THAT(ErrorOf(Patched("GGUF", UINT64_MAX, 8, 4)), HasSubstr("tensors are too many"));
  EXPECT_THAT(ErrorOf(Patched("GGUF", UINT64_MAX, 8, 12)), HasSubstr("keys are too many"));
  EXPECT_THAT(ErrorOf(Patched("a.u8", 13, 4)), HasSubstr("\"a.u8\""));
  EXPECT_THAT(ErrorOf(Patched("a.bool", 2, 1, 4)), HasSubstr("\"a.bool\""));
  EXPECT_THAT(ErrorOf(Patched("a.texts", 9, 4, 4)), HasSubstr("nested"));
  EXPECT_THAT(ErrorOf(Patched("a.texts", UINT64_MAX, 8, 8)), HasSubstr("an array of"));
  EXPECT_THAT(ErrorOf(Patched("a.texts", 1u << 20, 8, 8)), HasSubstr("cut short"));
  // A tensor: name, dimension count, dimensions, type, offset.
  const std::string name("\1\0\0\0\0\0\0\0w", 9);
  EXPECT_THAT(ErrorOf(Patched(name, 0, 4)), HasSubstr("tensor \"w\" at byte"));
  EXPECT_THAT(ErrorOf(Patched(name, 5, 4)), HasSubstr("5 dimensions"));
  EXPECT_THAT(ErrorOf(Patched(name, 0, 8, 4)), HasSubstr("dimension 0 is 0"));
  EXPECT_THAT(ErrorOf(Patched(name, UINT64_MAX, 8, 12)), HasSubstr("overflow"));
  EXPECT_THAT(ErrorOf(Patched(name, 33, 8, 4)), HasSubstr("no whole number of Q8_0 blocks"));
  EXPECT_THAT(ErrorOf(Patched(name, 4, 4, 20)), HasSubstr("tensor type 4 is not known"));
  EXPECT_THAT(ErrorOf(Patched(name, 1, 8, 24)), HasSubstr("alignment"));
  EXPECT_THAT(ErrorOf(Patched(name, std::uint64_t{1} << 62, 8, 24)), HasSubstr("pass the end"));
}

TEST(Gguf, TwiceTheSameNameIsAnError) {
  Writer keys;
  keys.Add("k", true);
  keys.Add("k", true);
  EXPECT_THAT(ErrorOf(keys.Serialize()), HasSubstr("the key occurs twice"));
  Writer tensors;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(tensors.AddTensor("t", TensorType::kF32, {1}, std::vector<std::byte>(4)).ok());
  }
  EXPECT_THAT(ErrorOf(tensors.Serialize()), HasSubstr("came before"));
}

TEST(Gguf, AlignmentOfTheFileCounts) {
  for (const std::uint32_t alignment : {0u, 3u, 48u, 1u << 21}) {
    Writer writer;
    writer.Add("general.alignment", alignment);
    EXPECT_THAT(ErrorOf(writer.Serialize()), HasSubstr("power of two")) << alignment;
  }
}

TEST(Gguf, RandomDamageNeverCrashes) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const std::vector<std::byte> whole = SmallFile();
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes = whole;
    for (std::size_t hits = 1 + rng.Below(4); hits > 0; --hits) {
      bytes[rng.Below(bytes.size())] = static_cast<std::byte>(rng.Below(256));
    }
    if (auto file = File::Parse(bytes); file.ok()) {
      for (const Tensor& tensor : (*file)->tensors()) {
        ASSERT_LE(tensor.data.data() + tensor.data.size(), bytes.data() + bytes.size());
      }
    }
  }
}

TEST(Gguf, WriterChecksSizesAndReplacesWholeFiles) {
  Writer writer;
  EXPECT_FALSE(writer.AddTensor("t", TensorType::kF32, {2}, std::vector<std::byte>(4)).ok());
  EXPECT_FALSE(writer.AddTensor("t", TensorType::kQ8_0, {16}, std::vector<std::byte>(17)).ok());
  EXPECT_FALSE(writer.AddTensor(std::string(65, 'n'), TensorType::kF32, {1}, {}).ok());
  const std::string path = ::testing::TempDir() + "ganglion_writer.gguf";
  writer.Add("k", true);
  ASSERT_TRUE(writer.Write(path).ok());
  auto file = File::Open(path);
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_TRUE(*(*file)->Bool("k"));
  EXPECT_FALSE(writer.Write("/nonexistent/folder/x.gguf").ok());
  std::filesystem::remove(path);
}

TEST(Gguf, OpenSaysWhyNot) {
  EXPECT_EQ(File::Open("/nonexistent.gguf").error().code(), Code::kNotFound);
  EXPECT_THAT(File::Open("/tmp").error().message(), HasSubstr("not a regular file"));
}

TEST(Gguf, ReadsEveryGoldenModelAndWritesItBack) {
  const auto folder = testing::SharedData("golden/models");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    auto file = File::Open(entry.path().string());
    ASSERT_TRUE(file.ok()) << file.error().message();
    Writer writer;
    for (const KeyValue& kv : (*file)->metadata()) writer.Add(kv.key, kv.value);
    for (const Tensor& t : (*file)->tensors()) {
      ASSERT_TRUE(writer.AddTensor(t.name, t.type, t.dims, {t.data.begin(), t.data.end()}).ok());
    }
    const std::vector<std::byte> ours = writer.Serialize();
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string theirs((std::istreambuf_iterator<char>(in)), {});
    ASSERT_EQ(ours.size(), theirs.size()) << entry.path();
    EXPECT_EQ(std::memcmp(ours.data(), theirs.data(), ours.size()), 0) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace ganglion::gguf
