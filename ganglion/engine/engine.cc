#include "ganglion/engine/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/prompt.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

// For a scheduler that has sequences and nothing to run: it is asked again soon.
constexpr std::chrono::milliseconds kIdlePause{1};

EmbedTraits TraitsOf(const LoadedModel& loaded) {
  const ModelConfig& config = loaded.model->config();
  return {.tokenizer = loaded.tokenizer.get(),
          .vocab_size = loaded.vocab_size,
          .context_tokens = loaded.context_tokens,
          .width = config.width,
          .pooling = config.pooling == Pooling::kNone ? Pooling::kLast : config.pooling};
}

DecoderVectorsOptions VectorsOptions(const LoadedModel& loaded, const EngineOptions& options) {
  return {.chunk_tokens = std::min(options.prefill_chunk, kEmbedChunkTokens),
          .context_tokens = loaded.context_tokens,
          .kv_type = options.kv_type};
}

}  // namespace

void Engine::Events::Clear() {
  jobs.clear();
  scores.clear();
  embeds.clear();
  cancelled.clear();
}

Result<std::unique_ptr<Engine>> Engine::Create(const std::string& path,
                                               const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(path));
  auto engine = Create(std::move(file), options);
  if (!engine.ok()) return std::move(engine).error().WithContext(path);
  return engine;
}

Result<std::unique_ptr<Engine>> Engine::Create(std::shared_ptr<const gguf::File> file,
                                               const EngineOptions& options) {
  GN_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(std::move(file), options));
  auto owned = std::make_unique<LoadedModel>(std::move(loaded));
  GN_ASSIGN_OR_RETURN(auto loop, StepLoop::Create(*owned, options));
  return std::unique_ptr<Engine>(new Engine(std::move(owned), std::move(loop), options));
}

Engine::Engine(std::unique_ptr<LoadedModel> loaded, std::unique_ptr<StepLoop> loop,
               const EngineOptions& options)
    : options_(options),
      loaded_(std::move(loaded)),
      loop_(std::move(loop)),
      traits_(TraitsOf(*loaded_)),
      embedder_(MakeDecoderVectors(*loaded_->model, VectorsOptions(*loaded_, options_))),
      grammars_(kGrammarsKept),
      stats_(loop_->Stats()),
      thread_([this] { Run(); }) {}

Engine::~Engine() {
  {
    const std::lock_guard lock(mutex_);
    inbox_.stop = true;
  }
  wake_.notify_one();
  thread_.join();
}

// Needs the lock. The scheduler keeps a part of the queue for realtime requests, and so does this.
Result<api::RequestId> Engine::LetIn(api::Priority priority, std::uint64_t tokens) {
  if (inbox_.stop) return Status(Code::kUnavailable, "the engine ends");
  const auto part = [priority](std::uint64_t whole) {
    return priority == api::Priority::kRealtime ? whole : whole - whole / kRealtimeReserve;
  };
  if (live_.size() >= options_.running_max + part(options_.queue_max)) {
    return Status(Code::kUnavailable,
                  Concat("the queue is full: ", live_.size(), " requests run or wait"));
  }
  // A prompt alone may be longer than the limit: nobody is before it.
  if (options_.queue_tokens_max != 0 && waiting_tokens_ != 0 &&
      waiting_tokens_ + tokens > part(options_.queue_tokens_max)) {
    return Status(Code::kUnavailable,
                  Concat("the queue is full: prompts of ", waiting_tokens_, " tokens wait"));
  }
  const api::RequestId id{++requests_};
  live_.emplace(id, false);
  waiting_tokens_ += tokens;
  return id;
}

Result<api::RequestId> Engine::Submit(api::GenerateRequest request,
                                      std::shared_ptr<api::EventSink> sink) {
  GN_CHECK(sink != nullptr);
  const TimeNs now = sys::MonotonicNow();
  GN_ASSIGN_OR_RETURN(
      auto job, PrepareJob(std::move(request), static_cast<std::uint64_t>(sys::WallNow()), *loaded_,
                           grammars_));
  job->sink = std::move(sink);
  job->submitted_ns = now;
  const std::lock_guard lock(mutex_);
  GN_ASSIGN_OR_RETURN(const api::RequestId id, LetIn(job->priority, job->prompt.size()));
  job->id = id;
  inbox_.jobs.push_back(std::move(job));
  wake_.notify_one();
  return id;
}

Result<api::RequestId> Engine::Score(api::ScoreRequest request, api::ScoreCallback done) {
  GN_CHECK(done != nullptr);
  const TimeNs now = sys::MonotonicNow();
  GN_ASSIGN_OR_RETURN(auto job, PrepareScore(request, *loaded_));
  job->done = std::move(done);
  job->ticket.submitted_ns = now;
  const std::lock_guard lock(mutex_);
  GN_ASSIGN_OR_RETURN(const api::RequestId id, LetIn(job->ticket.priority, job->prompt.size()));
  job->ticket.id = id;
  inbox_.scores.push_back(std::move(job));
  wake_.notify_one();
  return id;
}

Result<api::RequestId> Engine::Embed(api::EmbedRequest request, api::EmbedCallback done) {
  GN_CHECK(done != nullptr);
  GN_RETURN_IF_ERROR(CheckTicket(request.priority, 0));
  GN_ASSIGN_OR_RETURN(auto job, PrepareEmbedJob(request, traits_));
  const std::lock_guard lock(mutex_);
  const auto tokens = static_cast<std::uint64_t>(job->prompt_tokens);
  GN_ASSIGN_OR_RETURN(const api::RequestId id, LetIn(request.priority, tokens));
  job->id = id;
  job->done = [this, id, tokens, told = std::move(done)](Result<api::EmbedAnswer> answer) {
    embedded_.push_back({id, tokens});
    told(std::move(answer));
  };
  inbox_.embeds.push_back(std::move(job));
  wake_.notify_one();
  return id;
}

void Engine::Cancel(api::RequestId request) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(request);
  if (found == live_.end() || std::exchange(found->second, true)) return;
  inbox_.cancelled.push_back(request);
  wake_.notify_one();
}

Result<std::vector<std::int32_t>> Engine::Tokenize(const api::TokenizeRequest& request) const {
  std::vector<TokenId> tokens;
  if (request.messages.empty()) {
    GN_ASSIGN_OR_RETURN(
        tokens, loaded_->tokenizer->Encode(request.text, {.add_special = request.add_special,
                                                          .parse_special = request.parse_special}));
  } else {
    GN_RETURN_IF_ERROR(CheckMessages(request.messages));
    GN_ASSIGN_OR_RETURN(tokens, TokenizeMessages(request.messages, *loaded_));
  }
  std::vector<std::int32_t> ids;
  ids.reserve(tokens.size());
  for (const TokenId token : tokens) ids.push_back(Value(token));
  return ids;
}

Result<std::string> Engine::Detokenize(const std::vector<std::int32_t>& tokens) const {
  std::vector<TokenId> ids;
  ids.reserve(tokens.size());
  for (const std::int32_t token : tokens) {
    if (!loaded_->tokenizer->Contains(TokenId{token})) {
      return Status(Code::kInvalidArgument, Concat("tokens: the vocabulary has no token ", token));
    }
    ids.push_back(TokenId{token});
  }
  return loaded_->tokenizer->Decode(ids, true);
}

api::EngineStats Engine::Stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

// Sleeps only where there is nothing to do.
void Engine::WaitForEvents(bool idle, Events& events) {
  std::unique_lock lock(mutex_);
  if (embedder_.busy()) {
    idle = false;
  } else if (!loop_->busy()) {
    wake_.wait(lock, [this] { return inbox_.any(); });
  }
  if (idle) {
    wake_.wait_for(lock, kIdlePause, [this] { return inbox_.any(); });
  }
  // Both keep their memory.
  std::swap(events.jobs, inbox_.jobs);
  std::swap(events.scores, inbox_.scores);
  std::swap(events.embeds, inbox_.embeds);
  std::swap(events.cancelled, inbox_.cancelled);
  events.stop = inbox_.stop;
}

// The clients hear of an end after this, so that who hears of it finds the place free.
void Engine::Publish() {
  const api::EngineStats stats = loop_->Stats();
  const std::lock_guard lock(mutex_);
  stats_ = stats;
  waiting_tokens_ -= loop_->TakeDepartedTokens();
  for (const api::RequestId request : loop_->ended()) live_.erase(request);
  for (const Embedded& embedded : embedded_) {
    live_.erase(embedded.request);
    waiting_tokens_ -= embedded.tokens;
  }
  embedded_.clear();
}

void Engine::TakeIn(Events& events) {
  for (auto& job : events.jobs) loop_->Add(std::move(job));
  for (auto& score : events.scores) loop_->Add(std::move(score));
  for (auto& embed : events.embeds) embedder_.Add(std::move(embed));
  for (const api::RequestId request : events.cancelled) {
    loop_->Cancel(request);
    embedder_.Cancel(request);
  }
  events.Clear();
  if (!events.stop) return;
  loop_->CancelAll();
  embedder_.EndAll(Status(Code::kUnavailable, "the engine ends"));
}

void Engine::Run() {
  Events events;
  bool idle = false;
  while (true) {
    WaitForEvents(idle, events);
    TakeIn(events);
    if (!loop_->ended().empty()) {
      Publish();
      loop_->Deliver();
    }
    if (events.stop) return;
    idle = loop_->busy() && !loop_->Step();
    // Other work than sequences: a bounded piece between two steps.
    if (embedder_.busy()) embedder_.Step();
    Publish();
    loop_->Deliver();
  }
}

}  // namespace ganglion::engine
