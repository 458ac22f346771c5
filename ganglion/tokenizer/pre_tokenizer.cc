#define PCRE2_CODE_UNIT_WIDTH 8
#include "ganglion/tokenizer/pre_tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <pcre2.h>

#include "ganglion/tokenizer/limits.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

struct CodeFree {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchDataFree {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct MatchContextFree {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct JitStackFree {
  void operator()(pcre2_jit_stack* stack) const { pcre2_jit_stack_free(stack); }
};

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string ErrorText(int error) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(error, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

constexpr std::string_view kWhiteSpace =
    R"(\x09-\x0d\x20\x85\xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

// Writes \s and \S out. PCRE2 counts U+180E as a space, Unicode and the vocabularies do not.
std::string WithWhiteSpace(std::string_view expression) {
  std::string result;
  bool in_class = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char character = expression[i];
    if (character != '\\' || i + 1 == expression.size()) {
      if (character == '[') in_class = true;
      if (character == ']') in_class = false;
      result.push_back(character);
      continue;
    }
    const char escaped = expression[++i];
    if (escaped == 's' && in_class) {
      result.append(kWhiteSpace);
    } else if (escaped == 's' || escaped == 'S') {
      result.append(escaped == 's' ? "[" : "[^").append(kWhiteSpace).append("]");
    } else {
      result.append({'\\', escaped});
    }
  }
  return result;
}

}  // namespace

struct PreTokenizer::Expression {
  std::unique_ptr<pcre2_code, CodeFree> code;
  bool jit = false;
};

// The memory of one Split.
class PreTokenizer::Run {
 public:
  Run()
      : data_(pcre2_match_data_create(1, nullptr)), context_(pcre2_match_context_create(nullptr)) {
    if (context_ == nullptr) return;
    pcre2_set_heap_limit(context_.get(), kPatternHeapKib);
    pcre2_set_depth_limit(context_.get(), kPatternDepthMax);
  }

  bool ok() const { return data_ != nullptr && context_ != nullptr; }

  // Appends the lengths of the pieces that `expression` makes of `text` to pieces().
  Status Cut(const Expression& expression, std::string_view text) {
    std::size_t done = 0;  // start of the piece in work
    std::size_t from = 0;  // where the search goes on
    while (from < text.size()) {
      const int found = Match(expression, text, from);
      if (found == PCRE2_ERROR_NOMATCH) break;
      if (found < 0) {
        return {Code::kResourceExhausted,
                "the pre-tokenizer gave up at byte " + std::to_string(from) + " of a text of " +
                    std::to_string(text.size()) + ": " + ErrorText(found)};
      }
      const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data_.get());
      const std::size_t begin = bounds[0];
      const std::size_t end = bounds[1];
      if (end <= begin) {  // An expression that matches nothing cuts nothing.
        from = std::max(begin, from) + FirstCodePoint(text.substr(std::max(begin, from))).bytes;
        continue;
      }
      Add(begin - done);
      Add(end - begin);
      done = from = end;
    }
    Add(text.size() - done);
    return {};
  }

  std::vector<std::uint32_t>& pieces() { return pieces_; }

 private:
  void Add(std::size_t bytes) {
    if (bytes > 0) pieces_.push_back(static_cast<std::uint32_t>(bytes));
  }

  int Match(const Expression& expression, std::string_view text, std::size_t from) {
    // Each of our expressions takes a few steps for each byte of a match, and no match is longer
    // than what is left.
    const std::size_t steps = (text.size() - from) * 64 + 100'000;
    pcre2_set_match_limit(context_.get(),
                          static_cast<std::uint32_t>(std::min<std::size_t>(steps, 0xffffffffu)));
    if (!expression.jit) {
      return pcre2_match(expression.code.get(), Units(text), text.size(), from, PCRE2_NO_UTF_CHECK,
                         data_.get(), context_.get());
    }
    int found = JitMatch(expression, text, from);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT && stack_ == nullptr) {
      stack_.reset(pcre2_jit_stack_create(kPatternStackFirstBytes, kPatternStackBytes, nullptr));
      if (stack_ == nullptr) return found;
      pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
      found = JitMatch(expression, text, from);
    }
    return found;
  }

  int JitMatch(const Expression& expression, std::string_view text, std::size_t from) {
    return pcre2_jit_match(expression.code.get(), Units(text), text.size(), from, 0, data_.get(),
                           context_.get());
  }

  std::unique_ptr<pcre2_match_data, MatchDataFree> data_;
  std::unique_ptr<pcre2_match_context, MatchContextFree> context_;
  std::unique_ptr<pcre2_jit_stack, JitStackFree> stack_;  // only where 32 KiB did not do
  std::vector<std::uint32_t> pieces_;
};

PreTokenizer::PreTokenizer() = default;
PreTokenizer::~PreTokenizer() = default;

Result<std::unique_ptr<const PreTokenizer>> PreTokenizer::Compile(
    std::span<const std::string_view> expressions, Engine engine) {
  std::unique_ptr<PreTokenizer> result(new PreTokenizer);
  for (const std::string_view expression : expressions) {
    const std::string pattern = WithWhiteSpace(expression);
    int error = 0;
    PCRE2_SIZE at = 0;
    Expression compiled;
    compiled.code.reset(pcre2_compile(Units(pattern), pattern.size(),
                                      PCRE2_UTF | PCRE2_UCP | PCRE2_NO_AUTO_CAPTURE, &error, &at,
                                      nullptr));
    if (compiled.code == nullptr) {
      return Status(Code::kInternal, "pre-tokenizer expression " + pattern + ", byte " +
                                         std::to_string(at) + ": " + ErrorText(error));
    }
    // Where no memory may be made executable, the expression is interpreted.
    compiled.jit = engine == Engine::kFastest &&
                   pcre2_jit_compile(compiled.code.get(), PCRE2_JIT_COMPLETE) == 0;
    result->expressions_.push_back(std::move(compiled));
  }
  return result;
}

Result<std::vector<std::uint32_t>> PreTokenizer::Split(std::string_view text) const {
  std::vector<std::uint32_t> pieces;
  if (!text.empty()) pieces.push_back(static_cast<std::uint32_t>(text.size()));
  Run run;
  if (!run.ok()) return Status(Code::kResourceExhausted, "no memory for the pre-tokenizer");
  for (const Expression& expression : expressions_) {
    run.pieces().clear();
    std::size_t at = 0;
    for (const std::uint32_t bytes : pieces) {
      GN_RETURN_IF_ERROR(run.Cut(expression, text.substr(at, bytes)));
      at += bytes;
    }
    pieces.swap(run.pieces());
  }
  return pieces;
}

}  // namespace ganglion::tokenizer
