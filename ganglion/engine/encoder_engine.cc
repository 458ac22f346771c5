#include "ganglion/engine/encoder_engine.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/describe_file.h"
#include "ganglion/engine/limits.h"

namespace ganglion::engine {
namespace {

Result<std::uint32_t> ContextTokens(std::uint32_t asked, std::uint32_t model_has) {
  if (asked == 0) return std::min(model_has, kContextDefault);
  if (asked <= model_has) return asked;
  return Status(Code::kInvalidArgument, Concat("a context of ", asked, " tokens is more than the ",
                                               model_has, " that the model was made for"));
}

// Encoders that do not say are pooled as most of them were trained.
Pooling PoolingOf(const EncoderConfig& config) {
  return config.pooling == Pooling::kNone ? Pooling::kMean : config.pooling;
}

}  // namespace

Result<std::unique_ptr<EncoderEngine>> EncoderEngine::Create(std::shared_ptr<const gguf::File> file,
                                                             const EngineOptions& options) {
  if (options.queue_max < 1 || options.queue_max > kQueueMax) {
    return Status(Code::kInvalidArgument, Concat("queue_max is ", options.queue_max,
                                                 "; it must lie in [1, ", kQueueMax, "]"));
  }
  GN_ASSIGN_OR_RETURN(auto tokenizer, Tokenizer::FromGguf(*file));
  GN_ASSIGN_OR_RETURN(auto encoder, Encoder::Load(file, {.threads = options.threads,
                                                         .weight_cache = options.weight_cache}));
  const EncoderConfig& config = encoder->config();
  if (tokenizer->size() > config.vocab_size) {
    return Status(Code::kInvalidArgument,
                  Concat("the vocabulary has ", tokenizer->size(),
                         " tokens, but the model has embeddings of ", config.vocab_size));
  }
  api::ModelInfo info = DescribeFile(*file);
  GN_ASSIGN_OR_RETURN(const std::uint32_t context,
                      ContextTokens(options.context_tokens, config.context_length));
  info.context_tokens = static_cast<std::int32_t>(context);
  info.vocab_size = static_cast<std::int32_t>(config.vocab_size);
  info.embedding_size = static_cast<std::int32_t>(config.width);
  info.can_embed = true;
  const EncoderLimits limits = {.tokens = std::max(context, kEmbedStepTokens),
                                .texts = kEmbedStepTexts};
  GN_RETURN_IF_ERROR(encoder->Prepare(limits));
  return std::unique_ptr<EncoderEngine>(new EncoderEngine(std::move(encoder), std::move(tokenizer),
                                                          limits, std::move(info), options));
}

EncoderEngine::EncoderEngine(std::unique_ptr<Encoder> encoder,
                             std::shared_ptr<const Tokenizer> tokenizer,
                             const EncoderLimits& limits, api::ModelInfo info,
                             const EngineOptions& options)
    : encoder_(std::move(encoder)),
      tokenizer_(std::move(tokenizer)),
      info_(std::move(info)),
      traits_{.tokenizer = tokenizer_.get(),
              .vocab_size = encoder_->config().vocab_size,
              .context_tokens = static_cast<std::uint32_t>(info_.context_tokens),
              .width = encoder_->config().width,
              .pooling = PoolingOf(encoder_->config())},
      queue_max_(options.queue_max),
      embedder_(MakeEncoderVectors(*encoder_, limits)),
      thread_([this] { Run(); }) {}

EncoderEngine::~EncoderEngine() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<api::RequestId> EncoderEngine::Submit(api::GenerateRequest /*request*/,
                                             std::shared_ptr<api::EventSink> /*sink*/) {
  return Status(Code::kUnimplemented,
                Concat("this model (", info_.architecture, ") embeds and does not generate"));
}

void EncoderEngine::Cancel(api::RequestId request) {
  const std::lock_guard lock(mutex_);
  // Nobody can cancel more than there is, so that the list stays short.
  if (cancelled_.size() >= queue_.size() + in_progress_) return;
  cancelled_.push_back(request);
  wake_.notify_one();
}

Result<api::RequestId> EncoderEngine::Embed(api::EmbedRequest request, api::EmbedCallback done) {
  GN_CHECK(done != nullptr);
  GN_ASSIGN_OR_RETURN(auto job, PrepareEmbedJob(request, traits_));
  job->done = std::move(done);
  const std::lock_guard lock(mutex_);
  if (queue_.size() + in_progress_ >= queue_max_) {
    return Status(Code::kUnavailable,
                  Concat("the queue is full: ", queue_.size() + in_progress_, " requests wait"));
  }
  const api::RequestId id{++requests_};
  job->id = id;
  queue_.push_back(std::move(job));
  wake_.notify_one();
  return id;
}

Result<std::vector<std::int32_t>> EncoderEngine::Tokenize(
    const api::TokenizeRequest& request) const {
  if (!request.messages.empty()) {
    return Status(Code::kUnimplemented, "messages: this model has no chat template");
  }
  GN_ASSIGN_OR_RETURN(const auto tokens,
                      tokenizer_->Encode(request.text, {.add_special = request.add_special,
                                                        .parse_special = request.parse_special}));
  std::vector<std::int32_t> ids;
  ids.reserve(tokens.size());
  for (const TokenId token : tokens) ids.push_back(Value(token));
  return ids;
}

Result<std::string> EncoderEngine::Detokenize(const std::vector<std::int32_t>& tokens) const {
  std::vector<TokenId> ids;
  ids.reserve(tokens.size());
  for (const std::int32_t token : tokens) ids.push_back(TokenId{token});
  return tokenizer_->Decode(ids, true);
}

api::EngineStats EncoderEngine::Stats() const {
  constexpr auto kClass = static_cast<std::size_t>(api::Priority::kInteractive);
  const std::lock_guard lock(mutex_);
  api::EngineStats stats = stats_;
  const auto left = static_cast<std::uint32_t>(in_progress_);
  stats.running[kClass] = std::min(left, 1u);
  stats.waiting[kClass] = static_cast<std::uint32_t>(queue_.size()) + left - stats.running[kClass];
  for (const auto& job : queue_) {
    stats.waiting_tokens += static_cast<std::uint64_t>(job->prompt_tokens);
  }
  return stats;
}

// Sleeps only where there is nothing to do. False where the engine ends.
bool EncoderEngine::TakeEvents() {
  std::deque<std::unique_ptr<EmbedJob>> came;
  std::deque<api::RequestId> cancelled;
  bool stop = false;
  {
    std::unique_lock lock(mutex_);
    in_progress_ = embedder_.jobs();
    wake_.wait(lock, [this] {
      return stop_ || !queue_.empty() || !cancelled_.empty() || embedder_.busy();
    });
    came.swap(queue_);
    cancelled.swap(cancelled_);
    in_progress_ += came.size();
    for (const auto& job : came) {
      stats_.prompt_tokens += static_cast<std::uint64_t>(job->prompt_tokens);
    }
    if (embedder_.busy() || !came.empty()) ++stats_.steps;
    stop = stop_;
  }
  for (auto& job : came) embedder_.Add(std::move(job));
  for (const api::RequestId request : cancelled) embedder_.Cancel(request);
  return !stop;
}

void EncoderEngine::Run() {
  while (TakeEvents()) {
    if (embedder_.busy()) embedder_.Step();
  }
  embedder_.EndAll(Status(Code::kUnavailable, "the engine ends"));
}

}  // namespace ganglion::engine
