#include "ganglion/learn/data/phrase.h"

#include <cctype>

#include "ganglion/base/check.h"

namespace ganglion::learn {
namespace {

// Recursive descent over a pattern. With write_ off it only walks, which is how the alternatives
// that were not chosen are passed over.
class Expander {
 public:
  Expander(Rng& rng, std::string_view pattern, Slots slots)
      : rng_(rng), pattern_(pattern), slots_(slots) {}

  std::string Run() {
    Sequence(true);
    GN_CHECK(at_ == pattern_.size() && "pattern: unbalanced bracket");
    return std::move(out_);
  }

 private:
  bool AtEnd() const { return at_ == pattern_.size(); }
  char Peek() const { return pattern_[at_]; }

  void Sequence(bool write) {
    while (!AtEnd() && Peek() != '|' && Peek() != ')' && Peek() != ']') {
      if (Peek() == '(') {
        Choice(write);
      } else if (Peek() == '[') {
        ++at_;
        Sequence(write && rng_.Chance(0.5));
        Close(']');
      } else if (Peek() == '$') {
        Value(write);
      } else {
        if (write) out_ += Peek();
        ++at_;
      }
    }
  }

  void Choice(bool write) {
    ++at_;
    const std::size_t chosen = write ? rng_.Below(CountAlternatives()) : 0;
    for (std::size_t i = 0;; ++i) {
      Sequence(write && i == chosen);
      if (AtEnd() || Peek() != '|') break;
      ++at_;
    }
    Close(')');
  }

  std::size_t CountAlternatives() const {
    std::size_t count = 1;
    int depth = 0;
    for (std::size_t i = at_; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (c == '(' || c == '[') ++depth;
      if (c == ')' || c == ']') {
        if (depth == 0) break;
        --depth;
      }
      if (c == '|' && depth == 0) ++count;
    }
    return count;
  }

  void Value(bool write) {
    ++at_;
    const bool braced = !AtEnd() && Peek() == '{';
    if (braced) ++at_;
    const std::size_t start = at_;
    while (!AtEnd() && (std::isalnum(static_cast<unsigned char>(Peek())) || Peek() == '_')) ++at_;
    const std::string_view name = pattern_.substr(start, at_ - start);
    if (braced) Close('}');
    for (const auto& [slot, value] : slots_) {
      if (slot != name) continue;
      if (write) out_ += value;
      return;
    }
    GN_CHECK(false && "pattern: unknown slot");
  }

  void Close(char bracket) {
    GN_CHECK(!AtEnd() && Peek() == bracket && "pattern: unbalanced bracket");
    ++at_;
  }

  Rng& rng_;
  std::string_view pattern_;
  Slots slots_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string Expand(Rng& rng, std::string_view pattern, Slots slots) {
  return Expander(rng, pattern, slots).Run();
}

std::string Tidy(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    const bool closes = c == ',' || c == '.' || c == '!' || c == '?' || c == ';';
    if (closes && !out.empty() && out.back() == ' ') out.pop_back();
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace ganglion::learn
