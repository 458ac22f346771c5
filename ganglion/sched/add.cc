#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/sched/continuous_scheduler.h"
#include "ganglion/sched/limits.h"

// Who is let in.

namespace ganglion::sched {

Status ContinuousScheduler::CheckFits(const SequenceSpec& spec) const {
  if (spec.prompt.empty()) {
    return Status(Code::kInvalidArgument, "the prompt has no tokens; give it at least one");
  }
  const std::uint64_t tokens = std::uint64_t{spec.prompt.size()} + spec.answer_tokens_max;
  if (tokens > limits_.sequence_tokens_max) {
    return Status(
        Code::kResourceExhausted,
        Concat("the prompt has ", spec.prompt.size(), " tokens and the answer may have ",
               spec.answer_tokens_max, ", together more than the context of ",
               limits_.sequence_tokens_max, "; shorten the prompt or ask for fewer tokens"));
  }
  const std::uint32_t needed = PagesFor(static_cast<std::uint32_t>(tokens));
  if (std::uint64_t{needed} + limits_.pinned_pages_max > limits_.pages) {
    return Status(
        Code::kResourceExhausted,
        Concat("prompt and answer need ", needed, " pages of the key-value cache, which has ",
               limits_.pages, " with ", limits_.pinned_pages_max,
               " kept for pinned prefixes; shorten the prompt, ask for fewer tokens, or"
               " give the cache more memory"));
  }
  return {};
}

Status ContinuousScheduler::CheckQueue(const SequenceSpec& spec) const {
  const bool is_realtime = spec.priority == api::Priority::kRealtime;
  const auto part = [&](std::uint64_t whole) {
    return is_realtime ? whole : whole - whole / kRealtimeReserve;
  };
  std::uint64_t waiting = 0;
  std::uint64_t tokens = 0;
  for (const Place place : waiting_) {
    // Who was pre-empted by the urgent must not keep them out.
    if (is_realtime && at(place).was_preempted) continue;
    ++waiting;
    tokens += at(place).prompt_tokens;
  }
  if (waiting >= part(limits_.waiting_max) || free_.empty()) {
    return Status(Code::kUnavailable,
                  Concat("the queue is full: ", waiting, " requests wait; try again later"));
  }
  // A prompt alone may be longer than the limit: nobody is before it.
  if (limits_.waiting_tokens_max != 0 && waiting > 0 &&
      tokens + spec.prompt.size() > part(limits_.waiting_tokens_max)) {
    return Status(Code::kUnavailable, Concat("the queue is full: prompts of ", tokens,
                                             " tokens wait; try again later"));
  }
  return {};
}

Status ContinuousScheduler::Add(const SequenceSpec& spec) {
  GN_CHECK(static_cast<std::size_t>(spec.priority) < api::kPriorities);
  GN_CHECK(!places_.contains(spec.id));
  GN_RETURN_IF_ERROR(CheckFits(spec));
  GN_RETURN_IF_ERROR(CheckQueue(spec));

  const Place place = free_.back();
  free_.pop_back();
  Sequence& sequence = at(place);
  const std::uint32_t prompt_tokens = static_cast<std::uint32_t>(spec.prompt.size());
  sequence.state = SequenceState::kWaiting;
  sequence.id = spec.id;
  sequence.priority = spec.priority;
  sequence.account = shares_.Join(spec.tenant, spec.priority);
  sequence.age = arrivals_++;
  sequence.arrival_ns = spec.arrival_ns;
  sequence.deadline_ns = spec.deadline_ns;
  sequence.prompt_tokens = prompt_tokens;
  sequence.tokens_max = prompt_tokens + spec.answer_tokens_max;
  sequence.tokens.reserve(sequence.tokens_max);
  sequence.tokens.assign(spec.prompt.begin(), spec.prompt.end());
  const std::uint32_t rows = std::clamp(spec.rows, 1u, prompt_tokens);
  sequence.rows_first = prompt_tokens - rows;
  sequence.pinned_pages =
      limits_.keep_prefixes ? std::min(spec.pinned_tokens, prompt_tokens) / kPageTokens : 0;
  sequence.was_started = false;
  sequence.was_preempted = false;
  sequence.is_decoding = false;
  sequence.cached_tokens = 0;
  waiting_.push_back(place);
  places_.emplace(spec.id, place);
  return {};
}

}  // namespace ganglion::sched
