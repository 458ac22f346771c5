#include "ganglion/quantize/importance.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/gguf/gguf.h"

namespace ganglion::quantize {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OldFile {
 public:
  OldFile& Int(std::int32_t value) { return Raw(&value, sizeof value); }
  OldFile& Text(std::string_view text) {
    return Int(static_cast<std::int32_t>(text.size())).Raw(text.data(), text.size());
  }
  OldFile& Floats(std::initializer_list<float> values) {
    return Int(static_cast<std::int32_t>(values.size()))
        .Raw(values.begin(), values.size() * sizeof(float));
  }
  OldFile& Raw(const void* data, std::size_t size) {
    const std::size_t at = bytes.size();
    bytes.resize(at + size);
    std::memcpy(bytes.data() + at, data, size);
    return *this;
  }
  std::vector<std::byte> bytes;
};

std::string ErrorOf(std::span<const std::byte> bytes) {
  const auto importance = Importance::Parse(bytes);
  return importance.ok() ? "ok" : std::string(importance.error().message());
}

TEST(Importance, ReadsTheOldForm) {
  OldFile file;
  file.Int(2).Text("blk.0.attn_q.weight").Int(4).Floats({2, 4, 0, 8});
  file.Text("output.weight").Int(0).Floats({3});
  file.Int(17).Text("a text");  // the chunk and the text it was measured on
  const auto importance = Importance::Parse(file.bytes);
  ASSERT_TRUE(importance.ok()) << importance.error().message();
  EXPECT_EQ(importance->size(), 2u);
  EXPECT_THAT(importance->Find("blk.0.attn_q.weight"), ElementsAre(0.5f, 1, 0, 2));
  EXPECT_THAT(importance->Find("output.weight"), ElementsAre(3)) << "no calls: not divided";
  EXPECT_THAT(importance->Find("none"), IsEmpty());
}

void AddFloats(gguf::Writer& writer, const char* name, std::vector<std::uint64_t> dims,
               const std::vector<float>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  ASSERT_TRUE(
      writer.AddTensor(name, gguf::TensorType::kF32, std::move(dims), {bytes.begin(), bytes.end()})
          .ok());
}

TEST(Importance, ReadsTheGgufFormWithItsExperts) {
  gguf::Writer writer;
  writer.Add("general.type", std::string("imatrix"));
  AddFloats(writer, "a.weight.in_sum2", {2, 1}, {4, 8});
  AddFloats(writer, "a.weight.counts", {1, 1}, {4});
  AddFloats(writer, "e.weight.in_sum2", {2, 3}, {4, 8, 1, 1, 3, 6});
  AddFloats(writer, "e.weight.counts", {1, 3}, {2, 0, 3});
  const auto importance = Importance::Parse(writer.Serialize());
  ASSERT_TRUE(importance.ok()) << importance.error().message();
  EXPECT_THAT(importance->Find("a.weight"), ElementsAre(1, 2));
  EXPECT_THAT(importance->Find("e.weight"), ElementsAre(2, 4, 1, 1, 1, 2))
      << "an expert that met nothing has no preferences";
}

TEST(Importance, SaysWhatIsWrong) {
  OldFile twice;
  twice.Int(2).Text("a").Int(1).Floats({1}).Text("a").Int(1).Floats({1});
  EXPECT_THAT(ErrorOf(twice.bytes), HasSubstr("\"a\" occurs twice"));
  OldFile negative;
  negative.Int(1).Text("a").Int(1).Floats({1, -1});
  EXPECT_THAT(ErrorOf(negative.bytes), HasSubstr("entry \"a\": importance 1 is -1"));
  OldFile text;
  text.Raw("this is no such file", 20);
  EXPECT_THAT(ErrorOf(text.bytes), HasSubstr("is this an importance matrix?"));
  gguf::Writer model;
  AddFloats(model, "output.weight", {1}, {1});
  EXPECT_THAT(ErrorOf(model.Serialize()), HasSubstr("no tensor NAME.in_sum2"));
  gguf::Writer uncounted;
  AddFloats(uncounted, "a.in_sum2", {2, 2}, {1, 2, 3, 4});
  AddFloats(uncounted, "a.counts", {1, 1}, {1});
  EXPECT_THAT(ErrorOf(uncounted.Serialize()), HasSubstr("needs a tensor of 2 counts"));
  EXPECT_FALSE(Importance::Read("/nonexistent.dat").ok());
}

TEST(Importance, EveryTruncationOfTheOldFormIsAnError) {
  OldFile file;
  file.Int(2).Text("blk.0.attn_q.weight").Int(4).Floats({2, 4, 0, 8});
  file.Text("output.weight").Int(1).Floats({3});
  for (std::size_t size = 0; size < file.bytes.size(); ++size) {
    EXPECT_FALSE(Importance::Parse(std::span(file.bytes).first(size)).ok()) << size;
  }
  EXPECT_TRUE(Importance::Parse(file.bytes).ok());
}

}  // namespace
}  // namespace ganglion::quantize
