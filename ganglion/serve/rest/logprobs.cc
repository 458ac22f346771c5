#include "ganglion/serve/rest/logprobs.h"

#include <cmath>
#include <string>
#include <utility>

namespace ganglion::serve::rest {
namespace {

// JSON has no infinity; OpenAI writes this for what can never be chosen.
constexpr double kLogprobMin = -9999.0;

double Finite(float logprob) { return logprob >= kLogprobMin ? logprob : kLogprobMin; }

// Part of a character alone is no text; `bytes` says what it was.
std::string Text(const std::string& bytes) {
  return Json::parse(Dump(Json(bytes)), nullptr, false).get<std::string>();
}

Json Entry(const api::TokenLogprob& token) {
  Json bytes = Json::array();
  for (const char c : token.bytes) bytes.push_back(static_cast<unsigned char>(c));
  return {{"token", Text(token.bytes)},
          {"logprob", Finite(token.logprob)},
          {"bytes", std::move(bytes)}};
}

}  // namespace

Json ChatLogprobList(const std::vector<api::TokenEvent>& tokens) {
  Json list = Json::array();
  for (const api::TokenEvent& token : tokens) {
    Json entry = Entry(token.chosen);
    entry["top_logprobs"] = Json::array();
    for (const api::TokenLogprob& top : token.top) entry["top_logprobs"].push_back(Entry(top));
    list.push_back(std::move(entry));
  }
  return list;
}

Json ChatLogprobs(const std::vector<api::TokenEvent>& tokens) {
  return {{"content", ChatLogprobList(tokens)}, {"refusal", nullptr}};
}

Json CompletionLogprobs(const std::vector<api::TokenEvent>& tokens, std::size_t offset) {
  Json texts = Json::array();
  Json logprobs = Json::array();
  Json tops = Json::array();
  Json offsets = Json::array();
  for (const api::TokenEvent& token : tokens) {
    texts.push_back(Text(token.chosen.bytes));
    logprobs.push_back(Finite(token.chosen.logprob));
    Json top = Json::object();
    for (const api::TokenLogprob& other : token.top) {
      top[Text(other.bytes)] = Finite(other.logprob);
    }
    tops.push_back(std::move(top));
    offsets.push_back(offset);
    offset += token.chosen.bytes.size();
  }
  return {{"tokens", std::move(texts)},
          {"token_logprobs", std::move(logprobs)},
          {"top_logprobs", std::move(tops)},
          {"text_offset", std::move(offsets)}};
}

std::size_t ByteCount(const std::vector<api::TokenEvent>& tokens) {
  std::size_t bytes = 0;
  for (const api::TokenEvent& token : tokens) bytes += token.chosen.bytes.size();
  return bytes;
}

}  // namespace ganglion::serve::rest
