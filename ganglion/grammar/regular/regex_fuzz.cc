#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/regex.h"
#include "ganglion/grammar/regular/work.h"

// A pattern from outside. Whatever it is, it ends within its budget, the shortest text that it
// accepts is one that it accepts, and what a whole text matches is also found in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ganglion::grammar::CompileRegex;
  using ganglion::grammar::RegexMatch;
  constexpr std::size_t kSteps = 300'000;
  const std::string_view pattern(reinterpret_cast<const char*>(data), size);
  ganglion::grammar::Work work(kSteps);
  const auto full = CompileRegex(pattern, RegexMatch::kFull, work);
  if (!full.ok()) {
    GN_CHECK(!full.error().message().empty());
    return 0;
  }
  const auto search = CompileRegex(pattern, RegexMatch::kSearch, work);
  const auto text = full->Shortest();
  if (text) GN_CHECK(full->Accepts(*text));
  if (text && search.ok()) GN_CHECK(search->Accepts(*text));
  return 0;
}
