#include "ganglion/grammar/regular/formats.h"

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/grammar/regular/format_patterns.h"
#include "ganglion/grammar/regular/regex.h"

namespace ganglion::grammar {
namespace {

// Work of one format. It depends on no input: the largest takes a fifth of it.
constexpr std::size_t kFormatWorkMax = 50'000'000;

constexpr std::uint32_t kHostnameLengthMax = 253;  // 255 octets in a message of DNS

Dfa Checked(Result<Dfa> texts) {
  GN_CHECK(texts.ok());  // the patterns are ours
  return *std::move(texts);
}

Dfa BuildPattern(const std::string& pattern, Work& work) {
  return Checked(CompileRegex(pattern, RegexMatch::kFull, work));
}

// RFC 1123, section 2.1. Labels that begin with "xn--" are left out: whether they name anything is
// a matter of decoding Punycode, so no host name is accepted that is none.
Dfa BuildHostname(Work& work) {
  const std::string label = "[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?";
  const Dfa labels = BuildPattern(label + "(?:\\." + label + ")*", work);
  const Dfa encoded = BuildPattern("(?:[^]*\\.)?[Xx][Nn]--[^]*", work);
  const Dfa plain = Checked(Dfa::Subtract(labels, encoded, work));
  const Dfa short_enough = Checked(Dfa::OfLength(1, kHostnameLengthMax, work));
  return Checked(Dfa::Intersect(plain, short_enough, work));
}

// Built when it is first asked for, and then the same for the life of the process: formats are
// named often, and the largest takes longer than a usual schema. Any thread.
struct Kept {
  std::once_flag once;
  Dfa texts;
};

const Dfa& KeptHostname() {
  static Kept kept;
  std::call_once(kept.once, [] {
    Work work(kFormatWorkMax);
    kept.texts = BuildHostname(work);
  });
  return kept.texts;
}

const Dfa& KeptPattern(std::size_t index) {
  static std::array<Kept, kFormatPatterns> all;
  Kept& kept = all[index];
  std::call_once(kept.once, [&] {
    Work work(kFormatWorkMax);
    kept.texts = BuildPattern(FormatPatterns()[index].pattern(), work);
  });
  return kept.texts;
}

const Dfa* Find(std::string_view name) {
  if (name == "hostname") return &KeptHostname();
  const auto patterns = FormatPatterns();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].name == name) return &KeptPattern(i);
  }
  return nullptr;
}

}  // namespace

Result<std::optional<Dfa>> CompileFormat(std::string_view name, Work& work) {
  if (name == "regex") {
    return Status(Code::kUnimplemented,
                  "the format regex is not regular: its groups nest to any depth");
  }
  if (name == "idn-hostname") {
    return Status(Code::kUnimplemented,
                  "the format idn-hostname is not supported: which labels are allowed depends on "
                  "their normal form and their direction (RFC 5891, RFC 5893)");
  }
  const Dfa* texts = Find(name);
  if (texts == nullptr) return std::optional<Dfa>();
  if (!work.Spend(1 + texts->size() / 16)) {
    return Status(Code::kResourceExhausted,
                  "the format " + std::string(name) + " takes more work than the budget has left");
  }
  return std::optional<Dfa>(*texts);
}

}  // namespace ganglion::grammar
