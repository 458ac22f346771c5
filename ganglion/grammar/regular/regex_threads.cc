#include "ganglion/grammar/regular/regex_threads.h"

#include <algorithm>
#include <utility>

#include "ganglion/grammar/regular/regex_limits.h"

namespace ganglion::grammar {
namespace {

constexpr std::uint32_t kCannotHold = 0xFFFFFFFFu;

}  // namespace

RegexThreads::RegexThreads(const RegexProgram& program, const RegexAlphabet& alphabet, Work& work)
    : program_(program), alphabet_(alphabet), work_(work) {
  sets_.Intern({});
}

bool RegexThreads::exhausted() const {
  return work_.exhausted() || sets_.values() + obligations_.values() > kRegexPoolMax;
}

// The word characters are the last of the alphabet's sets.
bool RegexThreads::IsWord(std::uint32_t block) const {
  return program_.has_words &&
         alphabet_.Holds(static_cast<std::uint32_t>(program_.sets.size() - 1), block);
}

void RegexThreads::Forget() {
  moved_obligations_.clear();
  moved_aheads_.clear();
}

bool RegexThreads::IsMatch(std::uint32_t set) const {
  const auto threads = sets_.Get(set);
  if (threads.size() != 1) return false;  // a plain match stands alone, see Simplify
  const RegexThread thread = RegexThread::FromCode(threads[0]);
  return thread.obligations == Obligations::kNone &&
         program_.places[thread.place].kind == PlaceKind::kDone;
}

bool RegexThreads::IsMatchAtEnd(std::uint32_t set) const {
  const auto threads = sets_.Get(set);
  return std::any_of(threads.begin(), threads.end(), [&](std::uint64_t code) {
    const RegexThread thread = RegexThread::FromCode(code);
    return program_.places[thread.place].kind == PlaceKind::kDone && HoldAtEnd(thread.obligations);
  });
}

bool RegexThreads::HoldAtEnd(std::uint32_t obligations) const {
  const auto all = obligations_.Get(obligations);
  return std::all_of(all.begin(), all.end(), [&](std::uint64_t code) {
    const Obligation obligation = Obligation::FromCode(code);
    bool holds = obligation.kind() == Obligation::Kind::kTextEnd;
    if (obligation.kind() == Obligation::Kind::kAhead) holds = IsMatchAtEnd(obligation.threads());
    return holds != obligation.negated();
  });
}

void RegexThreads::Move(std::uint32_t set, std::uint32_t block, const TextBefore& before,
                        std::vector<RegexThread>& moved) {
  // By index: moving obligations may make sets, and the pool may then move.
  const std::size_t size = sets_.Get(set).size();
  work_.Spend(size);
  for (std::size_t i = 0; i < size; ++i) {
    const RegexThread thread = RegexThread::FromCode(sets_.Get(set)[i]);
    const Place& place = program_.places[thread.place];
    const bool done = place.kind == PlaceKind::kDone;
    if (!done && !alphabet_.Holds(place.argument, block)) continue;
    const auto obligations = MoveObligations(thread.obligations, block, before);
    if (obligations) moved.push_back({done ? thread.place : place.next, *obligations});
  }
}

std::optional<std::uint32_t> RegexThreads::MoveObligations(std::uint32_t id, std::uint32_t block,
                                                           const TextBefore& before) {
  if (id == Obligations::kNone) return id;
  if (id == Obligations::kOnlyTextEnd) return std::nullopt;
  const std::uint64_t key = std::uint64_t{id} << 32 | block;
  auto known = moved_obligations_.find(key);
  if (known == moved_obligations_.end()) {
    const auto moved = MoveEach(id, block, before);
    known = moved_obligations_.emplace(key, moved.value_or(kCannotHold)).first;
  }
  if (known->second == kCannotHold) return std::nullopt;
  return known->second;
}

std::optional<std::uint32_t> RegexThreads::MoveEach(std::uint32_t id, std::uint32_t block,
                                                    const TextBefore& before) {
  std::optional<std::uint32_t> rest = Obligations::kNone;
  const std::size_t size = obligations_.Get(id).size();
  work_.Spend(size);
  for (std::size_t i = 0; rest && i < size; ++i) {
    const Obligation obligation = Obligation::FromCode(obligations_.Get(id)[i]);
    bool holds = false;
    if (obligation.kind() == Obligation::Kind::kWordNext) holds = IsWord(block);
    if (obligation.kind() == Obligation::Kind::kAhead) {
      const std::uint32_t ahead = MoveAhead(obligation.threads(), block, before);
      holds = IsMatch(ahead);
      if (!holds && ahead != kEmptySet) {
        work_.Spend(8 + obligations_.Get(*rest).size());
        rest = obligations_.With(*rest, Obligation::Ahead(ahead, obligation.negated()));
        continue;
      }
    }
    if (holds == obligation.negated()) rest = std::nullopt;
  }
  return rest;
}

std::uint32_t RegexThreads::MoveAhead(std::uint32_t set, std::uint32_t block,
                                      const TextBefore& before) {
  const std::uint64_t key = std::uint64_t{set} << 32 | block;
  if (const auto known = moved_aheads_.find(key); known != moved_aheads_.end()) {
    return known->second;
  }
  std::vector<RegexThread> moved;
  Move(set, block, before, moved);
  const std::uint32_t closed = Close(moved, before);
  moved_aheads_.emplace(key, closed);
  return closed;
}

std::uint32_t RegexThreads::Close(std::span<const RegexThread> seeds, const TextBefore& before) {
  if (seeds.empty() || exhausted()) return kEmptySet;
  auto& threads = Reach(seeds, before);
  Simplify(threads);
  return sets_.Intern(threads);
}

std::uint32_t RegexThreads::CloseBehind(std::span<const RegexThread> seeds,
                                        const TextBefore& before,
                                        std::vector<std::uint32_t>& reached) {
  auto& threads = Reach(seeds, before);
  std::erase_if(threads, [&](std::uint64_t code) {
    const RegexThread thread = RegexThread::FromCode(code);
    if (program_.places[thread.place].kind != PlaceKind::kReached) return false;
    reached.push_back(thread.obligations);
    return true;
  });
  // A way without obligations makes the others needless.
  if (std::find(reached.begin(), reached.end(), Obligations::kNone) != reached.end()) {
    reached = {Obligations::kNone};
  }
  Simplify(threads);
  return sets_.Intern(threads);
}

bool RegexThreads::Visit(Closure& closure, RegexThread thread) {
  if (thread.obligations <= Obligations::kOnlyTextEnd) {
    std::uint32_t& round = closure.plain[std::size_t{thread.place} * 2 + thread.obligations];
    return std::exchange(round, closure.round) != closure.round;
  }
  work_.Spend(1 + closure.other.size() / 16);
  const auto place = std::lower_bound(closure.other.begin(), closure.other.end(), thread.code());
  if (place != closure.other.end() && *place == thread.code()) return false;
  closure.other.insert(place, thread.code());
  return true;
}

std::vector<std::uint64_t>& RegexThreads::Reach(std::span<const RegexThread> seeds,
                                                const TextBefore& before) {
  if (closures_.size() == depth_) {
    work_.Spend(program_.places.size() / 4);
    closures_.push_back(std::make_unique<Closure>());
    closures_.back()->plain.assign(program_.places.size() * 2, 0);
  }
  Closure& closure = *closures_[depth_++];
  ++closure.round;
  closure.other.clear();
  closure.reached.clear();
  auto& open = closure.open;
  open.assign(seeds.begin(), seeds.end());
  while (!open.empty() && !exhausted()) {
    const RegexThread thread = open.back();
    open.pop_back();
    work_.Spend(1);
    if (Visit(closure, thread)) Pass(thread, before, closure);
  }
  --depth_;
  return closure.reached;
}

void RegexThreads::Pass(RegexThread thread, const TextBefore& before, Closure& closure) {
  auto& open = closure.open;
  auto& reached = closure.reached;
  const Place& place = program_.places[thread.place];
  std::optional<std::uint32_t> obligations = thread.obligations;
  switch (place.kind) {
    case PlaceKind::kSet:
      if (!obligations_.EndsText(thread.obligations)) reached.push_back(thread.code());
      return;
    case PlaceKind::kDone:
    case PlaceKind::kReached:
      reached.push_back(thread.code());
      return;
    case PlaceKind::kSplit:
      open.push_back({place.other, thread.obligations});
      open.push_back({place.next, thread.obligations});
      return;
    case PlaceKind::kTextStart:
      if (before.nothing) open.push_back({place.next, thread.obligations});
      return;
    case PlaceKind::kTextEnd:
      obligations = obligations_.With(thread.obligations, Obligation::TextEnd());
      break;
    case PlaceKind::kWordBoundary:
      // At a boundary exactly one of both sides is a word's.
      obligations =
          obligations_.With(thread.obligations, Obligation::WordNext(before.word != place.negated));
      break;
    case PlaceKind::kAhead:
      PassAhead(thread, before, open);
      return;
    case PlaceKind::kBehind:
      PassBehind(thread, before, open);
      return;
  }
  if (obligations) open.push_back({place.next, *obligations});
}

void RegexThreads::PassAhead(RegexThread thread, const TextBefore& before,
                             std::vector<RegexThread>& open) {
  const Place& place = program_.places[thread.place];
  const RegexThread first = {place.argument, Obligations::kNone};
  const std::uint32_t ahead = Close({&first, 1}, before);
  if (IsMatch(ahead) || ahead == kEmptySet) {
    if (IsMatch(ahead) != place.negated) open.push_back({place.next, thread.obligations});
    return;
  }
  const auto obligations =
      obligations_.With(thread.obligations, Obligation::Ahead(ahead, place.negated));
  if (obligations) open.push_back({place.next, *obligations});
}

void RegexThreads::PassBehind(RegexThread thread, const TextBefore& before,
                              std::vector<RegexThread>& open) {
  const Place& place = program_.places[thread.place];
  const auto& ways = before.behinds[place.argument];
  if (!place.negated) {
    for (const std::uint32_t way : ways) {
      const auto both = obligations_.Union(thread.obligations, way);
      if (both) open.push_back({place.next, *both});
    }
    return;
  }
  // Each way must fail, so one of its obligations must: all choices of one of each.
  std::vector<std::uint32_t> choices = {thread.obligations};
  for (const std::uint32_t way : ways) {
    std::vector<std::uint32_t> longer;
    for (const std::uint32_t choice : choices) {
      for (std::size_t i = 0; i < obligations_.Get(way).size(); ++i) {
        if (!work_.Spend(4) || exhausted()) return;
        const auto broken = Obligation::FromCode(obligations_.Get(way)[i]).Opposite();
        if (const auto with = obligations_.With(choice, broken)) longer.push_back(*with);
      }
    }
    std::sort(longer.begin(), longer.end());
    longer.erase(std::unique(longer.begin(), longer.end()), longer.end());
    choices = std::move(longer);
  }
  for (const std::uint32_t choice : choices) open.push_back({place.next, choice});
}

// Sorts, and drops threads that match nothing that another does not.
void RegexThreads::Simplify(std::vector<std::uint64_t>& threads) const {
  std::sort(threads.begin(), threads.end());
  for (const std::uint64_t code : threads) {
    const RegexThread thread = RegexThread::FromCode(code);
    if (thread.obligations == Obligations::kNone &&
        program_.places[thread.place].kind == PlaceKind::kDone) {
      threads = {code};
      return;
    }
  }
  std::size_t kept = 0;
  std::size_t of_place = 0;  // where the threads of the same place begin
  for (const std::uint64_t code : threads) {
    const RegexThread thread = RegexThread::FromCode(code);
    if (kept > 0 && RegexThread::FromCode(threads[kept - 1]).place != thread.place) {
      of_place = kept;
    }
    const auto weaker = [&](std::uint64_t other) {
      work_.Spend(1);
      return obligations_.Includes(thread.obligations, RegexThread::FromCode(other).obligations);
    };
    const auto begin = threads.begin() + static_cast<std::ptrdiff_t>(of_place);
    const auto end = threads.begin() + static_cast<std::ptrdiff_t>(kept);
    if (work_.exhausted() || std::any_of(begin, end, weaker)) continue;
    threads[kept++] = code;
  }
  threads.resize(kept);
  SimplifyChains(threads);
}

// Of a chain only the earliest copies are kept, which have the greatest numbers. Else a search for
// x{0,n} would tell apart which of n copies it may have come to.
void RegexThreads::SimplifyChains(std::vector<std::uint64_t>& threads) const {
  std::size_t kept = threads.size();      // those from here on are kept
  std::size_t of_chain = threads.size();  // and before here they are of one chain
  std::uint32_t chain = 0;
  for (std::size_t i = threads.size(); i-- > 0;) {
    const RegexThread thread = RegexThread::FromCode(threads[i]);
    const std::uint32_t own = program_.places[thread.place].chain;
    if (own != chain || own == 0) of_chain = kept;
    chain = own;
    const auto weaker = [&](std::uint64_t other) {
      work_.Spend(1);
      return obligations_.Includes(thread.obligations, RegexThread::FromCode(other).obligations);
    };
    const auto all = std::span(threads).subspan(kept, of_chain - kept);
    if (std::any_of(all.begin(), all.end(), weaker)) continue;
    threads[--kept] = threads[i];
  }
  threads.erase(threads.begin(), threads.begin() + static_cast<std::ptrdiff_t>(kept));
}

}  // namespace ganglion::grammar
