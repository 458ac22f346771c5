#pragma once

#include <cstdint>

// The limits of this room that no option changes.
namespace ganglion::sched {

// Of the tokens that a grammar dictated after the prompt, how many one step computes for a
// sequence.
constexpr std::uint32_t kForcedTokensMax = 16;
// A common beginning inside a page that is shorter is computed again instead of copied.
constexpr std::uint32_t kCopyTokensMin = 4;
// Waiting sequences that one step tries to start.
constexpr std::uint32_t kStartsMax = 64;
// Of waiting_max and waiting_tokens_max, the part that is for realtime alone: one of so many.
constexpr std::uint32_t kRealtimeReserve = 8;
// A prompt goes before the oldest of its tenant if what is left of it is at most a quarter.
constexpr std::uint32_t kShorterBy = 4;
// What a token of an answer costs beside one of a prompt on a tenant's account.
constexpr std::uint32_t kAnswerTokenWeight = 2;

}  // namespace ganglion::sched
