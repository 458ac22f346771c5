#include "ganglion/engine/prompt.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/conversation_json.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

// A stand-in for the text of a control token while the template is rendered: two characters from
// the private use area with the token's number between them. -1 stands for the first of the two.
constexpr std::string_view kOpen = "\xEF\xA3\xB0";   // U+F8F0
constexpr std::string_view kClose = "\xEF\xA3\xB1";  // U+F8F1
constexpr std::int32_t kOpenItself = -1;

void ReplaceAll(std::string_view from, std::string_view to, std::string& text) {
  std::size_t found = text.find(from);
  if (found == std::string::npos) return;
  std::string out;
  std::size_t at = 0;
  for (; found != std::string::npos; found = text.find(from, at)) {
    out.append(text, at, found - at);
    out += to;
    at = found + from.size();
  }
  text = out + text.substr(at);
}

// The control tokens whose text appears in the conversation; longer texts first, because one may
// hold another.
std::vector<TokenId> ControlTokensIn(ConversationJson& json, const Tokenizer& tokenizer) {
  std::string all;
  const auto add = [&all](std::string& text) { all += text + '\0'; };
  for (auto* part : {&json.messages, &json.tools, &json.extra}) VisitStrings(*part, add);
  std::vector<TokenId> found;
  for (std::size_t i = 0; i < tokenizer.size(); ++i) {
    const TokenId token{static_cast<std::int32_t>(i)};
    if (!tokenizer.IsControl(token) || tokenizer.Text(token).empty()) continue;
    if (all.find(tokenizer.Text(token)) != std::string::npos) found.push_back(token);
  }
  std::stable_sort(found.begin(), found.end(), [&tokenizer](TokenId a, TokenId b) {
    return tokenizer.Text(a).size() > tokenizer.Text(b).size();
  });
  return found;
}

// Replaces the text of control tokens by stand-ins.
void Disarm(ConversationJson& json, const Tokenizer& tokenizer) {
  const std::vector<TokenId> tokens = ControlTokensIn(json, tokenizer);
  const auto disarm = [&](std::string& text) {
    ReplaceAll(kOpen, Concat(kOpen, kOpenItself, kClose), text);
    for (const TokenId token : tokens) {
      ReplaceAll(tokenizer.Text(token), Concat(kOpen, Value(token), kClose), text);
    }
  };
  for (auto* part : {&json.messages, &json.tools, &json.extra}) VisitStrings(*part, disarm);
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

Result<std::string> Render(const Conversation& conversation, bool is_whole,
                           const LoadedModel& loaded) {
  const Tokenizer& tokenizer = *loaded.tokenizer;
  GN_ASSIGN_OR_RETURN(ConversationJson json, MakeConversationJson(conversation));
  Disarm(json, tokenizer);
  const auto text_of = [&tokenizer](TokenId token) {
    return token == kNoToken ? std::string() : std::string(tokenizer.Text(token));
  };
  jinja::RenderInput input;
  input.messages = std::move(json.messages);
  input.tools = std::move(json.tools);
  input.extra = std::move(json.extra);
  input.add_generation_prompt = is_whole;
  input.bos_token = text_of(tokenizer.bos());
  input.eos_token = text_of(tokenizer.eos());
  const sys::LocalTime now = sys::LocalTimeNow();
  input.now = jinja::DateTime{now.year, now.month, now.day, now.hour, now.minute, now.second};
  auto text = loaded.chat_template->Render(input);
  if (text.ok() || !conversation.tools.empty()) return text;
  // Templates that were written for tools alone go through a list of them without asking for one.
  input.tools = nlohmann::ordered_json::array();
  auto with_empty_list = loaded.chat_template->Render(input);
  return with_empty_list.ok() ? std::move(with_empty_list) : std::move(text);
}

// The tokens of a rendered text, with the stand-ins as the text that they stand for.
Result<std::vector<TokenId>> TokenizeRendered(std::string_view text, const Tokenizer& tokenizer) {
  std::vector<TokenId> tokens;
  std::size_t at = 0;
  while (const auto stand_in = FindStandIn(text, at, tokenizer)) {
    const std::string_view before = text.substr(at, stand_in->begin - at);
    GN_RETURN_IF_ERROR(AppendTokens(before, true, tokenizer, tokens));
    GN_RETURN_IF_ERROR(AppendTokens(stand_in->text, false, tokenizer, tokens));
    at = stand_in->end;
  }
  GN_RETURN_IF_ERROR(AppendTokens(text.substr(at), true, tokenizer, tokens));
  PutBosInFront(tokenizer, tokens);
  return tokens;
}

}  // namespace

Result<std::vector<TokenId>> TokenizeConversation(const Conversation& conversation,
                                                  const LoadedModel& loaded) {
  if (!loaded.chat_template) {
    return Status(Code::kFailedPrecondition,
                  "the model carries no chat template (tokenizer.chat_template): give it a raw "
                  "prompt instead of messages");
  }
  GN_ASSIGN_OR_RETURN(std::string text, Render(conversation, true, loaded));
  text += conversation.answer_prefix;
  return TokenizeRendered(text, *loaded.tokenizer);
}

Result<std::vector<TokenId>> TokenizeMessages(const std::vector<api::Message>& messages,
                                              const LoadedModel& loaded) {
  const std::vector<api::Tool> no_tools;
  const std::string no_arguments;
  return TokenizeConversation({messages, no_tools, no_arguments}, loaded);
}

// What follows the system messages may change how their last token is written, so only the tokens
// that are the same count.
std::size_t CountSystemTokens(const Conversation& conversation, const std::vector<TokenId>& prompt,
                              const LoadedModel& loaded) {
  std::vector<api::Message> head;
  for (const api::Message& message : conversation.messages) {
    if (message.role != "system" && message.role != "developer") break;
    head.push_back(message);
  }
  if (head.empty() || !loaded.chat_template) return 0;
  const auto text =
      Render({head, conversation.tools, conversation.template_arguments}, false, loaded);
  if (!text.ok()) return 0;
  const auto tokens = TokenizeRendered(*text, *loaded.tokenizer);
  if (!tokens.ok()) return 0;
  const auto ends = std::mismatch(tokens->begin(), tokens->end(), prompt.begin(), prompt.end());
  return static_cast<std::size_t>(ends.first - tokens->begin());
}

Result<std::vector<TokenId>> TokenizeRaw(const std::string& prompt, const LoadedModel& loaded) {
  std::vector<TokenId> tokens;
  GN_RETURN_IF_ERROR(AppendTokens(prompt, true, *loaded.tokenizer, tokens));
  PutBosInFront(*loaded.tokenizer, tokens);
  return tokens;
}

}  // namespace ganglion::engine
