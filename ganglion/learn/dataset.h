#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/rng.h"
#include "ganglion/base/status.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::learn {

struct TextExample {
  std::string text;  // as a person wrote it
  std::string plan;  // compact JSON; empty in a file that only asks
  std::string id;
};

// Reads lines of {"text": ..., "plan": {...}} or {"text": ..., "steps": [...]}, with an optional
// "id". An error names the line.
Result<std::vector<TextExample>> ReadExamples(const std::string& path);

// Examples as token ids, one after another in one array.
class Dataset {
 public:
  // Examples longer than kExampleTokensMax are left out, and counted.
  static Result<Dataset> Create(const std::vector<TextExample>& examples,
                                const Tokenizer& tokenizer);

  std::size_t size() const { return plan_at_.size(); }
  std::span<const std::uint16_t> tokens(std::size_t i) const {
    return std::span(tokens_).subspan(begin_[i], begin_[i + 1] - begin_[i]);
  }
  // Index in tokens(i) of the first token of the plan.
  std::size_t plan_at(std::size_t i) const { return plan_at_[i]; }
  std::size_t tokens_total() const { return tokens_.size(); }
  std::size_t left_out() const { return left_out_; }

  // Every example once, in random order, in batches of examples of like length: their number times
  // PaddedLength() of the longest is at most `tokens_max`.
  std::vector<std::vector<std::uint32_t>> Batches(std::size_t tokens_max, Rng& rng) const;

 private:
  std::vector<std::uint16_t> tokens_;
  std::vector<std::size_t> begin_ = {0};
  std::vector<std::uint16_t> plan_at_;
  std::size_t left_out_ = 0;
};

constexpr std::size_t kExampleTokensMax = 320;

// The length that a batch is padded to. Few different shapes, because libtorch makes code for each.
constexpr std::size_t PaddedLength(std::size_t tokens) { return (tokens + 3) / 4 * 4; }

// <|instruction|> folded text <|plan|>
Result<std::vector<TokenId>> EncodePrompt(std::string_view text, const Tokenizer& tokenizer);

}  // namespace ganglion::learn
