#include "ganglion/gguf/stream_writer.h"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace ganglion::gguf {
namespace {

using ::testing::HasSubstr;

std::string TextOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

const std::vector<KeyValue> kMetadata{{"general.architecture", std::string("llama")},
                                      {"n", std::uint32_t{7}}};

TEST(StreamWriter, GivesTheSameBytesAsTheWriterWhateverThePieces) {
  const std::vector<Tensor> tensors{{"a", TensorType::kF32, {3, 2}, 0, {}},
                                    {"b", TensorType::kQ8_0, {32, 5}, 0, {}},
                                    {"c", TensorType::kF16, {1}, 0, {}}};
  Writer whole;
  for (const KeyValue& entry : kMetadata) whole.Add(entry.key, entry.value);
  std::vector<std::vector<std::byte>> data{std::vector<std::byte>(24, std::byte{1}),
                                           std::vector<std::byte>(170, std::byte{2}),
                                           std::vector<std::byte>(2, std::byte{3})};
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(whole.AddTensor(tensors[i].name, tensors[i].type, tensors[i].dims, data[i]).ok());
  }
  const std::vector<std::byte> want = whole.Serialize();
  const std::string path = ::testing::TempDir() + "ganglion_stream_writer.gguf";
  for (const std::size_t piece : {1u, 7u, 34u, 1000u}) {
    auto writer = StreamWriter::Create(path, kMetadata, tensors);
    ASSERT_TRUE(writer.ok()) << writer.error().message();
    for (const std::vector<std::byte>& bytes : data) {
      for (std::size_t at = 0; at < bytes.size(); at += piece) {
        ASSERT_TRUE(
            writer->Append(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at))).ok());
      }
    }
    ASSERT_TRUE(writer->Finish().ok());
    const std::string text = TextOf(path);
    ASSERT_EQ(text.size(), want.size());
    EXPECT_EQ(std::memcmp(text.data(), want.data(), want.size()), 0) << piece;
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

TEST(StreamWriter, WhatWasThereStaysUntilTheEndAndWhereItFails) {
  const std::string path = ::testing::TempDir() + "ganglion_stream_writer_old.gguf";
  std::ofstream(path) << "old";
  const std::vector<Tensor> tensors{{"a", TensorType::kF32, {1 << 16}, 0, {}}};
  {
    auto writer = StreamWriter::Create(path, kMetadata, tensors);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->Append(std::vector<std::byte>(100)).ok());
    EXPECT_EQ(TextOf(path), "old");
  }
  EXPECT_EQ(TextOf(path), "old") << "not finished";
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));

  // A limit on the size of files stands for a disk that is full.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4096, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  {
    auto writer = StreamWriter::Create(path, kMetadata, tensors);
    ASSERT_TRUE(writer.ok());
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const Status status = writer->Append(std::vector<std::byte>(1 << 18));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_EQ(status.code(), Code::kResourceExhausted);
    EXPECT_THAT(std::string(status.message()), HasSubstr(path + ": write: "));
  }
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(TextOf(path), "old");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

TEST(StreamWriter, RefusesTensorsThatCannotBeWritten) {
  const std::vector<Tensor> uneven{{"a", TensorType::kQ8_0, {33}, 0, {}}};
  EXPECT_THAT(std::string(StreamWriter::Create("x", {}, uneven).error().message()),
              HasSubstr("tensor \"a\": a row is no whole number of blocks"));
  EXPECT_FALSE(StreamWriter::Create("/nonexistent/folder/x.gguf", {}, {}).ok());
}

}  // namespace
}  // namespace ganglion::gguf
