#include "ganglion/engine/stepper.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/engine/forced_tokens.h"
#include "ganglion/engine/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

constexpr std::size_t kAnswerTail = 4 * kForcedTailTokens;

SequenceCache::Limits CacheLimits(const LoadedModel& loaded, const EngineOptions& options) {
  return {.tokens = loaded.context_tokens, .kept = options.sequences_kept};
}

double Milliseconds(TimeNs from, TimeNs to) { return static_cast<double>(to - from) * 1e-6; }

}  // namespace

Result<std::unique_ptr<Stepper>> Stepper::Create(LoadedModel& loaded,
                                                 const EngineOptions& options) {
  GN_RETURN_IF_ERROR(loaded.model->Prepare({.tokens = options.prefill_chunk + options.draft_max,
                                            .runs = 1,
                                            .logits_rows = options.draft_max + 1,
                                            .pages = PagesFor(loaded.context_tokens)}));
  GN_ASSIGN_OR_RETURN(KvStorage storage,
                      KvStorage::Create(loaded.model->kv_shape(), options.kv_type,
                                        SequenceCache::PagesNeeded(CacheLimits(loaded, options)),
                                        {.memory_bytes = options.kv_memory_bytes,
                                         .spill_directory = options.kv_spill_directory,
                                         .spill_bytes_max = options.kv_spill_bytes_max}));
  const std::uint32_t written = PagesFor(options.prefill_chunk + options.draft_max) + 1;
  if (storage.pages_in_memory_max() < std::min(written, storage.pages())) {
    return Status(Code::kInvalidArgument,
                  Concat("the memory for keys and values holds ", storage.pages_in_memory_max(),
                         " pages of ", storage.page_bytes(), " bytes; a pass of ",
                         options.prefill_chunk, " tokens needs ", written));
  }
  return std::unique_ptr<Stepper>(new Stepper(loaded, options, std::move(storage)));
}

Stepper::Stepper(LoadedModel& loaded, const EngineOptions& options, KvStorage storage)
    : loaded_(loaded),
      options_(options),
      cache_(CacheLimits(loaded, options), std::move(storage)),
      sampler_(loaded.vocab_size),
      logits_(std::size_t{loaded.vocab_size} * (options.draft_max + 1)),
      mask_((loaded.vocab_size + 31) / 32),
      lookup_(loaded.context_tokens),
      gate_(options.draft_max) {
  feed_.reserve(loaded.context_tokens);
  draft_.reserve(options.draft_max);
  answer_.reserve(kAnswerTail);
}

// Tokens that the answer may still get.
std::uint32_t Stepper::Room() const {
  const std::size_t guessed = draft_.size() - std::min(matched_, draft_.size());
  const std::size_t decided = cache_.tokens().size() - guessed + feed_.size() - fed_;
  const auto wanted = static_cast<std::uint32_t>(job_->tokens_max - usage_.generated_tokens);
  return std::min(wanted, loaded_.context_tokens - static_cast<std::uint32_t>(decided));
}

void Stepper::Start(std::unique_ptr<Job> job) {
  GN_CHECK(!busy());
  job_ = std::move(job);
  usage_ = {};
  usage_.prompt_tokens = static_cast<std::int32_t>(job_->prompt.size());
  const std::uint32_t cached = cache_.Begin(job_->prompt);
  usage_.prompt_tokens_cached = static_cast<std::int32_t>(cached);
  feed_.assign(job_->prompt.begin() + cached, job_->prompt.end());
  fed_ = 0;
  answer_.clear();
  first_forced_.clear();
  stream_.Start(std::move(job_->stops), std::move(job_->calls), job_->sink);
  sampler_.Start(job_->sampling);
  lookup_.Start();
  gate_.Start();
  draft_.clear();
  for (const TokenId token : job_->prompt) {
    sampler_.Observe(token);
    lookup_.Append(token);
  }
  if (!job_->matcher) return;
  Force();
  if (busy()) Prepare();
}

void Stepper::Step() {
  GN_CHECK(busy());
  const TimeNs begin = sys::MonotonicNow();
  const bool is_decoding = feed_.size() == 1;
  if (!FeedChunk()) return;
  const std::size_t drafted = draft_.size();
  if (!first_forced_.empty()) stream_.AppendBytes(std::exchange(first_forced_, {}));
  ChooseAll();
  if (!busy() || !is_decoding) return;
  const double seconds = static_cast<double>(sys::MonotonicNow() - begin) * 1e-9;
  if (drafted == 0) return gate_.CountPlain(seconds);
  gate_.CountDraft(static_cast<std::uint32_t>(drafted), static_cast<std::uint32_t>(matched_),
                   seconds);
}

void Stepper::Cancel() {
  GN_CHECK(busy());
  Finish(api::FinishReason::kCancelled);
}

// Whether all is fed and the logits of the next token are there.
bool Stepper::FeedChunk() {
  const std::size_t count = std::min<std::size_t>(feed_.size() - fed_, options_.prefill_chunk);
  const bool is_last = fed_ + count == feed_.size();
  const auto first = static_cast<std::uint32_t>(cache_.tokens().size());
  matched_ = 0;
  if (is_last) DraftNext();
  cache_.Extend(std::span<const TokenId>(feed_).subspan(fed_, count));
  cache_.Extend(draft_);
  if (Status ready = cache_.Ready(first); !ready.ok()) {
    draft_.clear();
    Finish(api::FinishReason::kError, std::move(ready));
    return false;
  }
  const auto rows = is_last ? static_cast<std::uint32_t>(draft_.size()) + 1 : 0u;
  const TokenRun run = {.tokens = cache_.tokens().subspan(first),
                        .first_position = first,
                        .pages = &cache_.pages(),
                        .logits_rows = rows};
  loaded_.model->Forward({{&run, 1}}, cache_.storage(),
                         std::span(logits_).first(std::size_t{rows} * loaded_.vocab_size));
  fed_ += count;
  return is_last;
}

// The logits of the last guess decide one token more.
void Stepper::DraftNext() {
  const std::uint32_t length = options_.draft_must_pay ? gate_.NextLength() : options_.draft_max;
  const std::uint32_t wanted = std::min(length, Room() - 1);
  draft_.resize(wanted);
  draft_.resize(lookup_.Draft(draft_));
}

// Decides the next token, and those after it as long as the draft has computed them.
void Stepper::ChooseAll() {
  feed_.clear();
  fed_ = 0;
  do {
    const std::size_t row = matched_ * loaded_.vocab_size;
    Choose(std::span(logits_).subspan(row, loaded_.vocab_size));
  } while (busy() && MatchDraft());
  if (busy()) DropDraft();
}

// Takes from the feed what the draft has right. Whether nothing is left, so that the logits of the
// next token are there.
bool Stepper::MatchDraft() {
  std::size_t same = 0;
  while (same < feed_.size() && matched_ < draft_.size() && feed_[same] == draft_[matched_]) {
    ++same;
    ++matched_;
  }
  feed_.erase(feed_.begin(), feed_.begin() + static_cast<std::ptrdiff_t>(same));
  return feed_.empty();
}

// What is left of the draft was wrong.
void Stepper::DropDraft() {
  const std::size_t wrong = draft_.size() - matched_;
  usage_.draft_tokens += static_cast<std::int32_t>(draft_.size());
  usage_.draft_tokens_accepted += static_cast<std::int32_t>(matched_);
  cache_.Truncate(static_cast<std::uint32_t>(cache_.tokens().size() - wrong));
  draft_.clear();
}

void Stepper::Choose(std::span<float> logits) {
  const std::span<const std::uint32_t> mask =
      job_->matcher ? std::span<const std::uint32_t>(mask_) : loaded_.known_tokens;
  const TokenId token = sampler_.Sample(logits, mask);
  if (usage_.first_token_ms == 0) {
    usage_.first_token_ms = Milliseconds(job_->submitted_ns, sys::MonotonicNow());
  }
  if (token == kNoToken) {
    return Finish(api::FinishReason::kError,
                  Status(Code::kInternal, "the model computed no logit that is a number"));
  }
  const bool is_end = job_->matcher ? loaded_.vocabulary->IsEnd(token)
                                    : loaded_.tokenizer->IsEndOfGeneration(token);
  if (is_end) return Finish(api::FinishReason::kStop);
  if (job_->matcher) GN_CHECK(job_->matcher->Accept(token));  // the mask allowed it
  Take(token);
  stream_.Append(*loaded_.tokenizer, token);
  if (stream_.done()) return FinishStream();
  if (job_->matcher) Force();
  if (busy()) Prepare();
}

// The token belongs to the answer.
void Stepper::Take(TokenId token) {
  ++usage_.generated_tokens;
  sampler_.Observe(token);
  lookup_.Append(token);
  feed_.push_back(token);
  if (answer_.size() == kAnswerTail) {
    answer_.erase(answer_.begin(), answer_.end() - kForcedTailTokens);
  }
  answer_.push_back(token);
}

// Before the feed is computed: ends the answer where nothing can come after it.
void Stepper::Prepare() {
  if (job_->matcher) {
    const bool can_go_on = FillMask();
    const bool is_complete = job_->matcher->IsComplete();
    if (!can_go_on && is_complete) return Finish(api::FinishReason::kStop);
    if (!can_go_on) {
      return Finish(api::FinishReason::kError,
                    Status(Code::kInternal,
                           "the vocabulary has no token with which the text can go on within "
                           "json_schema"));
    }
  }
  if (Room() == 0) FinishFull();
}

// Whether a token of text is allowed.
bool Stepper::FillMask() {
  if (!job_->matcher->FillMask(mask_)) return false;
  std::size_t allowed = 0;
  for (const std::uint32_t word : mask_) allowed += static_cast<std::size_t>(std::popcount(word));
  for (const TokenId token : loaded_.vocabulary->end_tokens()) {
    const auto i = static_cast<std::size_t>(Value(token));
    allowed -= (mask_[i / 32] >> (i % 32)) & 1;
  }
  return allowed > 0;
}

// Whether a token of more than `bytes` bytes is allowed here.
bool Stepper::MayPass(std::size_t bytes) {
  if (!FillMask()) return false;
  for (std::size_t word = 0; word < mask_.size(); ++word) {
    for (std::uint32_t bits = mask_[word]; bits != 0; bits &= bits - 1) {
      const auto token =
          static_cast<std::int32_t>(word * 32 + static_cast<std::size_t>(std::countr_zero(bits)));
      if (loaded_.vocabulary->piece(TokenId{token}).size() > bytes) return true;
    }
  }
  return false;
}

// Takes the tokens of the text that the grammar dictates here, as far as the model would have
// written them. From where a token is allowed that holds the rest of the text and goes on with text
// of the model's choice, that token may be the model's: from there on it is left to the model.
void Stepper::Force() {
  if (!options_.force_tokens) return;
  const std::string text = job_->matcher->ForcedText();
  if (text.empty()) return;
  const std::size_t tail = std::min(answer_.size(), kForcedTailTokens);
  const auto tokens = TokenizeForced(*loaded_.tokenizer, std::span(answer_).last(tail), text);
  const bool at_start = answer_.empty();
  std::size_t left = text.size();
  for (const TokenId token : tokens) {
    if (Room() == 0 || MayPass(left)) return;
    if (!job_->matcher->Accept(token)) return;
    Take(token);
    ++usage_.forced_tokens;
    const std::string_view piece = loaded_.tokenizer->Piece(token);
    left -= std::min(left, piece.size());
    if (at_start) {
      first_forced_ += piece;
    } else {
      stream_.AppendBytes(piece);
    }
    if (stream_.done()) return FinishStream();
  }
}

// The text itself says that the answer is over.
void Stepper::FinishStream() {
  const auto error = stream_.error();
  if (!error) return Finish(api::FinishReason::kStop);
  Finish(api::FinishReason::kError, Status(Code::kInternal, *error));
}

// There is no room for another token.
void Stepper::FinishFull() {
  if (!job_->matcher || job_->matcher->IsComplete()) return Finish(api::FinishReason::kLength);
  const bool by_request = usage_.generated_tokens >= job_->tokens_max;
  Finish(api::FinishReason::kError,
         Status(Code::kResourceExhausted,
                Concat("the answer reached ", by_request ? "tokens_max" : "the end of the context",
                       " after ", usage_.generated_tokens,
                       " tokens and is not yet whole by json_schema")));
}

void Stepper::Finish(api::FinishReason reason, Status status) {
  if (!first_forced_.empty()) stream_.AppendBytes(std::exchange(first_forced_, {}));
  reason = stream_.Finish(reason);
  if (!draft_.empty()) DropDraft();
  cache_.End();
  usage_.total_ms = Milliseconds(job_->submitted_ns, sys::MonotonicNow());
  job_->sink->OnDone(reason, usage_, status);
  job_.reset();
}

}  // namespace ganglion::engine
