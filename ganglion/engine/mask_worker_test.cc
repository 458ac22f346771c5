#include "ganglion/engine/mask_worker.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/testing/seed.h"

namespace ganglion::engine {
namespace {

struct Text {  // as an answer holds it
  grammar::Matcher matcher;
  std::vector<std::uint32_t> bits;
  MaskTask task;
};

class Masks : public ::testing::Test {
 protected:
  Masks() {
    std::vector<std::string> pieces;
    for (int byte = 32; byte < 127; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
    for (const char* piece : {"{\"", "\":", "true", "e,", "12"}) pieces.emplace_back(piece);
    vocabulary_ = grammar::Vocabulary::Create(std::move(pieces), {});
    auto compiled = grammar::CompileSchema(R"({"type":"object"})");
    EXPECT_TRUE(compiled.ok());
    grammar_ = std::move(compiled->grammar);
    for (const char* begin : {"", "{", "{\"a", "{\"a\":", "{\"a\":[1", "{\"a\":tr", "{}"}) {
      auto text = std::make_unique<Text>(Text{grammar::Matcher(grammar_, vocabulary_), {}, {}});
      EXPECT_TRUE(text->matcher.AcceptText(begin));
      text->bits.resize(vocabulary_->mask_words());
      text->task = {.matcher = &text->matcher, .bits = text->bits};
      texts_.push_back(std::move(text));
    }
  }

  void ExpectMade(Text& text) {
    std::vector<std::uint32_t> expected(vocabulary_->mask_words());
    EXPECT_EQ(text.task.has_tokens, text.matcher.FillMask(expected));
    EXPECT_EQ(text.bits, expected);
    text.bits.assign(text.bits.size(), 0xFFFFFFFF);
    text.task.has_tokens = false;
  }

  std::shared_ptr<const grammar::Vocabulary> vocabulary_;
  std::shared_ptr<const grammar::Grammar> grammar_;
  std::vector<std::unique_ptr<Text>> texts_;
};

TEST_F(Masks, AreMadeInWhateverOrderTheyAreWanted) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  MaskWorker worker(texts_.size());
  for (int round = 0; round < 300; ++round) {
    std::vector<Text*> started;
    for (const auto& text : texts_) {
      if (rng.Below(4) == 0) continue;
      ASSERT_TRUE(worker.Start(text->task));
      started.push_back(text.get());
    }
    while (!started.empty()) {
      const std::size_t i = rng.Below(started.size());
      worker.Finish(started[i]->task);
      ExpectMade(*started[i]);
      started.erase(started.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

// Whether there is room depends on how far the thread is; a task without room is not started.
TEST_F(Masks, AFullQueueTakesNoMore) {
  MaskWorker worker(1);
  for (int round = 0; round < 100; ++round) {
    std::vector<Text*> started;
    for (const auto& text : texts_) {
      if (worker.Start(text->task)) started.push_back(text.get());
    }
    EXPECT_FALSE(started.empty());
    for (Text* const text : started) {
      worker.Finish(text->task);
      ExpectMade(*text);
    }
  }
  MaskWorker none(0);
  EXPECT_FALSE(none.Start(texts_[0]->task));
}

}  // namespace
}  // namespace ganglion::engine
