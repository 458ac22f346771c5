#include "ganglion/grammar/members_rule.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include "ganglion/base/check.h"
#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {
namespace {

constexpr std::uint32_t kNoEntries = 0xFFFFFFFFu;  // however many
constexpr std::uint32_t kHeightMax = kStackDepthMax;

// The least number of further entries by which each set of obligations can be met.
using Costs = std::array<std::uint32_t, std::size_t{1} << kObligationBitsMax>;

// One more entry of one of the variants; each may be taken or, if `optional`, not.
void TakeOne(Costs& costs, std::size_t sets, std::span<const MembersRule::Variant> variants,
             std::uint32_t room, bool optional) {
  Costs next;
  next.fill(kNoEntries);
  if (optional) next = costs;
  for (std::size_t met = 0; met < sets; ++met) {
    if (costs[met] == kNoEntries) continue;
    for (const MembersRule::Variant& variant : variants) {
      if (variant.height > room) continue;
      std::uint32_t& cost = next[met | variant.fulfils];
      cost = std::min(cost, costs[met] + (optional ? 1 : 0));
    }
  }
  costs = next;
}

bool AnyFits(std::span<const MembersRule::Variant> variants, std::uint32_t room) {
  return std::any_of(variants.begin(), variants.end(),
                     [&](const MembersRule::Variant& v) { return v.height <= room; });
}

}  // namespace

MembersRule::MembersRule(const Members& members)
    : open(members.open),
      close(members.close),
      space_after_comma(members.space_after_comma),
      ordered(members.ordered),
      min(members.min),
      max(members.max),
      obligations(members.obligations) {
  GN_CHECK((obligations >> kObligationBitsMax) == 0);
  const auto add_variants = [this](const std::vector<Members::Variant>& list) {
    for (const Members::Variant& variant : list) {
      variants.push_back({variant.fulfils & obligations, variant.value, 0});
    }
    return static_cast<std::uint32_t>(variants.size());
  };
  std::vector<std::uint32_t> order(members.slots.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return members.slots[a].key < members.slots[b].key;
  });
  declared.resize(order.size());
  std::vector<std::string> keys;
  for (const std::uint32_t place : order) {
    const Members::Slot& slot = members.slots[place];
    const auto begin = static_cast<std::uint32_t>(variants.size());
    const std::uint32_t end = add_variants(slot.variants);
    declared[place] = static_cast<std::uint32_t>(slots.size());
    slots.push_back({.declared = place,
                     .profile = 0,
                     .variants_begin = begin,
                     .variants_end = end,
                     .required = slot.required});
    GN_CHECK(!slot.key.empty() && (keys.empty() || keys.back() != slot.key));
    keys.push_back(slot.key);
    if (slot.required) ++required_count;
  }
  for (const Members::Free& kind : members.free) {
    const auto begin = static_cast<std::uint32_t>(variants.size());
    const std::uint32_t end = add_variants(kind.variants);
    free.push_back({kind.key, kind.separator, begin, end, kUnbounded});
  }
  BuildTrie(keys);
}

// Breadth first, so that the children of a node lie together.
void MembersRule::BuildTrie(const std::vector<std::string>& keys) {
  trie.push_back({.slots_begin = 0, .slots_end = static_cast<std::uint32_t>(keys.size())});
  std::vector<std::uint32_t> depths = {0};
  for (std::uint32_t i = 0; i < trie.size(); ++i) {
    const std::uint32_t depth = depths[i];
    const std::uint32_t end = trie[i].slots_end;
    std::uint32_t at = trie[i].slots_begin;
    if (at < end && keys[at].size() == depth) trie[i].slot = at++;
    trie[i].children_begin = static_cast<std::uint32_t>(trie.size());
    while (at < end) {
      const char byte = keys[at][depth];
      const std::uint32_t begin = at;
      while (at < end && keys[at][depth] == byte) ++at;
      trie.push_back(
          {.byte = static_cast<std::uint8_t>(byte), .slots_begin = begin, .slots_end = at});
      depths.push_back(depth + 1);
    }
    trie[i].children_end = static_cast<std::uint32_t>(trie.size());
  }
}

void MembersRule::MakeProfiles() {
  const auto of = [this](std::uint32_t begin, std::uint32_t end) {
    return std::span(variants).subspan(begin, end - begin);
  };
  const auto same = [&](const Profile& profile, const Slot& slot) {
    const auto a = of(profile.variants_begin, profile.variants_end);
    const auto b = of(slot.variants_begin, slot.variants_end);
    return profile.required == slot.required &&
           std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
             return x.fulfils == y.fulfils && x.height == y.height;
           });
  };
  profiles.clear();
  for (Slot& slot : slots) {
    const auto found = std::find_if(profiles.begin(), profiles.end(),
                                    [&](const Profile& profile) { return same(profile, slot); });
    slot.profile = static_cast<std::uint32_t>(found - profiles.begin());
    if (found == profiles.end()) {
      profiles.push_back({slot.required, slot.variants_begin, slot.variants_end});
    }
  }
  height_max = 0;
  for (const Variant& variant : variants) {
    if (variant.height < kHeightMax) height_max = std::max(height_max, variant.height);
  }
}

bool MembersRule::HasWay(std::uint32_t room) const {
  Left left{.slots = std::vector<std::uint32_t>(profiles.size()), .free = {}};
  for (const Slot& slot : slots) ++left.slots[slot.profile];
  for (const Free& kind : free) left.free.push_back(kind.texts);
  left.room = room;
  return CanEnd(left);
}

// The least number of entries that bring all required slots and meet what is owed.
std::uint32_t MembersRule::LeastEntries(const Left& left) const {
  const auto of = [this](std::uint32_t begin, std::uint32_t end) {
    return std::span(variants).subspan(begin, end - begin);
  };
  const auto rounds = [](std::uint32_t count) {
    return std::min<std::uint32_t>(count, kObligationBitsMax);
  };
  const std::size_t sets = obligations + 1;
  Costs costs;
  costs.fill(kNoEntries);
  costs[left.met & obligations] = 0;
  std::uint32_t required = 0;
  // What one profile adds to the met obligations is complete after as many rounds as there are.
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    if (left.slots[p] == 0) continue;
    const auto list = of(profiles[p].variants_begin, profiles[p].variants_end);
    if (profiles[p].required) {
      required += left.slots[p];
      if (!AnyFits(list, left.room)) return kNoEntries;
    }
    if (obligations == 0) continue;
    for (std::uint32_t i = rounds(left.slots[p]); i > 0; --i) {
      TakeOne(costs, sets, list, left.room, !profiles[p].required);
    }
  }
  if (obligations == 0) return required;
  for (std::size_t k = 0; k < free.size(); ++k) {
    const auto list = of(free[k].variants_begin, free[k].variants_end);
    for (std::uint32_t i = rounds(left.free[k]); i > 0; --i) {
      TakeOne(costs, sets, list, left.room, true);
    }
  }
  const std::uint32_t owed = costs[obligations];
  return owed == kNoEntries ? kNoEntries : owed + required;
}

bool MembersRule::CanEnd(const Left& left) const {
  const std::uint32_t least = LeastEntries(left);
  if (least == kNoEntries || left.count > max) return false;
  const auto fits = [&](std::uint32_t begin, std::uint32_t end) {
    return AnyFits(std::span(variants).subspan(begin, end - begin), left.room);
  };
  std::uint64_t most = 0;
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    if (left.slots[p] > 0 && fits(profiles[p].variants_begin, profiles[p].variants_end)) {
      most += left.slots[p];
    }
  }
  for (std::size_t k = 0; k < free.size(); ++k) {
    if (left.free[k] > 0 && fits(free[k].variants_begin, free[k].variants_end)) {
      most += left.free[k];
    }
  }
  if (max != kUnbounded) most = std::min<std::uint64_t>(most, max - left.count);
  const std::uint32_t missing = min > left.count ? min - left.count : 0;
  return std::max(least, missing) <= most;
}

}  // namespace ganglion::grammar
