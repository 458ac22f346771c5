#include "ganglion/learn/train.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/base/fold_text.h"
#include "ganglion/learn/dataset.h"
#include "ganglion/learn/export.h"
#include "ganglion/learn/fused_ops.h"
#include "ganglion/learn/greedy.h"
#include "ganglion/learn/vocabulary.h"

namespace ganglion::learn {
namespace {

using torch::Tensor;

constexpr std::int64_t kWarmUpSteps = 150;
constexpr std::int64_t kReportEvery = 50;
constexpr double kDecayFrom = 0.55;  // share of the steps after which the rates fall to nothing
constexpr std::size_t kVocabularyTexts = 300'000;

// 0 to 1 while warming up, 1 for the first part, then straight down to 0.02.
double RateAt(std::int64_t step, std::int64_t steps) {
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  const double warm = static_cast<double>(step + 1) / static_cast<double>(kWarmUpSteps);
  const double fall = done < kDecayFrom ? 1.0 : (1.0 - done) / (1.0 - kDecayFrom);
  return std::min({1.0, warm, std::max(0.02, fall)});
}

struct Batch {
  Tensor tokens;   // int64 [examples][length], padded with 0
  Tensor picked;   // flattened positions whose next token belongs to a plan
  Tensor targets;  // those next tokens
};

Batch MakeBatch(const Dataset& data, const std::vector<std::uint32_t>& members) {
  std::size_t length = 0;
  for (const std::uint32_t i : members) length = std::max(length, data.tokens(i).size() - 1);
  length = PaddedLength(length);
  const auto rows = static_cast<std::int64_t>(members.size());
  Tensor tokens = torch::zeros({rows, static_cast<std::int64_t>(length)}, torch::kLong);
  std::vector<std::int64_t> picked, targets;
  for (std::size_t row = 0; row < members.size(); ++row) {
    const auto ids = data.tokens(members[row]);
    std::int64_t* const out = tokens.data_ptr<std::int64_t>() + row * length;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      out[i] = ids[i];
      if (i + 1 < data.plan_at(members[row])) continue;
      picked.push_back(static_cast<std::int64_t>(row * length + i));
      targets.push_back(ids[i + 1]);
    }
  }
  return {tokens, torch::tensor(picked, torch::kLong), torch::tensor(targets, torch::kLong)};
}

Status SaveVocabulary(const VocabularySource& source, const std::string& path) {
  std::vector<int> types;
  for (const TokenType type : source.types) types.push_back(static_cast<int>(type));
  std::ofstream out(path);
  out << nlohmann::json{{"tokens", source.tokens}, {"types", types}, {"merges", source.merges}};
  out.close();
  if (!out) return Status(Code::kUnavailable, Concat("cannot write ", path));
  return {};
}

Result<VocabularySource> LoadVocabulary(const std::string& path) {
  std::ifstream in(path);
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object()) return Status(Code::kDataLoss, Concat(path, ": no vocabulary"));
  VocabularySource source = BuildVocabulary({}, 0);
  source.tokens = json["tokens"].get<std::vector<std::string>>();
  source.merges = json["merges"].get<std::vector<std::string>>();
  source.types.clear();
  for (const int type : json["types"]) source.types.push_back(static_cast<TokenType>(type));
  return source;
}

Result<VocabularySource> VocabularyFor(const std::vector<TextExample>& examples,
                                       const TrainOptions& options) {
  const std::string path = options.checkpoint + "/vocabulary.json";
  if (std::filesystem::exists(path)) return LoadVocabulary(path);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(examples.size(), kVocabularyTexts); ++i) {
    texts.push_back(FoldText(examples[i].text).text);
  }
  VocabularySource source = BuildVocabulary(texts, options.word_merges);
  GN_RETURN_IF_ERROR(SaveVocabulary(source, path));
  return source;
}

class Trainer {
 public:
  Trainer(const TrainOptions& options, Dataset data, VocabularySource vocabulary,
          std::shared_ptr<const Tokenizer> tokenizer, std::vector<TextExample> probe)
      : options_(options),
        data_(std::move(data)),
        vocabulary_(std::move(vocabulary)),
        tokenizer_(std::move(tokenizer)),
        probe_(std::move(probe)),
        decoder_(options.shape),
        muon_(decoder_->Matrices()),
        adam_(decoder_->Others()) {}

  Status Run() {
    GN_RETURN_IF_ERROR(Resume());
    const std::int64_t begin = step_;
    std::int64_t skip = step_;
    for (std::uint64_t epoch = 0; step_ < options_.steps; ++epoch) {
      Rng order(options_.seed * 1'000'003 + epoch);
      for (const std::vector<std::uint32_t>& members :
           data_.Batches(options_.batch_tokens, order)) {
        if (skip > 0) {
          --skip;  // was trained on before the checkpoint
          continue;
        }
        if (step_ >= options_.steps) break;
        Step(MakeBatch(data_, members));
        if (step_ % kReportEvery == 0) Report(begin);
        if (step_ % options_.checkpoint_every == 0) GN_RETURN_IF_ERROR(Checkpoint());
      }
    }
    return Export();
  }

 private:
  void Step(const Batch& batch) {
    const Tensor loss =
        FusedCrossEntropy(decoder_->forward(batch.tokens, batch.picked), batch.targets);
    loss.backward();
    const double rate = RateAt(step_, options_.steps);
    muon_.Step(options_.matrix_rate * rate);
    adam_.Step(options_.other_rate * rate);
    decoder_->zero_grad();
    loss_sum_ += loss.item<double>();
    tokens_ += batch.tokens.numel();
    ++step_;
  }

  void Report(std::int64_t begin) {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double each = seconds / static_cast<double>(step_ - begin);
    std::printf("step %ld of %ld  loss %.4f  %.0f tokens/s  %.0f min left\n",
                static_cast<long>(step_), static_cast<long>(options_.steps),
                loss_sum_ / kReportEvery, static_cast<double>(tokens_) / seconds,
                each * static_cast<double>(options_.steps - step_) / 60);
    std::fflush(stdout);
    loss_sum_ = 0;
  }

  std::vector<Tensor> Everything() {
    std::vector<Tensor> all;
    for (const Muon::Matrix& matrix : decoder_->Matrices()) all.push_back(matrix.weight);
    for (const Tensor& other : decoder_->Others()) all.push_back(other);
    for (const Tensor& state : muon_.state()) all.push_back(state);
    for (const Tensor& state : adam_.state()) all.push_back(state);
    return all;
  }

  std::string CheckpointPath() const { return options_.checkpoint + "/newest.pt"; }

  Status Checkpoint() {
    try {
      std::vector<Tensor> all = Everything();
      all.push_back(torch::tensor({static_cast<double>(step_)}, torch::kDouble));
      torch::save(all, CheckpointPath() + ".part");
      std::filesystem::rename(CheckpointPath() + ".part", CheckpointPath());
    } catch (const std::exception& error) {
      return Status(Code::kUnavailable, Concat("write checkpoint: ", error.what()));
    }
    GN_RETURN_IF_ERROR(Export());
    if (!probe_.empty()) GN_RETURN_IF_ERROR(Probe());
    return {};
  }

  Status Resume() {
    if (!std::filesystem::exists(CheckpointPath())) return {};
    try {
      const torch::NoGradGuard guard;
      std::vector<Tensor> saved;
      torch::load(saved, CheckpointPath());
      std::vector<Tensor> all = Everything();
      if (saved.size() != all.size() + 1) {
        return Status(Code::kFailedPrecondition, "the checkpoint is of another shape");
      }
      for (std::size_t i = 0; i < all.size(); ++i) all[i].copy_(saved[i]);
      step_ = static_cast<std::int64_t>(saved.back()[0].item<double>());
      adam_.set_steps(step_);
    } catch (const std::exception& error) {
      return Status(Code::kDataLoss, Concat("read checkpoint: ", error.what()));
    }
    std::printf("resumed at step %ld\n", static_cast<long>(step_));
    return {};
  }

  Status Export() {
    if (options_.keep_f32) {
      GN_RETURN_IF_ERROR(ExportModel(decoder_, vocabulary_, gguf::TensorType::kF32,
                                     "Ganglion starter", options_.out + ".f32"));
    }
    return ExportModel(decoder_, vocabulary_, gguf::TensorType::kQ8_0, "Ganglion starter",
                       options_.out);
  }

  Status Probe() {
    std::ofstream out(options_.probe_out);
    for (std::size_t at = 0; at < probe_.size(); at += kGreedyBatch) {
      const std::size_t end = std::min(probe_.size(), at + kGreedyBatch);
      const std::span<const TextExample> part = std::span(probe_).subspan(at, end - at);
      GN_ASSIGN_OR_RETURN(const std::vector<std::string> plans,
                          GreedyPlans(decoder_, *tokenizer_, part));
      for (std::size_t i = 0; i < part.size(); ++i) {
        const nlohmann::ordered_json plan = nlohmann::ordered_json::parse(plans[i], nullptr, false);
        out << nlohmann::ordered_json{{"id", part[i].id},
                                      {"plan", plan.is_discarded() ? nullptr : plan}}
                   .dump()
            << '\n';
      }
    }
    return {};
  }

  const TrainOptions& options_;
  Dataset data_;
  VocabularySource vocabulary_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::vector<TextExample> probe_;
  Decoder decoder_;
  Muon muon_;
  Adam adam_;
  std::int64_t step_ = 0;
  std::int64_t tokens_ = 0;
  double loss_sum_ = 0;  // since the last report
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

Status Train(const TrainOptions& options) {
  torch::manual_seed(options.seed);
  torch::set_num_threads(options.threads);
  std::error_code ignored;
  std::filesystem::create_directories(options.checkpoint, ignored);
  GN_ASSIGN_OR_RETURN(const std::vector<TextExample> examples, ReadExamples(options.data));
  GN_ASSIGN_OR_RETURN(VocabularySource vocabulary, VocabularyFor(examples, options));
  GN_ASSIGN_OR_RETURN(const auto tokenizer, Tokenizer::FromVocabulary(vocabulary));
  GN_ASSIGN_OR_RETURN(Dataset data, Dataset::Create(examples, *tokenizer));
  std::vector<TextExample> probe;
  if (!options.probe.empty()) {
    GN_ASSIGN_OR_RETURN(probe, ReadExamples(options.probe));
  }
  TrainOptions sized = options;
  sized.shape.vocabulary = static_cast<std::int64_t>(tokenizer->size());
  std::printf("%zu examples, %zu tokens, %zu left out as too long, vocabulary %zu\n", data.size(),
              data.tokens_total(), data.left_out(), tokenizer->size());
  try {
    return Trainer(sized, std::move(data), std::move(vocabulary), tokenizer, std::move(probe))
        .Run();
  } catch (const std::exception& error) {  // libtorch reports by exception
    return Status(Code::kInternal, Concat("libtorch: ", error.what()));
  }
}

}  // namespace ganglion::learn
