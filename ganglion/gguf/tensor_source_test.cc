#include "ganglion/gguf/tensor_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/gguf/quantize.h"

namespace ganglion::gguf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TensorSource, AFileGivesItsRowsAsFloats) {
  Writer writer;
  writer.Add("k", std::uint32_t{7});
  const float values[] = {1, 2, -3, 4, 0.5f, 6, 7, 8};
  ASSERT_TRUE(
      writer.AddTensor("w", TensorType::kBF16, {2, 2, 2}, *Quantize(TensorType::kBF16, values))
          .ok());
  ASSERT_TRUE(writer.AddTensor("i", TensorType::kI8, {1}, std::vector<std::byte>(1)).ok());
  const std::vector<std::byte> bytes = writer.Serialize();
  auto file = File::Parse(bytes);
  ASSERT_TRUE(file.ok()) << file.error().message();
  const auto source = SourceOf(*file);

  ASSERT_EQ(source->metadata().size(), 1u);
  EXPECT_EQ(source->metadata()[0].key, "k");
  ASSERT_EQ(source->tensors().size(), 2u);
  EXPECT_EQ(source->tensors()[0].name, "w");
  EXPECT_EQ(source->tensors()[0].type, TensorType::kBF16);
  EXPECT_THAT(source->tensors()[0].dims, ElementsAre(2, 2, 2));
  EXPECT_EQ(source->tensors()[0].rows(), 4u);
  std::vector<float> rows(4);
  ASSERT_TRUE(source->ReadRows(0, 1, rows).ok());
  EXPECT_THAT(rows, ElementsAre(-3, 4, 0.5f, 6));
  EXPECT_THAT(source->ReadRows(1, 0, std::span(rows).first(1)).message(),
              HasSubstr("tensor \"i\": values of type I8"));
}

}  // namespace
}  // namespace ganglion::gguf
