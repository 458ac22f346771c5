#include "ganglion/engine/prompt.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

// A stand-in for the text of a control token while the template is rendered: two characters from
// the private use area with the token's number between them. -1 stands for the first of the two.
constexpr std::string_view kOpen = "\xEF\xA3\xB0";   // U+F8F0
constexpr std::string_view kClose = "\xEF\xA3\xB1";  // U+F8F1
constexpr std::int32_t kOpenItself = -1;

void ReplaceAll(std::string_view from, std::string_view to, std::string& text) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The control tokens whose text appears in any of the messages; longer texts first, because one may
// hold another.
std::vector<TokenId> ControlTokensIn(const std::vector<api::Message>& messages,
                                     const Tokenizer& tokenizer) {
  std::vector<TokenId> found;
  for (std::size_t i = 0; i < tokenizer.size(); ++i) {
    const TokenId token{static_cast<std::int32_t>(i)};
    if (!tokenizer.IsControl(token) || tokenizer.Text(token).empty()) continue;
    const bool appears =
        std::any_of(messages.begin(), messages.end(), [&](const api::Message& message) {
          return message.content.find(tokenizer.Text(token)) != std::string::npos;
        });
    if (appears) found.push_back(token);
  }
  std::stable_sort(found.begin(), found.end(), [&tokenizer](TokenId a, TokenId b) {
    return tokenizer.Text(a).size() > tokenizer.Text(b).size();
  });
  return found;
}

std::string Disarm(const std::string& content, const std::vector<TokenId>& tokens,
                   const Tokenizer& tokenizer) {
  std::string out = content;
  ReplaceAll(kOpen, Concat(kOpen, kOpenItself, kClose), out);
  for (const TokenId token : tokens) {
    ReplaceAll(tokenizer.Text(token), Concat(kOpen, Value(token), kClose), out);
  }
  return out;
}

struct StandIn {
  std::size_t begin;
  std::size_t end;
  std::string_view text;  // that it stands for
};

std::optional<StandIn> FindStandIn(std::string_view text, std::size_t from,
                                   const Tokenizer& tokenizer) {
  for (std::size_t at = text.find(kOpen, from); at != std::string_view::npos;
       at = text.find(kOpen, at + 1)) {
    std::int32_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + at + kOpen.size(), last, number);
    const auto after = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || !text.substr(after).starts_with(kClose)) continue;
    const std::size_t behind = after + kClose.size();
    if (number == kOpenItself) return StandIn{at, behind, kOpen};
    const TokenId token{number};
    if (tokenizer.Contains(token) && tokenizer.IsControl(token)) {
      return StandIn{at, behind, tokenizer.Text(token)};
    }
  }
  return std::nullopt;
}

Status AppendTokens(std::string_view text, bool parse_special, const Tokenizer& tokenizer,
                    std::vector<TokenId>& tokens) {
  if (text.empty()) return {};
  GN_ASSIGN_OR_RETURN(const auto more, tokenizer.Encode(text, {.parse_special = parse_special}));
  tokens.insert(tokens.end(), more.begin(), more.end());
  return {};
}

void PutBosInFront(const Tokenizer& tokenizer, std::vector<TokenId>& tokens) {
  if (!tokenizer.add_bos() || tokenizer.bos() == kNoToken) return;
  if (tokens.empty() || tokens.front() != tokenizer.bos()) {
    tokens.insert(tokens.begin(), tokenizer.bos());
  }
}

Result<std::string> Render(const std::vector<api::Message>& messages,
                           const std::vector<TokenId>& disarmed, const LoadedModel& loaded) {
  const Tokenizer& tokenizer = *loaded.tokenizer;
  jinja::RenderInput input;
  for (const api::Message& message : messages) {
    input.messages.push_back(
        {{"role", message.role}, {"content", Disarm(message.content, disarmed, tokenizer)}});
  }
  const auto text_of = [&tokenizer](TokenId token) {
    return token == kNoToken ? std::string() : std::string(tokenizer.Text(token));
  };
  input.bos_token = text_of(tokenizer.bos());
  input.eos_token = text_of(tokenizer.eos());
  const sys::LocalTime now = sys::LocalTimeNow();
  input.now = jinja::DateTime{now.year, now.month, now.day, now.hour, now.minute, now.second};
  return loaded.chat_template->Render(input);
}

}  // namespace

Result<std::vector<TokenId>> TokenizeMessages(const std::vector<api::Message>& messages,
                                              const LoadedModel& loaded) {
  if (!loaded.chat_template) {
    return Status(Code::kFailedPrecondition,
                  "the model carries no chat template (tokenizer.chat_template): give it a raw "
                  "prompt instead of messages");
  }
  const Tokenizer& tokenizer = *loaded.tokenizer;
  const std::vector<TokenId> disarmed = ControlTokensIn(messages, tokenizer);
  GN_ASSIGN_OR_RETURN(const std::string text, Render(messages, disarmed, loaded));
  std::vector<TokenId> tokens;
  std::size_t at = 0;
  while (const auto stand_in = FindStandIn(text, at, tokenizer)) {
    const std::string_view before = std::string_view(text).substr(at, stand_in->begin - at);
    GN_RETURN_IF_ERROR(AppendTokens(before, true, tokenizer, tokens));
    GN_RETURN_IF_ERROR(AppendTokens(stand_in->text, false, tokenizer, tokens));
    at = stand_in->end;
  }
  GN_RETURN_IF_ERROR(AppendTokens(std::string_view(text).substr(at), true, tokenizer, tokens));
  PutBosInFront(tokenizer, tokens);
  return tokens;
}

Result<std::vector<TokenId>> TokenizeRaw(const std::string& prompt, const LoadedModel& loaded) {
  std::vector<TokenId> tokens;
  GN_RETURN_IF_ERROR(AppendTokens(prompt, true, *loaded.tokenizer, tokens));
  PutBosInFront(*loaded.tokenizer, tokens);
  return tokens;
}

}  // namespace ganglion::engine
