#include "ganglion/engine/loaded_model.h"

#include <algorithm>
#include <future>
#include <string>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/describe_file.h"
#include "ganglion/engine/limits.h"

namespace ganglion::engine {
namespace {

Status CheckOption(std::string_view name, std::uint32_t value, std::uint32_t low,
                   std::uint32_t high) {
  if (value >= low && value <= high) return {};
  return Status(Code::kInvalidArgument,
                Concat(name, " is ", value, "; it must lie in [", low, ", ", high, "]"));
}

Result<std::uint32_t> ContextTokens(std::uint32_t asked, std::uint32_t model_has) {
  if (asked == 0) return std::min(model_has, kContextDefault);
  if (asked <= model_has) return asked;
  return Status(Code::kInvalidArgument,
                Concat("a context of ", asked, " tokens is more than the ", model_has,
                       " that the model was made for; a rope "
                       "scaling of yarn or linear stretches it"));
}

std::shared_ptr<const grammar::Vocabulary> MakeVocabulary(const Tokenizer& tokenizer,
                                                          std::uint32_t vocab_size) {
  std::vector<std::string> pieces(vocab_size);
  for (std::size_t i = 0; i < std::min<std::size_t>(vocab_size, tokenizer.size()); ++i) {
    pieces[i] = tokenizer.Piece(TokenId{static_cast<std::int32_t>(i)});
  }
  return grammar::Vocabulary::Create(std::move(pieces), tokenizer.EndOfGenerationTokens());
}

std::vector<std::uint32_t> KnownTokens(std::size_t known, std::uint32_t vocab_size) {
  std::vector<std::uint32_t> mask;
  if (known == vocab_size) return mask;
  mask.resize((vocab_size + 31) / 32);
  for (std::size_t i = 0; i < known; ++i) mask[i / 32] |= std::uint32_t{1} << (i % 32);
  return mask;
}

api::ModelInfo Describe(const gguf::File& file, const LoadedModel& loaded) {
  api::ModelInfo info = DescribeFile(file);
  info.context_tokens = static_cast<std::int32_t>(loaded.context_tokens);
  info.vocab_size = static_cast<std::int32_t>(loaded.vocab_size);
  info.embedding_size = static_cast<std::int32_t>(loaded.model->config().width);
  info.can_generate = true;
  info.can_embed = true;
  info.has_chat_template = loaded.chat_template.has_value();
  info.can_call_tools = loaded.call_style != tool_calls::Style::kNone;
  return info;
}

}  // namespace

Result<LoadedModel> LoadModel(std::shared_ptr<const gguf::File> file,
                              const EngineOptions& options) {
  GN_RETURN_IF_ERROR(CheckOption("prefill_chunk", options.prefill_chunk, 1, kChunkMax));
  GN_RETURN_IF_ERROR(CheckOption("queue_max", options.queue_max, 1, kQueueMax));
  GN_RETURN_IF_ERROR(CheckOption("running_max", options.running_max, 1, kRunningMax));
  GN_RETURN_IF_ERROR(
      CheckOption("pinned_tokens_max", options.pinned_tokens_max, 0, kPinnedTokensMax));
  for (const double stretch : options.step_stretch) {
    if (stretch >= 1 && stretch <= kStepStretchMax) continue;
    return Status(Code::kInvalidArgument, Concat("step_stretch is ", stretch,
                                                 "; it must lie in [1, ", kStepStretchMax, "]"));
  }
  GN_RETURN_IF_ERROR(CheckOption("draft_max", options.draft_max, 0, kDraftMax));
  // Making the tokenizer takes longer than mapping weights that are packed already, and needs
  // nothing of them.
  auto tokenizer = std::async(std::launch::async, [&] { return Tokenizer::FromGguf(*file); });
  const std::uint32_t asked = options.context_tokens;
  auto model = Model::Load(file, {.threads = options.threads,
                                  .rope = options.rope,
                                  .context_tokens = asked == 0 ? kContextDefault : asked,
                                  .weight_cache = options.weight_cache});
  LoadedModel loaded;
  GN_ASSIGN_OR_RETURN(loaded.tokenizer, tokenizer.get());
  GN_ASSIGN_OR_RETURN(loaded.model, std::move(model));
  GN_ASSIGN_OR_RETURN(const std::string_view source, file->StringOr("tokenizer.chat_template", ""));
  if (!source.empty()) {
    GN_ASSIGN_OR_RETURN(loaded.chat_template, jinja::ChatTemplate::Parse(source));
    loaded.call_style = tool_calls::StyleOf(source);
  }
  const ModelConfig& config = loaded.model->config();
  loaded.vocab_size = config.vocab_size;
  if (loaded.tokenizer->size() > config.vocab_size) {
    return Status(Code::kInvalidArgument,
                  Concat("the vocabulary has ", loaded.tokenizer->size(),
                         " tokens, but the model computes logits of ", config.vocab_size));
  }
  GN_ASSIGN_OR_RETURN(loaded.context_tokens,
                      ContextTokens(options.context_tokens, config.context_length));
  loaded.vocabulary = MakeVocabulary(*loaded.tokenizer, config.vocab_size);
  loaded.known_tokens = KnownTokens(loaded.tokenizer->size(), config.vocab_size);
  loaded.info = Describe(*file, loaded);
  return loaded;
}

}  // namespace ganglion::engine
