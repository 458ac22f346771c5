#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"
#include "ganglion/convert/vocabulary.h"

namespace ganglion::convert {
namespace {

using View = std::string_view;
using Id = std::optional<std::uint32_t>;

void AddListedTokens(const Json& config, Vocabulary& out) {
  const Json* const listed = Find(config, "added_tokens_decoder");
  if (listed == nullptr || !listed->is_object()) return;
  for (const auto& [key, token] : listed->items()) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error == std::errc() && end == key.data() + key.size()) AddToken(id, token, out);
  }
}

// A special token is named by its text, or by an object that holds it.
View SpecialText(const Json& file, const char* name) {
  const Json* const value = Find(file, name);
  if (value == nullptr) return {};
  return value->is_object() ? TextOf(*value, "content") : TextOf(file, name);
}

Id Checked(const Json& value, const Vocabulary& vocabulary) {
  const std::optional<std::uint64_t> id = CountOf(value);
  if (!id || *id >= vocabulary.tokens.size()) return std::nullopt;
  return static_cast<std::uint32_t>(*id);
}

// The ids that `name` lists: a number or a list of them.
std::vector<std::uint32_t> IdsOf(const Json& file, View name, const Vocabulary& vocabulary) {
  std::vector<std::uint32_t> ids;
  const Json* const value = Find(file, name);
  if (value == nullptr) return ids;
  const auto add = [&](const Json& item) {
    if (const Id id = Checked(item, vocabulary)) ids.push_back(*id);
  };
  if (value->is_array()) {
    for (const Json& item : *value) add(item);
  } else {
    add(*value);
  }
  return ids;
}

// By text in the tokenizer's files, else by number in the model's.
Id SpecialId(const TokenizerSettings& settings, const std::string& name,
             const Vocabulary& vocabulary) {
  for (const Json* file : {&settings.tokenizer_config, &settings.special_tokens_map}) {
    const View text = SpecialText(*file, (name + "_token").c_str());
    if (text.empty()) continue;
    if (const Id id = FindToken(vocabulary, text)) return id;
  }
  for (const Json* file : {&settings.config, &settings.generation_config}) {
    const auto ids = IdsOf(*file, name + "_token_id", vocabulary);
    if (!ids.empty()) return ids[0];
  }
  return std::nullopt;
}

// GGUF has room for an end of turn and an end of message beside the one end. Ends of a document
// need none: readers know them by their texts.
void AddFurtherEnds(const TokenizerSettings& settings, Vocabulary& out) {
  static constexpr std::array<View, 4> kDocumentEnds = {"<|end_of_text|>", "<|endoftext|>", "</s>",
                                                        "<eos>"};
  for (const Json* file : {&settings.generation_config, &settings.config}) {
    for (const std::uint32_t id : IdsOf(*file, "eos_token_id", out)) {
      const View text = out.tokens[id];
      if (id == out.eos || id == out.eot || id == out.eom) continue;
      if (std::ranges::find(kDocumentEnds, text) != kDocumentEnds.end()) continue;
      Id& place = text == "<|eom_id|>" || out.eot ? out.eom : out.eot;
      if (!place) place = id;
    }
  }
}

void SetFrame(const TokenizerSettings& settings, Vocabulary& out) {
  out.add_bos = FlagOf(settings.tokenizer_config, "add_bos_token");
  out.add_eos = FlagOf(settings.tokenizer_config, "add_eos_token");
  if (out.knows_frame) {
    if (!out.bos) out.bos = out.front;
    if (!out.add_bos) out.add_bos = out.front && out.front == out.bos;
    if (!out.add_eos) out.add_eos = out.back && out.back == out.eos;
  }
  // A token that is not there cannot be put anywhere.
  if (!out.bos && out.add_bos) out.add_bos = false;
  if (!out.eos && out.add_eos) out.add_eos = false;
}

// A text of a bert model stands between [CLS] and [SEP]; no flag says so. In a folder without
// tokenizer.json, its settings say how text is folded.
void SetPieces(const TokenizerSettings& settings, Vocabulary& out) {
  out.cls = SpecialId(settings, "cls", out);
  out.separator = SpecialId(settings, "sep", out);
  out.mask = SpecialId(settings, "mask", out);
  const std::pair<Id*, View> kinds[] = {{&out.cls, "[CLS]"},
                                        {&out.separator, "[SEP]"},
                                        {&out.mask, "[MASK]"},
                                        {&out.unknown, "[UNK]"},
                                        {&out.padding, "[PAD]"}};
  for (const auto& [id, text] : kinds) {
    if (!*id) *id = FindToken(out, text);
  }
  if (!out.lowercase) out.lowercase = FlagOf(settings.tokenizer_config, "do_lower_case");
  if (!out.strip_accents) out.strip_accents = FlagOf(settings.tokenizer_config, "strip_accents");
}

// One template, or a list of named ones of which one is the default.
Status SetTemplates(const Json& config, Vocabulary& out) {
  const Json* const templates = Find(config, "chat_template");
  if (templates == nullptr || !out.chat_template.empty()) return {};
  if (templates->is_string()) {
    out.chat_template = templates->get<std::string>();
    return {};
  }
  if (!templates->is_array() || templates->size() > kChatTemplatesMax) {
    return {Code::kInvalidArgument,
            "tokenizer_config.json: chat_template: neither a text nor a list"};
  }
  for (const Json& item : *templates) {
    const View name = TextOf(item, "name");
    const View text = TextOf(item, "template");
    if (name.empty() || text.empty()) continue;
    if (name == "default") {
      out.chat_template = text;
    } else {
      out.named_templates.emplace_back(name, text);
    }
  }
  return {};
}

}  // namespace

Status ApplySettings(const TokenizerSettings& settings, Vocabulary& vocabulary) {
  AddListedTokens(settings.tokenizer_config, vocabulary);
  vocabulary.bos = SpecialId(settings, "bos", vocabulary);
  vocabulary.eos = SpecialId(settings, "eos", vocabulary);
  vocabulary.unknown = SpecialId(settings, "unk", vocabulary);
  vocabulary.padding = SpecialId(settings, "pad", vocabulary);
  if (vocabulary.model == "bert") {
    SetPieces(settings, vocabulary);
    return {};
  }
  AddFurtherEnds(settings, vocabulary);
  SetFrame(settings, vocabulary);
  return SetTemplates(settings.tokenizer_config, vocabulary);
}

}  // namespace ganglion::convert
