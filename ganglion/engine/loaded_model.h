#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ganglion/api/model_info.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/options.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/model/model.h"
#include "ganglion/template/chat_template.h"
#include "ganglion/tokenizer/tokenizer.h"
#include "ganglion/tool_calls/style.h"

namespace ganglion::engine {

// Everything that a model file gives. All but `model` is immutable and may be read by any thread.
struct LoadedModel {
  std::unique_ptr<Model> model;  // the engine thread only
  std::shared_ptr<const Tokenizer> tokenizer;
  std::shared_ptr<const grammar::Vocabulary> vocabulary;
  std::optional<jinja::ChatTemplate> chat_template;
  tool_calls::Style call_style = tool_calls::Style::kNone;  // by the chat template
  std::uint32_t context_tokens = 0;
  std::uint32_t vocab_size = 0;  // columns of the logits
  // The tokens that have a text or end an answer, where some of the logits are only padding; empty
  // where all may be sampled.
  std::vector<std::uint32_t> known_tokens;
  api::ModelInfo info;
};

Result<LoadedModel> LoadModel(std::shared_ptr<const gguf::File> file, const EngineOptions& options);

}  // namespace ganglion::engine
