#include "ganglion/tokenizer/vocabulary_source.h"

#include <limits>
#include <string_view>
#include <utility>
#include <variant>

#include "ganglion/tokenizer/limits.h"

namespace ganglion {
namespace {

std::string Key(std::string_view name) { return "tokenizer.ggml." + std::string(name); }

// The items of an array of the wanted class, or null where the key is absent.
template <class Item>
Result<const std::vector<Item>*> Items(const gguf::File& file, std::string_view name,
                                       std::string_view kind) {
  const std::string key = Key(name);
  if (file.Find(key) == nullptr) return nullptr;
  GN_ASSIGN_OR_RETURN(const gguf::Array* array, file.ArrayOf(key));
  const auto* items = std::get_if<std::vector<Item>>(&array->items);
  if (items == nullptr) {
    return Status(Code::kInvalidArgument, key + ": not an array of " + std::string(kind));
  }
  return items;
}

// A token id. Not in the vocabulary counts as not given: published files have such.
Result<std::optional<TokenId>> Id(const gguf::File& file, std::string_view name,
                                  std::size_t token_count) {
  const std::string key = Key(name);
  if (file.Find(key) == nullptr) return std::optional<TokenId>();
  GN_ASSIGN_OR_RETURN(const std::int64_t id, file.Int(key));
  if (id < 0 || static_cast<std::uint64_t>(id) >= token_count) return std::optional<TokenId>();
  return std::optional<TokenId>(TokenId{static_cast<std::int32_t>(id)});
}

Result<std::optional<bool>> Flag(const gguf::File& file, std::string_view name) {
  const std::string key = Key(name);
  if (file.Find(key) == nullptr) return std::optional<bool>();
  GN_ASSIGN_OR_RETURN(const bool flag, file.Bool(key));
  return std::optional<bool>(flag);
}

Status ReadTokens(const gguf::File& file, VocabularySource& source) {
  GN_ASSIGN_OR_RETURN(const auto* tokens, Items<std::string>(file, "tokens", "strings"));
  if (tokens == nullptr) {
    return {Code::kNotFound, "tokenizer.ggml.tokens: the file has no vocabulary"};
  }
  source.tokens = *tokens;
  GN_ASSIGN_OR_RETURN(const auto* merges, Items<std::string>(file, "merges", "strings"));
  if (merges != nullptr) source.merges = *merges;
  return {};
}

Status ReadScoresAndTypes(const gguf::File& file, VocabularySource& source) {
  if (file.Find(Key("scores")) != nullptr) {
    GN_ASSIGN_OR_RETURN(const auto* scores, Items<double>(file, "scores", "floats"));
    for (const double score : *scores) source.scores.push_back(static_cast<float>(score));
  }
  GN_ASSIGN_OR_RETURN(const auto* types, Items<std::int64_t>(file, "token_type", "integers"));
  if (types != nullptr) {
    for (const std::int64_t type : *types) {
      const bool known = type >= 0 && type <= static_cast<int>(TokenType::kByte);
      source.types.push_back(known ? static_cast<TokenType>(type) : TokenType::kUndefined);
    }
  }
  GN_ASSIGN_OR_RETURN(const auto* charsmap,
                      Items<std::int64_t>(file, "precompiled_charsmap", "bytes"));
  if (charsmap != nullptr) {
    for (const std::int64_t byte : *charsmap) source.charsmap.push_back(static_cast<char>(byte));
  }
  return {};
}

Status ReadIdsAndFlags(const gguf::File& file, VocabularySource& source) {
  struct NamedId {
    std::string_view name;
    std::optional<TokenId> VocabularySource::*field;
  };
  static constexpr NamedId kIds[] = {
      {"bos_token_id", &VocabularySource::bos},     {"eos_token_id", &VocabularySource::eos},
      {"eot_token_id", &VocabularySource::eot},     {"eom_token_id", &VocabularySource::eom},
      {"unknown_token_id", &VocabularySource::unk}, {"seperator_token_id", &VocabularySource::sep},
      {"padding_token_id", &VocabularySource::pad}, {"cls_token_id", &VocabularySource::cls},
      {"mask_token_id", &VocabularySource::mask},
  };
  for (const NamedId& id : kIds) {
    GN_ASSIGN_OR_RETURN(source.*id.field, Id(file, id.name, source.tokens.size()));
  }
  struct NamedFlag {
    std::string_view name;
    std::optional<bool> VocabularySource::*field;
  };
  static constexpr NamedFlag kFlags[] = {
      {"add_bos_token", &VocabularySource::add_bos},
      {"add_eos_token", &VocabularySource::add_eos},
      {"add_space_prefix", &VocabularySource::add_space_prefix},
      {"remove_extra_whitespaces", &VocabularySource::remove_extra_whitespaces},
      {"normalizer.lowercase", &VocabularySource::lowercase},
      {"normalizer.strip_accents", &VocabularySource::strip_accents},
  };
  for (const NamedFlag& flag : kFlags) {
    GN_ASSIGN_OR_RETURN(source.*flag.field, Flag(file, flag.name));
  }
  return {};
}

}  // namespace

Result<VocabularySource> VocabularySource::FromGguf(const gguf::File& file) {
  VocabularySource source;
  GN_ASSIGN_OR_RETURN(source.model, file.String("tokenizer.ggml.model"));
  GN_ASSIGN_OR_RETURN(source.pre, file.StringOr("tokenizer.ggml.pre", ""));
  GN_ASSIGN_OR_RETURN(source.name, file.StringOr("general.name", ""));
  GN_ASSIGN_OR_RETURN(source.architecture, file.StringOr("general.architecture", ""));
  GN_RETURN_IF_ERROR(ReadTokens(file, source));
  GN_RETURN_IF_ERROR(ReadScoresAndTypes(file, source));
  GN_RETURN_IF_ERROR(ReadIdsAndFlags(file, source));
  return source;
}

}  // namespace ganglion
