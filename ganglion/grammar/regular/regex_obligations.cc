#include "ganglion/grammar/regular/regex_obligations.h"

#include <algorithm>
#include <vector>

namespace ganglion::grammar {

Obligations::Obligations() {
  pool_.Intern({});
  const std::uint64_t text_end = Obligation::TextEnd().code();
  pool_.Intern({&text_end, 1});
}

std::optional<std::uint32_t> Obligations::With(std::uint32_t id, Obligation obligation) {
  const std::uint64_t code = obligation.code();
  if (id == kNone && code == Obligation::TextEnd().code()) return kOnlyTextEnd;
  const auto known = Get(id);
  const auto has = [&](Obligation o) {
    return std::binary_search(known.begin(), known.end(), o.code());
  };
  if (has(obligation)) return id;
  if (has(obligation.Opposite())) return std::nullopt;
  const Obligation word_next = Obligation::WordNext(false);
  if (code == Obligation::TextEnd().code() && has(word_next)) return std::nullopt;
  if (code == word_next.code() && has(Obligation::TextEnd())) return std::nullopt;
  std::vector<std::uint64_t> both(known.begin(), known.end());
  both.insert(std::upper_bound(both.begin(), both.end(), code), code);
  return pool_.Intern(both);
}

std::optional<std::uint32_t> Obligations::Union(std::uint32_t a, std::uint32_t b) {
  std::optional<std::uint32_t> both = a;
  for (std::size_t i = 0; both && i < Get(b).size(); ++i) {
    both = With(*both, Obligation::FromCode(Get(b)[i]));
  }
  return both;
}

bool Obligations::Includes(std::uint32_t b, std::uint32_t a) const {
  const auto all = Get(b);
  const auto some = Get(a);
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool Obligations::EndsText(std::uint32_t id) const {
  if (id <= kOnlyTextEnd) return id == kOnlyTextEnd;
  return Get(id)[0] == Obligation::TextEnd().code();  // the least of all codes
}

}  // namespace ganglion::grammar
