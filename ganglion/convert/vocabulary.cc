#include "ganglion/convert/vocabulary.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"
#include "ganglion/convert/sentencepiece_model.h"
#include "ganglion/gguf/value.h"

namespace ganglion::convert {
namespace {

using gguf::Array;
using gguf::ValueType;

// Empty where the file is not there.
Result<std::string> ReadTextIfThere(const std::string& path, std::uint64_t bytes_max) {
  Result<std::string> text = ReadText(path, bytes_max);
  if (!text.ok() && text.error().code() == Code::kNotFound) return std::string();
  return text;
}

Result<SentencePieceModel> ParseBpeModel(std::string_view bytes) {
  GN_ASSIGN_OR_RETURN(SentencePieceModel model, ParseSentencePieceModel(bytes));
  if (model.bpe) return model;
  return Status(Code::kUnimplemented,
                "tokenizer.model: not of the kind BPE, the one that is supported");
}

Result<Vocabulary> ReadBase(const std::string& folder, std::uint64_t size) {
  const std::string json_path = folder + "/tokenizer.json";
  const std::string model_path = folder + "/tokenizer.model";
  GN_ASSIGN_OR_RETURN(const Json json, ReadObjectIfThere(json_path, kTokenizerBytesMax));
  if (json.is_null()) {
    GN_ASSIGN_OR_RETURN(const std::string model, ReadTextIfThere(model_path, kTokenizerBytesMax));
    if (!model.empty()) return VocabularyOf(model, size);
    GN_ASSIGN_OR_RETURN(const std::string lines,
                        ReadTextIfThere(folder + "/vocab.txt", kTokenizerBytesMax));
    if (!lines.empty()) return WordPiecesOf(lines, size);
    return Status(Code::kNotFound,
                  "neither tokenizer.json nor tokenizer.model nor vocab.txt is there");
  }
  GN_ASSIGN_OR_RETURN(Vocabulary vocabulary, ParseTokenizer(json, size));
  if (vocabulary.model != "llama") return vocabulary;
  GN_ASSIGN_OR_RETURN(const std::string model, ReadTextIfThere(model_path, kTokenizerBytesMax));
  if (!model.empty()) GN_RETURN_IF_ERROR(TakeScores(model, vocabulary));
  return vocabulary;
}

// A file of its own goes before the entry in tokenizer_config.json.
Status ReadTemplateFiles(const std::string& folder, Vocabulary& vocabulary) {
  GN_ASSIGN_OR_RETURN(vocabulary.chat_template,
                      ReadTextIfThere(folder + "/chat_template.jinja", kTemplateBytesMax));
  if (!vocabulary.chat_template.empty()) return {};
  GN_ASSIGN_OR_RETURN(const Json json,
                      ReadObjectIfThere(folder + "/chat_template.json", kConfigBytesMax));
  vocabulary.chat_template = TextOf(json, "chat_template");
  return {};
}

Status ReadSettings(const std::string& folder, const Json& config, Vocabulary& vocabulary) {
  const auto read = [&folder](const char* name) {
    return ReadObjectIfThere(Concat(folder, "/", name), kConfigBytesMax);
  };
  GN_ASSIGN_OR_RETURN(const Json tokenizer_config, read("tokenizer_config.json"));
  GN_ASSIGN_OR_RETURN(const Json special_tokens_map, read("special_tokens_map.json"));
  GN_ASSIGN_OR_RETURN(const Json generation_config, read("generation_config.json"));
  GN_RETURN_IF_ERROR(ReadTemplateFiles(folder, vocabulary));
  return ApplySettings({.tokenizer_config = tokenizer_config,
                        .special_tokens_map = special_tokens_map,
                        .generation_config = generation_config,
                        .config = config},
                       vocabulary);
}

// Of a name only letters and digits may stand in a key.
std::string KeyName(std::string_view name) {
  std::string key(name.substr(0, 64));
  for (char& c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  return key;
}

void AddTemplates(const Vocabulary& vocabulary, std::vector<gguf::KeyValue>& metadata) {
  if (!vocabulary.chat_template.empty()) {
    metadata.push_back({"tokenizer.chat_template", vocabulary.chat_template});
  }
  std::vector<std::string> names;
  for (const auto& [name, text] : vocabulary.named_templates) {
    const std::string key = KeyName(name);
    if (std::ranges::find(names, key) != names.end()) continue;
    names.push_back(key);
    metadata.push_back({"tokenizer.chat_template." + key, text});
  }
  if (names.empty()) return;
  metadata.push_back({"tokenizer.chat_templates",
                      Array{.items = std::move(names),
                            .element_type = static_cast<std::uint32_t>(ValueType::kString)}});
}

}  // namespace

Result<Vocabulary> VocabularyOf(std::string_view sentencepiece_model, std::uint64_t size) {
  GN_ASSIGN_OR_RETURN(const SentencePieceModel model, ParseBpeModel(sentencepiece_model));
  if (model.pieces.size() > size) {
    return Status(Code::kInvalidArgument, Concat("tokenizer.model: ", model.pieces.size(),
                                                 " tokens; the model has ", size));
  }
  Vocabulary out;
  out.model = "llama";
  out.pre = "default";
  out.add_space_prefix = model.space_prefix;
  for (const Piece& piece : model.pieces) {
    out.tokens.emplace_back(piece.text);
    out.scores.push_back(piece.score);
    out.types.push_back(piece.type);
  }
  while (out.tokens.size() < size) {
    out.tokens.push_back(Concat("[PAD", out.tokens.size(), "]"));
    out.scores.push_back(0);
    out.types.push_back(TokenType::kUnused);
  }
  return out;
}

Status TakeScores(std::string_view sentencepiece_model, Vocabulary& vocabulary) {
  GN_ASSIGN_OR_RETURN(const SentencePieceModel model, ParseBpeModel(sentencepiece_model));
  // Both or neither: places in a list of merges and scores do not go together.
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (vocabulary.types[id] != TokenType::kNormal) continue;
    if (id >= model.pieces.size() || model.pieces[id].text != vocabulary.tokens[id]) return {};
  }
  for (std::size_t id = 0; id < std::min(model.pieces.size(), vocabulary.tokens.size()); ++id) {
    const Piece& piece = model.pieces[id];
    if (piece.text != vocabulary.tokens[id]) continue;
    vocabulary.scores[id] = piece.score;
    if (vocabulary.types[id] == TokenType::kNormal) vocabulary.types[id] = piece.type;
  }
  return {};
}

Result<Vocabulary> ReadVocabulary(const std::string& folder, const Json& config,
                                  std::uint64_t size) {
  auto vocabulary = ReadBase(folder, size);
  if (!vocabulary.ok()) return std::move(vocabulary).error().WithContext(folder);
  Status status = ReadSettings(folder, config, *vocabulary);
  if (!status.ok()) return std::move(status).WithContext(folder);
  return vocabulary;
}

void AddVocabulary(const Vocabulary& vocabulary, std::vector<gguf::KeyValue>& metadata) {
  const auto add = [&metadata](const char* name, gguf::Value value) {
    metadata.push_back({std::string("tokenizer.ggml.") + name, std::move(value)});
  };
  const auto array = [&add](const char* name, ValueType type, auto items) {
    add(name, Array{.items = std::move(items), .element_type = static_cast<std::uint32_t>(type)});
  };
  add("model", vocabulary.model);
  add("pre", vocabulary.pre);
  array("tokens", ValueType::kString, vocabulary.tokens);
  if (!vocabulary.scores.empty()) {
    array("scores", ValueType::kFloat32,
          std::vector<double>(vocabulary.scores.begin(), vocabulary.scores.end()));
  }
  std::vector<std::int64_t> types;
  for (const TokenType type : vocabulary.types) types.push_back(static_cast<std::int64_t>(type));
  array("token_type", ValueType::kInt32, std::move(types));
  if (!vocabulary.merges.empty()) array("merges", ValueType::kString, vocabulary.merges);

  const std::pair<const char*, std::optional<std::uint32_t>> ids[] = {
      {"bos_token_id", vocabulary.bos},         {"eos_token_id", vocabulary.eos},
      {"eot_token_id", vocabulary.eot},         {"eom_token_id", vocabulary.eom},
      {"unknown_token_id", vocabulary.unknown}, {"padding_token_id", vocabulary.padding},
      {"cls_token_id", vocabulary.cls},         {"seperator_token_id", vocabulary.separator},
      {"mask_token_id", vocabulary.mask},
  };
  for (const auto& [name, id] : ids) {
    if (id) add(name, *id);
  }
  const std::pair<const char*, std::optional<bool>> flags[] = {
      {"add_bos_token", vocabulary.add_bos},
      {"add_eos_token", vocabulary.add_eos},
      {"add_space_prefix", vocabulary.add_space_prefix},
      {"normalizer.lowercase", vocabulary.lowercase},
      {"normalizer.strip_accents", vocabulary.strip_accents},
  };
  for (const auto& [name, flag] : flags) {
    if (flag) add(name, *flag);
  }
  AddTemplates(vocabulary, metadata);
}

}  // namespace ganglion::convert
