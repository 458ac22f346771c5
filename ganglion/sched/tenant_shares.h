#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ganglion/api/generate.h"

namespace ganglion::sched {

// Who was served how much: one virtual counter of tokens for each tenant in each class. Who has the
// least is served next, so that tenants who always want something get equal shares whatever the
// size of their requests (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024).
// Who comes back after a while begins where those who are there stand: being away earns nothing.
//
// Invariant: a tenant who has sequences is known, and so are as many of the others as there is room
// for; whoever is forgotten comes back as a new one.
//
// Thread: the engine thread only. Memory: allocates in the constructor and never again.
class TenantShares {
 public:
  explicit TenantShares(std::uint32_t sequences_max);

  // A sequence of this tenant arrives. Returns the index of his account, valid until the Leave() of
  // his last sequence.
  std::uint32_t Join(std::uint64_t tenant, api::Priority priority);
  void Leave(std::uint32_t account, api::Priority priority);

  void Charge(std::uint32_t account, api::Priority priority, std::uint64_t tokens);
  std::uint64_t served(std::uint32_t account, api::Priority priority) const;
  // He is the next of his class: nobody who comes now begins below him.
  void SetNext(std::uint32_t account, api::Priority priority);

  std::uint32_t members(std::uint32_t account) const;

 private:
  struct Account {
    bool is_known = false;
    std::uint64_t tenant = 0;
    std::array<std::uint64_t, api::kPriorities> served = {};
    std::array<std::uint32_t, api::kPriorities> sequences = {};
  };
  std::uint32_t Find(std::uint64_t tenant);

  std::vector<Account> accounts_;
  std::array<std::uint64_t, api::kPriorities> floor_ = {};
};

}  // namespace ganglion::sched
