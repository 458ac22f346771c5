#include <algorithm>
#include <iterator>

#include "ganglion/tokenizer/pre_tokenizer.h"

// The expressions belong to the vocabularies: each model was trained on text cut by its own. They
// are facts of the models' published tokenizers, in the names that GGUF gives them. Where a
// published expression has a form with the same matches that cannot run in quadratic time, that one
// stands here.

namespace ganglion::tokenizer {
namespace {

using View = std::string_view;

// Words with the space before them; numbers and marks likewise. "\s+" alone at the end takes what
// the search would leave over.
#define GN_GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"
#define GN_CONTRACTIONS R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]))"
// A word takes one mark or space before it; marks take the line ends after them.
#define GN_WORD R"([^\r\n\p{L}\p{N}]?\p{L}+)"
#define GN_MARKS_AND_SPACE R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
// Words cut where lower case ends and upper case begins.
#define GN_CASE_TAIL R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
#define GN_CASE_HEAD R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
#define GN_MARKS_AND_SLASH R"( ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define GN_ASCII_MARK R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])"
#define GN_CJK R"([\x{4e00}-\x{9fa5}\x{3040}-\x{309f}\x{30a0}-\x{30ff}]+)"

constexpr View kDefault[] = {R"([\p{P}\$\+<=>\^~\|]+)", GN_GPT2, R"(\p{N}+)", R"([0-9][0-9][0-9])"};
constexpr View kGpt2[] = {GN_GPT2};
constexpr View kStarcoder[] = {R"(\p{N})", GN_GPT2};
constexpr View kFalcon[] = {R"([\p{P}\$\+<=>\^~\|`]+)", GN_GPT2, R"([0-9][0-9][0-9])"};
constexpr View kLlama3[] = {GN_CONTRACTIONS "|" GN_WORD R"(|\p{N}{1,3}|)" GN_MARKS_AND_SPACE};
constexpr View kQwen2[] = {GN_CONTRACTIONS "|" GN_WORD R"(|\p{N}|)" GN_MARKS_AND_SPACE};
constexpr View kQwen35[] = {
    GN_CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)"
                    R"(\s*[\r\n]+|\s+(?!\S)|\s+)"};
constexpr View kMiniCpm5[] = {R"(\p{N}{1,3})",
                              GN_CONTRACTIONS "|" GN_WORD R"(|\p{N}+|)" GN_MARKS_AND_SPACE};
constexpr View kUfakzeka[] = {GN_WORD R"(|\p{N}|)" GN_MARKS_AND_SPACE};
constexpr View kLaguna[] = {R"([^\n]+|[\n]+)",
                            GN_CONTRACTIONS "|" GN_WORD R"(|\p{N}|)" GN_MARKS_AND_SPACE};
constexpr View kSeedCoder[] = {
    GN_CONTRACTIONS "|" GN_WORD R"(|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)"};
constexpr View kBailingMoe[] = {R"('(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|)" GN_WORD
                                R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr View kTekken[] = {R"([^\r\n\p{L}\p{N}]?)" GN_CASE_TAIL
                            R"(|[^\r\n\p{L}\p{N}]?)" GN_CASE_HEAD R"(|\p{N}|)" GN_MARKS_AND_SLASH};
constexpr View kGpt4o[] = {R"([^\r\n\p{L}\p{N}]?)" GN_CASE_TAIL GN_CONTRACTIONS
                           R"(?|[^\r\n\p{L}\p{N}]?)" GN_CASE_HEAD GN_CONTRACTIONS
                           R"(?|\p{N}{1,3}|)" GN_MARKS_AND_SLASH};
constexpr View kDeepSeekCoder[] = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)",
                                   R"([\x{4e00}-\x{9fa5}\x{0800}-\x{4e00}\x{ac00}-\x{d7ff}]+)",
                                   R"(\p{N})"};
// The second one lists the cased letters of its day instead of \p{Lu} and so on; of the blocks
// that it takes in, these are all. The fourth matches only at the start of a run of spaces: tried
// at each space of a run that does not end the piece, it would take the square of the run.
constexpr View kDeepSeekLlm[] = {
    R"([\r\n])",
    R"(\s?[A-Za-z\x{b5}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{1ba}\x{1bc}-\x{1bf}\x{1c4}-\x{293})"
    R"(\x{295}-\x{2af}\x{370}-\x{373}\x{376}\x{377}\x{37b}-\x{37d}\x{37f}\x{386})"
    R"(\x{388}-\x{38a}\x{38c}\x{38e}-\x{3a1}\x{3a3}-\x{3f5}\x{3f7}-\x{481}\x{48a}-\x{52f})"
    R"(\x{531}-\x{556}\x{10a0}-\x{10c5}\x{13a0}-\x{13f5}\x{13f8}-\x{13fd}\x{1c90}-\x{1cba})"
    R"(\x{1cbd}-\x{1cbf}\x{1d00}-\x{1d2b}\x{1d6b}-\x{1d77}\x{1d79}-\x{1d9a}\x{1e00}-\x{1f15})"
    R"(\x{1f18}-\x{1f1d}\x{1f20}-\x{1f45}\x{1f48}-\x{1f4d}\x{1f50}-\x{1f57}\x{1f59}\x{1f5b})"
    R"(\x{1f5d}\x{1f5f}-\x{1f7d}\x{1f80}-\x{1fb4}\x{1fb6}-\x{1fbc}\x{1fbe}\x{1fc2}-\x{1fc4})"
    R"(\x{1fc6}-\x{1fcc}\x{1fd0}-\x{1fd3}\x{1fd6}-\x{1fdb}\x{1fe0}-\x{1fec}\x{1ff2}-\x{1ff4})"
    R"(\x{1ff6}-\x{1ffc}\x{2102}\x{2107}\x{210a}-\x{2113}\x{2115}\x{2119}-\x{211d}\x{2124})"
    R"(\x{2126}\x{2128}\x{212a}-\x{212d}\x{212f}-\x{2134}\x{2139}\x{213c}-\x{213f})"
    R"(\x{2145}-\x{2149}\x{214e}\x{2183}\x{2184}\x{2c00}-\x{2c7b}\x{2c7e}-\x{2ce4})"
    R"(\x{2ceb}-\x{2cee}\x{2cf2}\x{2cf3}\x{a640}-\x{a66d}\x{a680}-\x{a69b}\x{a722}-\x{a76f})"
    R"(\x{a771}-\x{a787}\x{a78b}-\x{a78e}\x{ab70}-\x{abbf}\x{fb00}-\x{fb06}\x{fb13}-\x{fb17})"
    R"(\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}\x{10400}-\x{1044f}\x{104b0}-\x{104d3})"
    R"(\x{104d8}-\x{104fb}\x{10c80}-\x{10cb2}\x{10cc0}-\x{10cf2}\x{118a0}-\x{118df})"
    R"(\x{1e900}-\x{1e943}]+)",
    R"(\s?[!-/:-~\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff5e}\x{2018}-\x{201f}\x{3000}-\x{3002}]+)",
    R"((?<!\s)\s++\z)",
    R"([\x{4e00}-\x{9fa5}\x{0800}-\x{4e00}\x{ac00}-\x{d7ff}]+)",
    R"(\p{N}+)"};
constexpr View kDeepSeekV3[] = {
    R"(\p{N}{1,3})", GN_CJK,
    GN_ASCII_MARK R"([A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)"
                  R"(\s*[\r\n]+|\s+(?!\S)|\s+)"};
constexpr View kBloom[] = {
    R"( ?[^(\s|.,!?\x{2026}\x{3002}\x{ff0c}\x{3001}\x{0964}\x{06d4}\x{060c})]+)"};
constexpr View kViking[] = {kBloom[0], R"(\p{N})"};

#undef GN_GPT2
#undef GN_CONTRACTIONS
#undef GN_WORD
#undef GN_MARKS_AND_SPACE
#undef GN_CASE_TAIL
#undef GN_CASE_HEAD
#undef GN_MARKS_AND_SLASH
#undef GN_ASCII_MARK
#undef GN_CJK

constexpr PreTokenizerRule Plain(View name, std::span<const View> expressions) {
  return {name, expressions, false, false};
}
constexpr PreTokenizerRule BosAndWords(View name, std::span<const View> expressions) {
  return {name, expressions, true, true};
}

// By name.
constexpr PreTokenizerRule kRules[] = {
    Plain("a.x-4.0", kGpt2),
    Plain("bailingmoe", kBailingMoe),
    Plain("bailingmoe2", kBailingMoe),
    Plain("bloom", kBloom),
    Plain("chatglm-bpe", kLlama3),
    Plain("codeshell", kStarcoder),
    Plain("command-r", kStarcoder),
    Plain("dbrx", kLlama3),
    Plain("deepseek-coder", kDeepSeekCoder),
    Plain("deepseek-llm", kDeepSeekLlm),
    Plain("deepseek-r1-qwen", kQwen2),
    Plain("deepseek-v3", kDeepSeekV3),
    Plain("default", kDefault),
    Plain("exaone", kStarcoder),
    Plain("exaone4", kGpt2),
    Plain("f2llmv2", kQwen2),
    Plain("falcon", kFalcon),
    BosAndWords("falcon-h1", kLlama3),
    BosAndWords("falcon3", kLlama3),
    Plain("gigachat", kGpt2),
    Plain("glm4", kLlama3),
    Plain("gpt-2", kGpt2),
    Plain("gpt-4o", kGpt4o),
    Plain("gpt3-finnish", kBloom),
    Plain("granite-docling", kGpt2),
    Plain("grok-2", kQwen2),
    Plain("hunyuan", kQwen2),
    Plain("hunyuan-dense", kDeepSeekV3),
    Plain("hy_v4", kDeepSeekV3),
    Plain("jais", kGpt2),
    Plain("jina-de", kGpt2),
    Plain("jina-es", kGpt2),
    Plain("jina-v1-en", kGpt2),
    Plain("jina-v2-code", kGpt2),
    Plain("jina-v2-de", kGpt2),
    Plain("jina-v2-es", kGpt2),
    BosAndWords("jina-v5-nano", kLlama3),
    Plain("joyai-llm", kDeepSeekV3),
    Plain("kanana2", kGpt4o),
    Plain("kormo", kQwen2),
    Plain("laguna", kLaguna),
    BosAndWords("lfm2", kLlama3),
    Plain("llada-moe", kBailingMoe),
    BosAndWords("llama-bpe", kLlama3),
    BosAndWords("llama-v3", kLlama3),
    BosAndWords("llama3", kLlama3),
    Plain("llama4", kGpt4o),
    Plain("megrez", kQwen2),
    Plain("mellum", kGpt2),
    Plain("mellum2", kStarcoder),
    BosAndWords("midm-2.0", kLlama3),
    Plain("minerva-7b", kStarcoder),
    {"minicpm5", kMiniCpm5, false, true},
    Plain("minimax-m2", kGpt4o),
    Plain("modern-bert", kGpt2),
    Plain("mpt", kGpt2),
    Plain("olmo", kGpt2),
    Plain("phi-2", kGpt2),
    BosAndWords("pixtral", kLlama3),
    Plain("poro-chat", kBloom),
    Plain("qwen2", kQwen2),
    Plain("qwen35", kQwen35),
    Plain("refact", kStarcoder),
    Plain("roberta-bpe", kGpt2),
    Plain("seed-coder", kSeedCoder),
    Plain("smaug-bpe", kLlama3),
    Plain("smollm", kStarcoder),
    Plain("solar-open", kQwen2),
    Plain("stablelm2", kQwen2),
    Plain("starcoder", kStarcoder),
    Plain("talkie", kGpt4o),
    BosAndWords("tekken", kTekken),
    Plain("trillion", kGpt2),
    Plain("ufakzeka", kUfakzeka),
    Plain("viking", kViking),
};

static_assert(std::is_sorted(std::begin(kRules), std::end(kRules),
                             [](const PreTokenizerRule& a, const PreTokenizerRule& b) {
                               return a.name < b.name;
                             }));

}  // namespace

const PreTokenizerRule* FindPreTokenizer(std::string_view name) {
  if (name.empty()) name = "default";
  const auto* rule = std::lower_bound(
      std::begin(kRules), std::end(kRules), name,
      [](const PreTokenizerRule& known, std::string_view wanted) { return known.name < wanted; });
  return rule != std::end(kRules) && rule->name == name ? rule : nullptr;
}

std::string PreTokenizerNames() {
  std::string names;
  for (const PreTokenizerRule& rule : kRules) {
    names.append(names.empty() ? "" : ", ").append(rule.name);
  }
  return names;
}

}  // namespace ganglion::tokenizer
