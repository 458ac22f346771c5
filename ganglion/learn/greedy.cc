#include "ganglion/learn/greedy.h"

#include <algorithm>

namespace ganglion::learn {

Result<std::vector<std::string>> GreedyPlans(Decoder decoder, const Tokenizer& tokenizer,
                                             std::span<const TextExample> examples) {
  const torch::NoGradGuard guard;
  std::vector<std::vector<TokenId>> rows, plans(examples.size());
  for (const TextExample& example : examples) {
    GN_ASSIGN_OR_RETURN(std::vector<TokenId> prompt, EncodePrompt(example.text, tokenizer));
    rows.push_back(std::move(prompt));
  }
  std::vector<std::size_t> open(rows.size());
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
  while (!open.empty()) {
    std::size_t length = 0;
    for (const std::size_t i : open) length = std::max(length, rows[i].size());
    const auto count = static_cast<std::int64_t>(open.size());
    torch::Tensor tokens = torch::zeros({count, static_cast<std::int64_t>(length)}, torch::kLong);
    std::vector<std::int64_t> picked;
    for (std::size_t row = 0; row < open.size(); ++row) {
      std::int64_t* const out = tokens.data_ptr<std::int64_t>() + row * length;
      const auto& ids = rows[open[row]];
      std::transform(ids.begin(), ids.end(), out, [](TokenId id) { return Value(id); });
      picked.push_back(static_cast<std::int64_t>(row * length + ids.size() - 1));
    }
    const torch::Tensor best =
        decoder->forward(tokens, torch::tensor(picked, torch::kLong)).argmax(1).contiguous();
    std::vector<std::size_t> still_open;
    for (std::size_t row = 0; row < open.size(); ++row) {
      const auto id = TokenId{static_cast<std::int32_t>(best.data_ptr<std::int64_t>()[row])};
      if (tokenizer.IsControl(id) || rows[open[row]].size() >= kExampleTokensMax) continue;
      rows[open[row]].push_back(id);
      plans[open[row]].push_back(id);
      still_open.push_back(open[row]);
    }
    open = std::move(still_open);
  }
  std::vector<std::string> texts;
  for (const auto& plan : plans) texts.push_back(tokenizer.Decode(plan));
  return texts;
}

}  // namespace ganglion::learn
