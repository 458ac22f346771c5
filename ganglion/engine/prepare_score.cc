#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/forced_tokens.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/prompt.h"
#include "ganglion/engine/score.h"

namespace ganglion::engine {
namespace {

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

Status CheckRequest(const api::ScoreRequest& request) {
  GN_RETURN_IF_ERROR(CheckTicket(request.priority, request.deadline_ms));
  if (request.prompt.empty() == request.messages.empty()) {
    return Bad("a request needs either messages or a raw prompt");
  }
  GN_RETURN_IF_ERROR(CheckMessages(request.messages));
  if (request.prompt.size() > kPromptBytesMax) {
    return Bad(Concat("the prompt has ", request.prompt.size(), " bytes, over ", kPromptBytesMax));
  }
  if (request.labels.empty() || request.labels.size() > kLabelsMax) {
    return Bad(
        Concat("there are ", request.labels.size(), " labels; there must be 1 to ", kLabelsMax));
  }
  for (std::size_t i = 0; i < request.labels.size(); ++i) {
    const std::size_t bytes = request.labels[i].size();
    if (bytes >= 1 && bytes <= kLabelBytesMax) continue;
    return Bad(
        Concat("label ", i + 1, " has ", bytes, " bytes; it must have 1 to ", kLabelBytesMax));
  }
  return {};
}

// Where the text behind the last control token begins.
std::size_t TailOf(std::span<const TokenId> tokens, const Tokenizer& tokenizer) {
  std::size_t at = tokens.size();
  while (at > 0 && !tokenizer.Piece(tokens[at - 1]).empty() &&
         !tokenizer.IsControl(tokens[at - 1])) {
    --at;
  }
  return at;
}

// The tokens of the prompt with a label behind it.
std::vector<TokenId> WithLabel(std::span<const TokenId> prompt, std::size_t tail,
                               const std::optional<std::string>& tail_text,
                               const std::string& label, const Tokenizer& tokenizer) {
  std::vector<TokenId> tokens(prompt.begin(), prompt.end());
  if (tail_text) {
    if (const auto anew = tokenizer.Encode(*tail_text + label); anew.ok()) {
      tokens.resize(tail);
      tokens.insert(tokens.end(), anew->begin(), anew->end());
      return tokens;
    }
  }
  const auto last = prompt.last(std::min(prompt.size() - tail, kForcedTailTokens));
  const auto behind = TokenizeForced(tokenizer, last, label);
  tokens.insert(tokens.end(), behind.begin(), behind.end());
  return tokens;
}

std::size_t CommonPrefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

}  // namespace

Result<std::unique_ptr<ScoreJob>> PrepareScore(const api::ScoreRequest& request,
                                               const LoadedModel& loaded) {
  GN_RETURN_IF_ERROR(CheckRequest(request));
  const Tokenizer& tokenizer = *loaded.tokenizer;
  auto tokens = request.messages.empty() ? TokenizeRaw(request.prompt, loaded)
                                         : TokenizeMessages(request.messages, loaded);
  if (!tokens.ok()) return std::move(tokens).error();
  const std::span<const TokenId> prompt = *tokens;
  if (prompt.empty()) return Bad("the prompt is empty");
  const std::size_t tail = TailOf(prompt, tokenizer);
  // Only where the tail, taken alone, is tokenised as it stands there.
  std::optional<std::string> tail_text = tokenizer.Decode(prompt.subspan(tail));
  const auto again = tokenizer.Encode(*tail_text);
  if (!again.ok() || !std::ranges::equal(*again, prompt.subspan(tail))) tail_text.reset();

  std::vector<std::vector<TokenId>> wholes;
  std::size_t common = prompt.size();
  for (std::size_t i = 0; i < request.labels.size(); ++i) {
    wholes.push_back(WithLabel(prompt, tail, tail_text, request.labels[i], tokenizer));
    const std::vector<TokenId>& whole = wholes.back();
    common = std::min(common, CommonPrefix(prompt, whole));
    if (common == 0 || common == whole.size()) {
      return Bad(Concat("label ", i + 1, " leaves no token of the prompt as it is, or adds none: ",
                        "give a prompt that does not end within a word"));
    }
    if (whole.size() > loaded.context_tokens) {
      return Status(Code::kResourceExhausted,
                    Concat("the prompt with label ", i + 1, " has ", whole.size(),
                           " tokens, but the context holds ", loaded.context_tokens));
    }
  }
  auto job = std::make_unique<ScoreJob>();
  job->ticket = {
      .priority = request.priority, .tenant = request.tenant, .deadline_ms = request.deadline_ms};
  job->prompt_tokens = static_cast<std::uint32_t>(prompt.size());
  job->prompt.assign(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(common));
  for (const std::vector<TokenId>& whole : wholes) {
    job->labels.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(common), whole.end());
  }
  return job;
}

}  // namespace ganglion::engine
