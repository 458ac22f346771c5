#include "ganglion/engine/forced_tokens.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/engine/engine.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/test_model_test.h"
#include "ganglion/grammar/gbnf/gbnf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/testing/seed.h"

namespace ganglion::engine {
namespace {

std::shared_ptr<const grammar::Grammar> Choices(const std::vector<std::string>& choices) {
  auto grammar = grammar::CompileChoices(choices);
  GN_CHECK(grammar.ok());
  return *std::move(grammar);
}

// Characters, and random merges of them and of what was merged.
std::shared_ptr<const Tokenizer> RandomTokenizer(testing::SeededRng& rng, std::string_view alphabet,
                                                 std::size_t merges) {
  VocabularySource source;
  source.model = "gpt2";
  source.pre = "gpt-2";
  for (const char c : alphabet) source.tokens.emplace_back(1, c);
  while (source.merges.size() < merges) {
    const std::string& left = source.tokens[rng.Below(source.tokens.size())];
    const std::string& right = source.tokens[rng.Below(source.tokens.size())];
    if (left.size() + right.size() > 5) continue;
    if (std::ranges::find(source.tokens, left + right) != source.tokens.end()) continue;
    source.merges.push_back(left + " " + right);
    source.tokens.push_back(left + right);
  }
  auto tokenizer = Tokenizer::FromVocabulary(std::move(source));
  GN_CHECK(tokenizer.ok());
  return *std::move(tokenizer);
}

std::vector<std::string> RandomTexts(testing::SeededRng& rng, std::string_view alphabet) {
  std::vector<std::string> texts;
  for (std::size_t n = 1 + rng.Below(4); n > 0; --n) {
    std::string text;
    // Often the beginning of another, so that the ways part late.
    if (!texts.empty()) text = texts[0].substr(0, rng.Below(texts[0].size() + 1));
    for (std::size_t more = 1 + rng.Below(8); more > 0; --more) {
      text += alphabet[rng.Below(alphabet.size())];
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

// What is guaranteed: while the tokens so far are how the model writes one of the answers, those
// that are forced are how it goes on to write it.
TEST(ForcedTokens, AreThoseOfEveryAnswerThatIsWrittenAsTheTokenizerWould) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  constexpr std::string_view kAlphabet = "abc\":,";
  std::size_t forced_count = 0;
  std::size_t all_count = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto tokenizer = RandomTokenizer(rng, kAlphabet, 5 + rng.Below(25));
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < tokenizer->size(); ++i) {
      pieces.emplace_back(tokenizer->Piece(TokenId{static_cast<std::int32_t>(i)}));
    }
    const auto vocabulary = grammar::Vocabulary::Create(std::move(pieces), {});
    const std::vector<std::string> texts = RandomTexts(rng, kAlphabet);
    const auto grammar = Choices(texts);
    for (const std::string& text : texts) {
      const auto tokens = tokenizer->Encode(text);
      ASSERT_TRUE(tokens.ok());
      grammar::Matcher matcher(grammar, vocabulary);
      for (std::size_t i = 0; i < tokens->size(); ++i) {
        const auto forced = ForcedTokens(*tokenizer, std::span(*tokens).first(i), matcher);
        ASSERT_LE(forced.size(), tokens->size() - i);
        for (std::size_t k = 0; k < forced.size(); ++k) {
          ASSERT_EQ(tokenizer->Text(forced[k]), tokenizer->Text((*tokens)[i + k]))
              << text << " of " << ::testing::PrintToString(texts) << " at token " << i + k;
        }
        forced_count += forced.empty() ? 0 : 1;
        ++all_count;
        ASSERT_TRUE(matcher.Accept((*tokens)[i]));
      }
      EXPECT_TRUE(matcher.IsComplete());
    }
  }
  EXPECT_GT(forced_count, all_count / 4) << "of " << all_count;
}

// The logits of a model for a text, computed from its beginning each time.
class Oracle {
 public:
  explicit Oracle(const TestModel& model)
      : loaded_(Load(model)), pool_(PagesFor(kTokens)), pages_(PagesFor(kTokens)) {
    GN_CHECK(loaded_.model->Prepare({.tokens = kTokens}).ok());
    auto kv = KvStorage::Create(loaded_.model->kv_shape(), KvType::kF16, PagesFor(kTokens));
    GN_CHECK(kv.ok() && pages_.TryGrow(pool_, kTokens));
    kv_ = std::make_unique<KvStorage>(*std::move(kv));
  }

  const LoadedModel& loaded() const { return loaded_; }

  // Of the tokens that the mask allows; of the others 0.
  std::vector<double> Probabilities(std::span<const TokenId> text, grammar::Matcher& matcher) {
    std::vector<float> logits(loaded_.vocab_size);
    const TokenRun run = {
        .tokens = text, .first_position = 0, .pages = &pages_, .logits_rows = 1, .hidden = {}};
    loaded_.model->Forward({{&run, 1}}, *kv_, logits);
    std::vector<std::uint32_t> mask(loaded_.vocabulary->mask_words());
    matcher.FillMask(mask);
    std::vector<double> shares(loaded_.vocabulary->size());
    double sum = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if ((mask[i / 32] >> (i % 32) & 1) == 0) continue;
      shares[i] = std::exp(static_cast<double>(logits[i]));
      sum += shares[i];
    }
    for (double& share : shares) share /= sum;
    return shares;
  }

 private:
  static constexpr std::uint32_t kTokens = 64;
  static LoadedModel Load(const TestModel& model) {
    auto loaded = LoadModel(model.file(), {.threads = 1});
    GN_CHECK(loaded.ok());
    return *std::move(loaded);
  }

  LoadedModel loaded_;
  PagePool pool_;
  PageTable pages_;
  std::unique_ptr<KvStorage> kv_;
};

using Distribution = std::map<std::string, double>;  // of answers, their tokens parted by "|"

// All answers to a prompt, each with the product of what was chosen on the way to it.
class Enumeration {
 public:
  Enumeration(Oracle& oracle, std::vector<TokenId> prompt, bool forces)
      : oracle_(oracle), tokens_(std::move(prompt)), prompt_(tokens_.size()), forces_(forces) {}

  Distribution Run(grammar::Matcher matcher) {
    Visit(matcher, 1, "");
    return std::move(answers_);
  }

 private:
  void Visit(grammar::Matcher& matcher, double probability, std::string text) {
    const std::size_t before = tokens_.size();
    const Tokenizer& tokenizer = *oracle_.loaded().tokenizer;
    if (forces_) {
      for (const TokenId token :
           ForcedTokens(tokenizer, std::span(tokens_).subspan(prompt_), matcher)) {
        Take(matcher, token, text);
      }
    }
    const std::size_t forced = tokens_.size() - before;
    if (matcher.IsComplete() && !matcher.CanGoOn()) {
      answers_[text] += probability;
    } else {
      const auto shares = oracle_.Probabilities(tokens_, matcher);
      for (std::size_t i = 0; i < shares.size(); ++i) {
        if (shares[i] == 0) continue;
        const TokenId token{static_cast<std::int32_t>(i)};
        if (oracle_.loaded().vocabulary->IsEnd(token)) {
          answers_[text] += probability * shares[i];
          continue;
        }
        std::string longer = text;
        Take(matcher, token, longer);
        Visit(matcher, probability * shares[i], std::move(longer));
        matcher.Rollback(1);
        tokens_.pop_back();
      }
    }
    matcher.Rollback(forced);
    tokens_.resize(before);
  }

  void Take(grammar::Matcher& matcher, TokenId token, std::string& text) {
    GN_CHECK(matcher.Accept(token));
    tokens_.push_back(token);
    text += std::string(oracle_.loaded().tokenizer->Piece(token)) + "|";
  }

  Oracle& oracle_;
  std::vector<TokenId> tokens_;
  const std::size_t prompt_;
  const bool forces_;
  Distribution answers_;
};

Distribution ByText(const Distribution& by_tokens) {
  Distribution texts;
  for (const auto& [tokens, probability] : by_tokens) {
    std::string text = tokens;
    std::erase(text, '|');
    texts[text] += probability;
  }
  return texts;
}

// Pearson's statistic; answers that are expected less than five times count together.
void ExpectSampledFrom(const Distribution& expected, const std::map<std::string, int>& counts,
                       int samples) {
  double statistic = 0;
  double rare_expected = 0;
  double rare_seen = 0;
  int cells = 0;
  const auto add = [&](double seen, double mean) {
    statistic += (seen - mean) * (seen - mean) / mean;
    ++cells;
  };
  for (const auto& [text, count] : counts) ASSERT_TRUE(expected.contains(text)) << text;
  for (const auto& [text, probability] : expected) {
    const auto found = counts.find(text);
    const double seen = found == counts.end() ? 0 : found->second;
    if (probability * samples >= 5) {
      add(seen, probability * samples);
    } else {
      rare_expected += probability * samples;
      rare_seen += seen;
    }
  }
  if (rare_expected >= 5) add(rare_seen, rare_expected);
  ASSERT_GE(cells, 4);
  const double freedom = cells - 1;
  EXPECT_LT(statistic, freedom + 4 * std::sqrt(2 * freedom));  // a probability of about 1e-4
}

// The distribution with forcing is that without, less the spellings that no model writes: what is
// sampled has the same probabilities, and what is forced has none beside it.
TEST(ForcedTokens, LeaveTheDistributionOfTheAnswersAsItIs) {
  constexpr int kSamples = 4000;
  const std::vector<std::string> choices = {"{\"op\":\"abc\"}", "{\"op\":\"opabc", "{\"op\":a",
                                            "{\"op\":\"opab",   "{\"op\":\"oz\"}", "{\"op\":\"o"};
  const TestModel model({.seed = 11, .has_merges = true});
  Oracle oracle(model);
  api::GenerateRequest request = RawRequest("x", 40);
  request.choices = choices;
  request.sampling.temperature = 1;
  const auto prompt = oracle.loaded().tokenizer->Encode("x");
  for (const bool forces : {false, true}) {
    SCOPED_TRACE(forces);
    const auto engine = model.MakeEngine({.force_tokens = forces});
    const Distribution expected =
        ByText(Enumeration(oracle, *prompt, forces)
                   .Run(grammar::Matcher(Choices(choices), oracle.loaded().vocabulary)));
    double sum = 0;
    for (const auto& [text, probability] : expected) sum += probability;
    EXPECT_NEAR(sum, 1, 1e-9);
    std::map<std::string, int> counts;
    int forced = 0;
    for (int i = 0; i < kSamples; ++i) {
      request.sampling.seed = static_cast<std::uint64_t>(i);
      const api::Answer answer = Ask(*engine, request);
      ++counts[answer.text];
      forced += answer.usage.forced_tokens;
    }
    EXPECT_EQ(forced > kSamples, forces);
    ExpectSampledFrom(expected, counts, kSamples);
  }
}

}  // namespace
}  // namespace ganglion::engine
