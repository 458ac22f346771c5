#include "ganglion/engine/answer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/base/rng.h"
#include "ganglion/engine/forced_tokens.h"
#include "ganglion/engine/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::engine {
namespace {

double MillisecondsSince(TimeNs then) {
  return static_cast<double>(sys::MonotonicNow() - then) * 1e-6;
}

// What the client has to be told of a try and of those before it.
api::Usage Sum(const api::Usage& earlier, const api::Usage& last) {
  api::Usage sum = last;
  sum.generated_tokens += earlier.generated_tokens;
  sum.forced_tokens += earlier.forced_tokens;
  sum.draft_tokens += earlier.draft_tokens;
  sum.draft_tokens_accepted += earlier.draft_tokens_accepted;
  sum.preemptions += earlier.preemptions;
  sum.retries = earlier.retries;
  if (earlier.retries == 0) return sum;
  sum.prompt_tokens_cached = earlier.prompt_tokens_cached;
  sum.queue_ms = earlier.queue_ms;
  sum.first_token_ms = earlier.first_token_ms;
  return sum;
}

Result<std::optional<std::string>> Verdict(const grammar::TextValidator& validator,
                                           const std::string& text) {
  if (text.size() <= kJudgedBytesMax) return validator.WhyInvalid(text, kJudgeWork);
  return Status(Code::kFailedPrecondition,
                Concat("it has ", text.size(), " bytes, over ", kJudgedBytesMax));
}

}  // namespace

Answer::Answer(std::unique_ptr<Job> job, Workbench& bench)
    : Sequence({.id = job->id,
                .priority = job->priority,
                .tenant = job->tenant,
                .submitted_ns = job->submitted_ns,
                .deadline_ms = job->deadline_ms}),
      bench_(bench),
      job_(std::move(job)),
      held_(job_->judgement ? std::make_shared<HeldSink>() : nullptr),
      prompt_tokens_(static_cast<std::uint32_t>(job_->prompt.size())),
      matcher_(std::move(job_->matcher)),
      sampler_(job_->sampling, std::move(job_->logit_bias)),
      gate_(bench.options.draft_max) {
  const std::size_t tokens_max = std::min<std::size_t>(
      prompt_tokens_ + static_cast<std::size_t>(job_->tokens_max), bench.loaded.context_tokens);
  tokens_.reserve(tokens_max + bench.options.draft_max);
  tokens_.assign(job_->prompt.begin(), job_->prompt.end());
  usage_.prompt_tokens = static_cast<std::int32_t>(prompt_tokens_);
  guesses_.reserve(bench.options.draft_max);
  stream_.Start(std::move(job_->stops), std::move(job_->calls), held_ ? held_ : job_->sink);
  gate_.Start();
  if (!matcher_) return;
  mask_.resize((bench.loaded.vocab_size + 31) / 32);
  Force();
  if (!done_) PrepareNext();
}

Answer::~Answer() {
  if (mask_state_ == MaskState::kStarted) bench_.masks.Finish(mask_task_);
}

std::span<const TokenId> Answer::generated() const {
  return std::span(tokens_).subspan(prompt_tokens_);
}

// Log probabilities need the logits of every token.
bool Answer::forces() const { return bench_.options.force_tokens && job_->top_logprobs < 0; }

// Tokens that the answer may still get. Guesses are not among those that it has.
std::uint32_t Answer::Room() const {
  const auto wanted = static_cast<std::uint32_t>(job_->tokens_max - usage_.generated_tokens);
  return std::min(wanted,
                  bench_.loaded.context_tokens - static_cast<std::uint32_t>(tokens_.size()));
}

sched::SequenceSpec Answer::Spec() const {
  return {.priority = ticket_.priority,
          .tenant = ticket_.tenant,
          .arrival_ns = ticket_.submitted_ns,
          .deadline_ns = ticket_.deadline_ns(),
          .prompt = tokens_,
          .answer_tokens_max = Room(),
          .pinned_tokens = static_cast<std::uint32_t>(job_->pinned)};
}

void Answer::Started(TimeNs now, std::uint32_t cached_tokens) {
  usage_.queue_ms = static_cast<double>(now - ticket_.submitted_ns) * 1e-6;
  usage_.prompt_tokens_cached = static_cast<std::int32_t>(std::min(cached_tokens, prompt_tokens_));
}

// The logits of the last guess decide one token more.
std::uint32_t Answer::PutGuesses(const sched::RunPlan& run, bool alone) {
  guesses_.clear();
  matched_ = 0;
  is_plain_ = run.is_last && run.tokens == 1;
  if (!run.is_last) return 0;
  StartMask();
  if (run.draft_max == 0) return 0;
  const bool must_pay = bench_.options.draft_must_pay;
  if (must_pay && !alone) return 0;
  const std::uint32_t length = must_pay ? gate_.NextLength() : bench_.options.draft_max;
  const std::uint32_t wanted = std::min({length, run.draft_max, Room() - 1});
  if (wanted == 0) return 0;
  if (!lookup_) {
    lookup_.emplace(static_cast<std::uint32_t>(tokens_.size()) + Room());
    lookup_->Start();
    for (const TokenId token : tokens_) lookup_->Append(token);
  }
  guesses_.resize(wanted);
  guesses_.resize(lookup_->Draft(guesses_));
  tokens_.insert(tokens_.end(), guesses_.begin(), guesses_.end());
  return static_cast<std::uint32_t>(guesses_.size());
}

// Decides the next token, and those after it as long as the guesses have computed them.
sched::RunResult Answer::Take(const sched::RunPlan& run, std::span<float> logits) {
  tokens_.resize(tokens_.size() - guesses_.size());
  sched::RunResult result;
  result.computed = run.tokens;
  if (!run.is_last) return result;
  const std::size_t before = tokens_.size();
  const std::size_t columns = bench_.loaded.vocab_size;
  GN_CHECK(run.rows >= 1 && logits.size() == (run.rows + guesses_.size()) * columns);
  if (!first_forced_.empty()) stream_.AppendBytes(std::exchange(first_forced_, {}));
  do {
    Choose(logits.subspan((run.rows - 1 + matched_) * columns, columns));
    while (matched_ < guesses_.size() && before + matched_ < tokens_.size() &&
           tokens_[before + matched_] == guesses_[matched_]) {
      ++matched_;
    }
  } while (!done_ && before + matched_ == tokens_.size());
  usage_.draft_tokens += static_cast<std::int32_t>(guesses_.size());
  usage_.draft_tokens_accepted += static_cast<std::int32_t>(matched_);
  bench_.counts.drafts += guesses_.empty() ? 0 : 1;
  bench_.counts.draft_tokens += guesses_.size();
  bench_.counts.draft_tokens_accepted += matched_;
  result.decided = std::span(tokens_).subspan(before);
  result.computed = run.tokens + matched_;
  result.lost = is_faulty_;  // earlier chunks may be as wrong, and others may find them by then
  result.guessed = static_cast<std::uint32_t>(guesses_.size());
  result.finished = done_;
  return result;
}

void Answer::CountStep(double seconds) {
  if (!is_plain_) return;
  if (guesses_.empty()) return gate_.CountPlain(seconds);
  gate_.CountDraft(static_cast<std::uint32_t>(guesses_.size()), matched_, seconds);
}

void Answer::Choose(std::span<float> logits) {
  if (matcher_ && !FinishMask()) return;
  const LoadedModel& loaded = bench_.loaded;
  std::array<sampling::Likely, kTopLogprobsMax> top;
  std::size_t top_count = 0;
  double log_sum = 0;
  if (job_->top_logprobs >= 0) {
    const auto known = logits.first(bench_.known_size());
    bench_.row.assign(known.begin(), known.end());
    log_sum = bench_.sampler.LogSum(known);
    top_count = sampling::Sampler::FindLikeliest(
        known, log_sum, std::span(top).first(static_cast<std::size_t>(job_->top_logprobs)));
  }
  const std::span<const std::uint32_t> mask =
      matcher_ ? std::span<const std::uint32_t>(mask_) : loaded.known_tokens;
  const TokenId token = bench_.sampler.Sample(sampler_, tokens_, logits, mask);
  if (usage_.first_token_ms == 0) usage_.first_token_ms = MillisecondsSince(ticket_.submitted_ns);
  if (token == kNoToken) return FailToChoose();
  const bool is_end =
      matcher_ ? loaded.vocabulary->IsEnd(token) : loaded.tokenizer->IsEndOfGeneration(token);
  if (is_end && !job_->ignore_end) return Finish(api::FinishReason::kStop);
  if (matcher_) GN_CHECK(matcher_->Accept(token));  // the mask allowed it
  if (job_->top_logprobs >= 0) Report(token, log_sum, std::span(top).first(top_count));
  Append(token);
  stream_.Append(*loaded.tokenizer, token);
  if (stream_.done()) return FinishStream();
  FollowCalls();
  if (matcher_ && !done_) Force();
  FollowCalls();
  if (!done_) PrepareNext();
}

// In a free answer a grammar comes into force where a call begins, and goes where it is whole.
void Answer::FollowCalls() {
  if (job_->call_grammars.empty() || done_) return;
  if (matcher_ && stream_.calls() > calls_before_) matcher_.reset();
  if (matcher_) return;
  const auto call = stream_.open_call();
  if (!call) return;
  calls_before_ = stream_.calls();
  mask_.resize((bench_.loaded.vocab_size + 31) / 32);
  for (const CallGrammar& each : job_->call_grammars) {
    if (each.function == call->name.value_or("")) {
      matcher_.emplace(each.grammar, bench_.loaded.vocabulary);
    }
  }
  if (matcher_ && matcher_->AcceptText(call->json)) return;
  Finish(api::FinishReason::kError,
         Status(Code::kInternal, "the model began a call that no tool allows: " +
                                     call->json.substr(0, kErrorQuoteBytes)));
}

void Answer::FailToChoose() {
  if (!sampler_.bias.empty()) {
    return Finish(api::FinishReason::kError,
                  Status(Code::kInvalidArgument,
                         "logit_bias forbids every token that could come next; allow one"));
  }
  ++bench_.counts.numeric_faults;
  is_faulty_ = true;
  Finish(api::FinishReason::kError,
         Status(Code::kInternal, "the model computed no logit that is a number"));
}

void Answer::Report(TokenId token, double log_sum, std::span<const sampling::Likely> top) {
  const Tokenizer& tokenizer = *bench_.loaded.tokenizer;
  const double logit = static_cast<double>(bench_.row[static_cast<std::size_t>(Value(token))]);
  event_.chosen = {Value(token), std::string(tokenizer.Piece(token)),
                   static_cast<float>(logit - log_sum)};
  event_.top.clear();
  for (const sampling::Likely& likely : top) {
    event_.top.push_back(
        {Value(likely.token), std::string(tokenizer.Piece(likely.token)), likely.logprob});
  }
  (held_ ? *held_ : *job_->sink).OnToken(event_);
}

// The token belongs to the answer.
void Answer::Append(TokenId token) {
  ++usage_.generated_tokens;
  ++bench_.counts.generated_tokens;
  tokens_.push_back(token);
  if (lookup_) lookup_->Append(token);
}

// Before the next token is computed: ends the answer where nothing can come after it.
void Answer::PrepareNext() {
  mask_state_ = MaskState::kStale;
  if (matcher_ && matcher_->IsComplete() && !matcher_->CanGoOn()) {
    return Finish(api::FinishReason::kStop);
  }
  if (Room() == 0) FinishFull();
}

// Before the pass that computes the logits which the mask is for.
void Answer::StartMask() {
  if (!matcher_ || mask_state_ != MaskState::kStale) return;
  mask_task_ = {.matcher = &*matcher_, .bits = mask_};
  if (bench_.masks.Start(mask_task_)) mask_state_ = MaskState::kStarted;
}

// The mask of the next token is in mask_ then. False if no text can come: the answer is over.
bool Answer::FinishMask() {
  if (mask_state_ == MaskState::kStarted) bench_.masks.Finish(mask_task_);
  if (mask_state_ == MaskState::kStale) mask_task_.has_tokens = matcher_->FillMask(mask_);
  mask_state_ = MaskState::kReady;
  if (mask_task_.has_tokens && HasTextToken()) return true;
  if (matcher_->IsComplete()) {
    Finish(api::FinishReason::kStop);
  } else {
    Finish(api::FinishReason::kError,
           Status(Code::kInternal,
                  "the vocabulary has no token with which the text can go on in the form that was "
                  "asked for"));
  }
  return false;
}

// Whether the mask allows more than to end.
bool Answer::HasTextToken() const {
  std::size_t allowed = 0;
  for (const std::uint32_t word : mask_) allowed += static_cast<std::size_t>(std::popcount(word));
  for (const TokenId token : bench_.loaded.vocabulary->end_tokens()) {
    const auto i = static_cast<std::size_t>(Value(token));
    allowed -= (mask_[i / 32] >> (i % 32)) & 1;
  }
  return allowed > 0;
}

// Takes the tokens of the text that the grammar dictates here: those that the model would write,
// whatever comes behind that text (docs/design/0007, "Forced tokens").
void Answer::Force() {
  if (!forces()) return;
  const auto written = generated();
  const bool at_start = written.empty();
  const std::size_t tail = std::min(written.size(), kForcedTailTokens);
  const auto tokens = ForcedTokens(*bench_.loaded.tokenizer, written.last(tail), *matcher_);
  for (const TokenId token : tokens) {
    if (Room() == 0 || !matcher_->Accept(token)) return;
    Append(token);
    ++usage_.forced_tokens;
    ++bench_.counts.forced_tokens;
    const std::string_view piece = bench_.loaded.tokenizer->Piece(token);
    if (at_start) {
      first_forced_ += piece;
    } else {
      stream_.AppendBytes(piece);
    }
    if (stream_.done()) return FinishStream();
  }
}

// The text itself says that the answer is over.
void Answer::FinishStream() {
  const auto error = stream_.error();
  if (!error) return Finish(api::FinishReason::kStop);
  Finish(api::FinishReason::kError, Status(Code::kInternal, *error));
}

// There is no room for another token.
void Answer::FinishFull() {
  if (!matcher_ || matcher_->IsComplete()) return Finish(api::FinishReason::kLength);
  const bool by_request = usage_.generated_tokens >= job_->tokens_max;
  Finish(api::FinishReason::kError,
         Status(Code::kResourceExhausted,
                Concat("the answer reached ", by_request ? "tokens_max" : "the end of the context",
                       " after ", usage_.generated_tokens, " tokens and is not yet whole")));
}

void Answer::Finish(api::FinishReason reason, Status status) {
  GN_CHECK(!done_);
  done_ = true;
  status_ = std::move(status);
  if (!first_forced_.empty()) stream_.AppendBytes(std::exchange(first_forced_, {}));
  reason_ = stream_.Finish(reason);
  usage_.total_ms = MillisecondsSince(ticket_.submitted_ns);
  if (!held_) return;
  usage_ = Sum(job_->judgement->earlier, usage_);
  if (reason_ == api::FinishReason::kStop || reason_ == api::FinishReason::kLength) Judge();
}

// The text is whole. What ended in another way is not shown, whatever there is of it.
void Answer::Judge() {
  const Judgement& judgement = *job_->judgement;
  auto why = Verdict(*judgement.validator, held_->text());
  if (why.ok() && !*why) return held_->Release(*job_->sink);
  if (why.ok() && judgement.retries_left > 0) {
    must_retry_ = true;
    return;
  }
  reason_ = api::FinishReason::kError;
  if (!why.ok()) {
    // Whatever the reason: the answer is whole, and no more is known of it.
    status_ = Status(Code::kFailedPrecondition,
                     Concat("the answer cannot be validated: ", why.error().message()));
    return;
  }
  ++bench_.counts.invalid_answers;
  status_ = Status(
      Code::kFailedPrecondition,
      Concat("the answer does not satisfy json_schema (tries: ", usage_.retries + 1, "): ", **why));
}

// Its prompt is found in the cache, as far as that keeps prefixes.
std::unique_ptr<Sequence> Answer::MakeRetry() {
  if (!std::exchange(must_retry_, false)) return nullptr;
  ++bench_.counts.answer_retries;
  Judgement& judgement = *job_->judgement;
  --judgement.retries_left;
  judgement.earlier = usage_;
  ++judgement.earlier.retries;
  api::SamplingOptions& sampling = job_->sampling;
  sampling.seed = Rng(sampling.seed).Next();
  if (sampling.temperature == 0) sampling.temperature = kRetryTemperature;
  job_->logit_bias = std::move(sampler_.bias);
  matcher_->Reset();
  job_->matcher = std::move(matcher_);
  return std::make_unique<Answer>(std::move(job_), bench_);
}

void Answer::Deliver() { job_->sink->OnDone(reason_, usage_, status_); }

}  // namespace ganglion::engine
