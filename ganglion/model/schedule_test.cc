#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/ids.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/model.h"
#include "ganglion/model/tiny_model_test.h"
#include "ganglion/testing/seed.h"

// The same request gives the same tokens, whatever else runs in the batch and however its prompt
// was cut.

namespace ganglion {
namespace {

constexpr std::uint32_t kSequences = 5;
constexpr std::uint32_t kPromptMax = 48;
constexpr std::uint32_t kAnswer = 8;
constexpr std::uint32_t kPages = PagesFor(kPromptMax + kAnswer);

using Tokens = std::vector<TokenId>;

// Several requests that are computed side by side, in any order and in any pieces.
class Requests {
 public:
  Requests(Model& model, KvType type, const std::vector<Tokens>& prompts)
      : model_(model), pool_(kSequences * kPages) {
    auto kv = KvStorage::Create(model.kv_shape(), type, kSequences * kPages);
    EXPECT_TRUE(kv.ok());
    kv_ = std::make_unique<KvStorage>(*std::move(kv));
    const BatchLimits limits = {.tokens = kSequences * kPromptMax,
                                .runs = kSequences,
                                .logits_rows = kSequences,
                                .pages = kSequences * kPages};
    EXPECT_TRUE(model.Prepare(limits).ok());
    for (const Tokens& prompt : prompts) {
      all_.push_back({prompt, prompt.size(), 0, PageTable(kPages)});
      EXPECT_TRUE(all_.back().pages.TryGrow(pool_, kPromptMax + kAnswer));
    }
  }

  bool done(std::size_t i) const { return all_[i].tokens.size() == all_[i].prompt_size + kAnswer; }
  std::size_t left(std::size_t i) const { return all_[i].tokens.size() - all_[i].fed; }

  // One pass with `counts[i]` tokens of request i, at most left(i).
  void Step(const std::vector<std::size_t>& counts) {
    std::vector<TokenRun> runs;
    std::vector<std::size_t> choosing;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      Request& request = all_[i];
      if (counts[i] == 0) continue;
      const bool chooses = counts[i] == left(i);
      runs.push_back({std::span(request.tokens).subspan(request.fed, counts[i]),
                      static_cast<std::uint32_t>(request.fed), &request.pages, chooses ? 1u : 0u});
      if (chooses) choosing.push_back(i);
    }
    if (runs.empty()) return;
    const std::size_t vocab = model_.config().vocab_size;
    std::vector<float> logits(choosing.size() * vocab);
    model_.Forward({runs}, *kv_, logits);
    for (std::size_t i = 0; i < all_.size(); ++i) all_[i].fed += counts[i];
    for (std::size_t row = 0; row < choosing.size(); ++row) {
      const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(row * vocab);
      const auto best = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(vocab));
      all_[choosing[row]].tokens.push_back(TokenId{static_cast<std::int32_t>(best - begin)});
    }
  }

  std::vector<Tokens> Texts() const {
    std::vector<Tokens> texts;
    for (const Request& request : all_) texts.push_back(request.tokens);
    return texts;
  }

 private:
  struct Request {
    Tokens tokens;
    std::size_t prompt_size;
    std::size_t fed;
    PageTable pages;
  };
  Model& model_;
  PagePool pool_;
  std::unique_ptr<KvStorage> kv_;
  std::vector<Request> all_;
};

// Each request by itself, its prompt in one piece.
std::vector<Tokens> OneByOne(Model& model, KvType type, const std::vector<Tokens>& prompts) {
  Requests requests(model, type, prompts);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    while (!requests.done(i)) {
      std::vector<std::size_t> counts(prompts.size());
      counts[i] = requests.left(i);
      requests.Step(counts);
    }
  }
  return requests.Texts();
}

// Each pass takes a random piece of a random choice of them.
std::vector<Tokens> AtRandom(Model& model, KvType type, const std::vector<Tokens>& prompts,
                             testing::SeededRng& rng) {
  Requests requests(model, type, prompts);
  const auto done = [&](std::size_t i) { return requests.done(i); };
  std::vector<std::size_t> all(prompts.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const std::size_t company = 1 + rng.Below(10);  // of ten
  while (!std::ranges::all_of(all, done)) {
    std::vector<std::size_t> counts(prompts.size());
    for (const std::size_t i : all) {
      if (done(i) || rng.Below(10) >= company) continue;
      counts[i] = rng.Below(3) == 0 ? requests.left(i) : 1 + rng.Below(requests.left(i));
    }
    requests.Step(counts);
  }
  return requests.Texts();
}

struct Case {
  TinySpec spec;
  KvType kv;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const auto add = [&](const char* architecture, gguf::TensorType type, KvType kv) {
    TinySpec spec;
    spec.architecture = architecture;
    spec.type = type;
    spec.layers = 1;
    cases.push_back({spec, kv});
  };
  add("llama", gguf::TensorType::kQ8_0, KvType::kF16);
  add("qwen2", gguf::TensorType::kQ4_0, KvType::kF16);
  add("qwen3", gguf::TensorType::kF16, KvType::kF32);
  add("llama", gguf::TensorType::kF32, KvType::kF32);
  add("llama", gguf::TensorType::kBF16, KvType::kF16);
  return cases;
}

void RunSchedules(const std::string& isa, int schedules) {
  testing::SeededRng rng;
  SCOPED_TRACE("GANGLION_SEED=" + std::to_string(rng.seed()));
  const std::vector<Case> cases = Cases();
  for (const Case& c : cases) {
    const TinyModel tiny(c.spec, rng);
    auto model = Model::Load(tiny.Open(), {.threads = 1, .isa = isa});
    ASSERT_TRUE(model.ok());
    std::vector<Tokens> prompts;
    for (std::uint32_t i = 0; i < kSequences; ++i) {
      prompts.push_back(tiny.RandomTokens(1 + rng.Below(kPromptMax), rng));
    }
    const std::vector<Tokens> want = OneByOne(**model, c.kv, prompts);
    for (int i = 0; i < schedules / static_cast<int>(cases.size()); ++i) {
      ASSERT_EQ(AtRandom(**model, c.kv, prompts, rng), want)
          << c.spec.architecture << " " << gguf::Info(c.spec.type).name << ", schedule " << i;
    }
  }
}

TEST(Schedule, AThousandRandomSchedulesGiveTheSameTokens) { RunSchedules("", 1000); }

TEST(Schedule, SoDoThoseOfOtherInstructionSets) {
  for (const char* const isa : {"scalar", "avx2", "avx512", "amx"}) {
    if (kernels::FindKernels(isa) != nullptr) RunSchedules(isa, 50);
  }
}

}  // namespace
}  // namespace ganglion
