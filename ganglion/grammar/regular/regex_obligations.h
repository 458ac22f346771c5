#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ganglion/grammar/regular/sequence_pool.h"

namespace ganglion::grammar {

// What must still come true for a thread of a regular expression: that the text ends here, that a
// word character comes next, that the rest begins with a match of a lookahead; or that it is not
// so. A lookahead is the set of its own threads.
class Obligation {
 public:
  enum class Kind : std::uint8_t { kTextEnd, kWordNext, kAhead };

  static Obligation TextEnd() { return Obligation(Kind::kTextEnd, false, 0); }
  static Obligation WordNext(bool negated) { return Obligation(Kind::kWordNext, negated, 0); }
  static Obligation Ahead(std::uint32_t threads, bool negated) {
    return Obligation(Kind::kAhead, negated, threads);
  }
  static Obligation FromCode(std::uint64_t code) { return Obligation(code); }

  Kind kind() const { return static_cast<Kind>(code_ >> 33); }
  bool negated() const { return (code_ >> 32 & 1) != 0; }
  std::uint32_t threads() const { return static_cast<std::uint32_t>(code_); }
  Obligation Opposite() const { return Obligation(code_ ^ std::uint64_t{1} << 32); }
  std::uint64_t code() const { return code_; }

 private:
  explicit Obligation(std::uint64_t code) : code_(code) {}
  Obligation(Kind kind, bool negated, std::uint32_t threads)
      : code_(std::uint64_t{static_cast<std::uint8_t>(kind)} << 33 | std::uint64_t{negated} << 32 |
              threads) {}
  std::uint64_t code_;
};

// Sets of obligations by id: all of a set must come true.
class Obligations {
 public:
  static constexpr std::uint32_t kNone = 0;
  static constexpr std::uint32_t kOnlyTextEnd = 1;

  Obligations();
  std::span<const std::uint64_t> Get(std::uint32_t id) const { return pool_.Get(id); }
  // Nothing if the set cannot come true with it.
  std::optional<std::uint32_t> With(std::uint32_t id, Obligation obligation);
  std::optional<std::uint32_t> Union(std::uint32_t a, std::uint32_t b);
  // Whether all of `a` are in `b`.
  bool Includes(std::uint32_t b, std::uint32_t a) const;
  // Whether no code point may follow.
  bool EndsText(std::uint32_t id) const;
  std::size_t values() const { return pool_.values(); }

 private:
  SequencePool pool_;
};

}  // namespace ganglion::grammar
