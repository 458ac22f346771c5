#include "ganglion/learn/dataset.h"

#include <algorithm>
#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/base/fold_text.h"
#include "ganglion/learn/vocabulary.h"

namespace ganglion::learn {
namespace {

constexpr std::size_t kLineBytesMax = 1u << 20;
constexpr std::size_t kWindow = 8192;  // examples sorted by length together

Result<TextExample> ParseLine(const std::string& line) {
  using nlohmann::ordered_json;
  const ordered_json row = ordered_json::parse(line, nullptr, false);
  if (!row.is_object() || !row.contains("text") || !row["text"].is_string()) {
    return Status(Code::kInvalidArgument, "no JSON object with a string \"text\"");
  }
  TextExample example;
  example.text = row["text"].get<std::string>();
  if (row.contains("plan")) {
    example.plan = row["plan"].dump();
  } else if (row.contains("steps")) {
    example.plan = ordered_json{{"steps", row["steps"]}}.dump();
  }
  if (row.contains("id") && row["id"].is_string()) example.id = row["id"].get<std::string>();
  return example;
}

template <class Item>
void Shuffle(std::vector<Item>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.Below(i)]);
}

}  // namespace

Result<std::vector<TextExample>> ReadExamples(const std::string& path) {
  std::ifstream in(path);
  if (!in) return Status(Code::kNotFound, Concat("cannot read ", path));
  std::vector<TextExample> examples;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.size() > kLineBytesMax) {
      return Status(Code::kInvalidArgument, Concat(path, " line ", number, ": too long"));
    }
    if (line.empty()) continue;
    Result<TextExample> example = ParseLine(line);
    if (!example.ok()) {
      return std::move(example).error().WithContext(Concat(path, " line ", number));
    }
    examples.push_back(*std::move(example));
  }
  return examples;
}

Result<std::vector<TokenId>> EncodePrompt(std::string_view text, const Tokenizer& tokenizer) {
  std::vector<TokenId> ids = {tokenizer.Find(kInstructionToken)};
  GN_ASSIGN_OR_RETURN(const std::vector<TokenId> words, tokenizer.Encode(FoldText(text).text));
  ids.insert(ids.end(), words.begin(), words.end());
  ids.push_back(tokenizer.Find(kPlanToken));
  return ids;
}

Result<Dataset> Dataset::Create(const std::vector<TextExample>& examples,
                                const Tokenizer& tokenizer) {
  if (tokenizer.size() > 65'536) {
    return Status(Code::kInvalidArgument, "the vocabulary has more than 65,536 tokens");
  }
  Dataset data;
  for (const TextExample& example : examples) {
    GN_ASSIGN_OR_RETURN(std::vector<TokenId> ids, EncodePrompt(example.text, tokenizer));
    const std::size_t plan_at = ids.size();
    GN_ASSIGN_OR_RETURN(const std::vector<TokenId> plan, tokenizer.Encode(example.plan));
    ids.insert(ids.end(), plan.begin(), plan.end());
    ids.push_back(tokenizer.Find(kEndToken));
    if (ids.size() > kExampleTokensMax) {
      ++data.left_out_;
      continue;
    }
    for (const TokenId id : ids) data.tokens_.push_back(static_cast<std::uint16_t>(Value(id)));
    data.begin_.push_back(data.tokens_.size());
    data.plan_at_.push_back(static_cast<std::uint16_t>(plan_at));
  }
  return data;
}

std::vector<std::vector<std::uint32_t>> Dataset::Batches(std::size_t tokens_max, Rng& rng) const {
  std::vector<std::uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0u);
  Shuffle(order, rng);
  std::vector<std::vector<std::uint32_t>> batches;
  for (std::size_t start = 0; start < order.size(); start += kWindow) {
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(start);
    const auto last =
        order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), start + kWindow));
    std::stable_sort(first, last, [this](std::uint32_t a, std::uint32_t b) {
      return tokens(a).size() < tokens(b).size();
    });
    for (auto at = first; at != last;) {
      std::vector<std::uint32_t> batch;
      while (at != last && (batch.size() + 1) * PaddedLength(tokens(*at).size()) <= tokens_max) {
        batch.push_back(*at++);
      }
      batches.push_back(std::move(batch));
    }
  }
  Shuffle(batches, rng);
  return batches;
}

}  // namespace ganglion::learn
