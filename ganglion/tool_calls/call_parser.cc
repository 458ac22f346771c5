#include "ganglion/tool_calls/call_parser.h"

#include <algorithm>
#include <utility>

#include "ganglion/tool_calls/call_id.h"
#include "ganglion/tool_calls/call_text.h"
#include "ganglion/tool_calls/limits.h"

namespace ganglion::tool_calls {
namespace {

using Progress = ObjectScanner::Progress;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view MarkerOf(Style style) {
  switch (style) {
    case Style::kHermes:
      return "<tool_call>";
    case Style::kLlama:
      return "<|python_tag|>";
    case Style::kMistral:
    case Style::kMistralArgs:
      return "[TOOL_CALLS]";
    case Style::kFunctionary:
      return "<function=";
    case Style::kNone:
      break;
  }
  return "";
}

std::string_view ClosingOf(Style style) {
  if (style == Style::kHermes) return "</tool_call>";
  if (style == Style::kFunctionary) return "</function>";
  return "";
}

bool IsMistral(Style style) { return style == Style::kMistral || style == Style::kMistralArgs; }

enum class Match : std::uint8_t { kNo, kMore, kWhole };

Match MatchText(std::string_view text, std::string_view wanted) {
  if (text == wanted) return Match::kWhole;
  return wanted.starts_with(text) ? Match::kMore : Match::kNo;
}

// What stands between a name and its arguments: [ARGS], or [CALL_ID]...[ARGS].
Match MatchArgs(std::string_view text) {
  constexpr std::string_view kArgs = "[ARGS]";
  constexpr std::string_view kCallId = "[CALL_ID]";
  if (!text.starts_with(kCallId)) {
    if (kCallId.starts_with(text)) return Match::kMore;
    return MatchText(text, kArgs);
  }
  text.remove_prefix(kCallId.size());
  while (!text.empty() && IsAlphanumeric(text.front())) text.remove_prefix(1);
  return MatchText(text, kArgs);
}

}  // namespace

CallParser::CallParser(Options options, Rng rng)
    : options_(std::move(options)),
      marker_(MarkerOf(options_.style)),
      closing_(ClosingOf(options_.style)),
      rng_(rng) {}

std::vector<Part> CallParser::Append(std::string_view bytes) {
  for (const char c : bytes) {
    if (done_) break;
    Take(c);
  }
  return std::exchange(parts_, {});
}

std::vector<Part> CallParser::Finish() {
  if (done_) return std::exchange(parts_, {});
  if (state_ == State::kAfter && std::all_of(held_.begin(), held_.end(), IsSpace)) held_.clear();
  // White space alone behind a call belongs to the call.
  if (follows_call_ && held_.empty()) spaces_.clear();
  AddText(std::exchange(held_, {}));
  AddText({});
  state_ = State::kText;
  done_ = true;
  return std::exchange(parts_, {});
}

std::optional<CallParser::OpenCall> CallParser::open_call() const {
  if (done_) return std::nullopt;
  // Behind mistral's marker the model is still to choose between a name and a list.
  const bool opens = state_ == State::kOpening && !IsMistral(options_.style);
  if (opens) return OpenCall{std::nullopt, {}};
  if (state_ != State::kObject || !(saw_marker_ || KnowsName())) return std::nullopt;
  return OpenCall{name_, WithoutSpaces(HeldObject())};
}

// Whether the object under way has named a function, which is then a declared one.
bool CallParser::KnowsName() const {
  for (const ObjectScanner::Member& member : scanner_.members()) {
    const std::string_view key =
        HeldObject().substr(member.key.begin, member.key.end - member.key.begin);
    if (key == "\"name\"" && member.value.end > 0) return true;
  }
  return false;
}

void CallParser::Take(char c) {
  if (held_.size() >= kCallBytesMax && state_ != State::kText) return FailBefore(c);
  switch (state_) {
    case State::kText:
      return TakeText(c);
    case State::kMarker:
      return TakeMarker(c);
    case State::kOpening:
      return TakeOpening(c);
    case State::kName:
      return TakeName(c);
    case State::kObject:
      return TakeObject(c);
    case State::kAfter:
      return TakeAfter(c);
    case State::kNext:
      return TakeNext(c);
  }
}

void CallParser::TakeText(char c) {
  if (IsSpace(c)) {
    if (spaces_.size() == kSpacesMax) AddText({});
    spaces_ += c;
    return;
  }
  if (!marker_.empty() && c == marker_.front()) {
    held_ = c;
    marker_begin_ = 0;
    state_ = State::kMarker;
    return;
  }
  // A llama begins its answer with the call, with or without a marker.
  if (options_.style == Style::kLlama && c == '{' && !has_text_) return BeginCallObject(c);
  AddText({&c, 1});
}

void CallParser::TakeMarker(char c) {
  const std::size_t read = held_.size() - marker_begin_;
  if (c != marker_[read]) return FailBefore(c);
  held_ += c;
  if (read + 1 < marker_.size()) return;
  saw_marker_ = true;
  is_list_ = false;
  name_begin_ = held_.size();
  state_ = options_.style == Style::kFunctionary ? State::kName : State::kOpening;
}

void CallParser::TakeOpening(char c) {
  if (IsSpace(c)) {
    held_ += c;
    return;
  }
  if (c == '{') return BeginCallObject(c);
  if (!IsMistral(options_.style)) return FailBefore(c);
  if (c == '[') {
    held_ += c;
    is_list_ = true;
    state_ = State::kNext;
    return;
  }
  name_begin_ = held_.size();
  if (!MayBeName({&c, 1})) return FailBefore(c);
  held_ += c;
  state_ = State::kName;
}

void CallParser::TakeName(char c) {
  const std::string_view text = std::string_view(held_).substr(name_begin_);
  if (options_.style == Style::kFunctionary && c == '>') return BeginArguments(std::string(text));
  if (MayBeName(std::string(text) + c)) {
    held_ += c;
    return;
  }
  if (options_.style == Style::kFunctionary || text.size() > 2 * kNameBytesMax) {
    return FailBefore(c);
  }
  const std::size_t bracket = text.find('[');
  if (bracket == std::string_view::npos && c == '{') {
    BeginArguments(std::string(text));
    if (done_) return;
    return state_ == State::kObject ? TakeObject(c) : Take(c);
  }
  if (bracket == std::string_view::npos && c == '[' && IsDeclared(text)) {
    held_ += c;
    return;
  }
  if (bracket == std::string_view::npos) return FailBefore(c);
  const Match match = MatchArgs(std::string(text.substr(bracket)) + c);
  if (match == Match::kNo) return FailBefore(c);
  const std::string name(text.substr(0, bracket));
  held_ += c;
  if (match == Match::kWhole) BeginArguments(name);
}

// The byte at hand, where it ends the name, belongs to the call already or comes as the first byte
// of the object.
void CallParser::BeginArguments(std::string name) {
  if (options_.style == Style::kFunctionary) held_ += '>';
  if (!IsDeclared(name)) return FailWhole();
  name_ = std::move(name);
  object_begin_ = held_.size();
  scanner_.Start(false);
  state_ = State::kObject;
}

// An object that names its function.
void CallParser::BeginCallObject(char c) {
  name_.reset();
  object_begin_ = held_.size();
  scanner_.Start(true);
  state_ = State::kObject;
  TakeObject(c);
}

void CallParser::TakeObject(char c) {
  const Progress progress = scanner_.Take(c);
  if (progress == Progress::kImpossible) return FailBefore(c);
  held_ += c;
  if (progress == Progress::kWhole) return EndObject();
  if (!MayGoOn(progress)) FailWhole();
}

std::string_view CallParser::HeldObject() const {
  return std::string_view(held_).substr(object_begin_);
}

// Whether the member that has just become whole can stand in a call.
bool CallParser::MayGoOn(Progress progress) const {
  if (progress == Progress::kMore) return true;
  const ObjectScanner::Member& member = scanner_.members().back();
  const std::string_view object = HeldObject();
  const std::string_view key = object.substr(member.key.begin, member.key.end - member.key.begin);
  if (progress == Progress::kKey) return IsKeyOfCall(key);
  if (key != "\"name\"") return true;
  const auto name =
      UnquoteJson(object.substr(member.value.begin, member.value.end - member.value.begin));
  return name && IsDeclared(*name);
}

void CallParser::EndObject() {
  std::optional<NameAndArguments> read;
  if (!name_) {
    read = ReadCall(HeldObject(), scanner_.members());
  } else if (IsJsonObject(HeldObject())) {
    const std::string_view object = HeldObject();
    read = {*name_, std::string(object.substr(object.find('{')))};
  }
  if (!read || !IsDeclared(read->name) || calls_ == kCallsMax) return FailWhole();
  ++calls_;
  parts_.emplace_back(api::ToolCall{.id = NewCallId(options_.style, rng_),
                                    .name = std::move(read->name),
                                    .arguments = std::move(read->arguments)});
  held_.clear();
  spaces_.clear();
  closed_ = 0;
  follows_call_ = true;
  saw_marker_ = is_list_;
  done_ = !options_.parallel;
  const bool has_more = !closing_.empty() || is_list_ || options_.style == Style::kLlama;
  state_ = has_more ? State::kAfter : State::kText;
}

void CallParser::TakeAfter(char c) {
  if (closed_ == 0 && IsSpace(c)) {
    if (held_.size() == kSpacesMax) return LookAgain(c);
    held_ += c;
    return;
  }
  if (!closing_.empty()) {
    if (c != closing_[closed_]) return LookAgain(c);
    held_ += c;
    if (++closed_ < closing_.size()) return;
    held_.clear();
    state_ = State::kText;
    return;
  }
  if (is_list_ && c == ']') {
    held_.clear();
    is_list_ = false;
    state_ = State::kText;
    return;
  }
  if (c != (is_list_ ? ',' : ';')) return LookAgain(c);
  held_ += c;
  state_ = State::kNext;
}

void CallParser::TakeNext(char c) {
  if (IsSpace(c)) {
    held_ += c;
    return;
  }
  if (c == '{') return BeginCallObject(c);
  if (options_.style != Style::kLlama || c != marker_.front()) return FailBefore(c);
  marker_begin_ = held_.size();
  held_ += c;
  state_ = State::kMarker;
}

bool CallParser::IsDeclared(std::string_view name) const {
  return std::find(options_.names.begin(), options_.names.end(), name) != options_.names.end();
}

bool CallParser::MayBeName(std::string_view beginning) const {
  return std::any_of(options_.names.begin(), options_.names.end(),
                     [&](const std::string& name) { return name.starts_with(beginning); });
}

// What is held is text; the byte may begin something.
void CallParser::FailBefore(char c) {
  FailWhole();
  if (!done_) Take(c);
}

void CallParser::FailWhole() {
  if (options_.strict && saw_marker_) {
    error_ = "the model began a call of a tool and wrote none: " + held_.substr(0, 200);
    done_ = true;
    return;
  }
  AddText(std::exchange(held_, {}));
  saw_marker_ = false;
  is_list_ = false;
  state_ = State::kText;
}

// What is held belongs to no call, but a call may begin in it.
void CallParser::LookAgain(char c) {
  const std::string held = std::exchange(held_, {});
  is_list_ = false;
  state_ = State::kText;
  for (const char before : held) Take(before);
  Take(c);
}

// Adds the text behind the white space that was held back.
void CallParser::AddText(std::string_view text) {
  const std::string all = std::exchange(spaces_, {}) + std::string(text);
  if (all.empty()) return;
  if (!text.empty()) {
    has_text_ = true;
    follows_call_ = false;
  }
  if (parts_.empty() || !std::holds_alternative<std::string>(parts_.back())) {
    parts_.emplace_back(all);
  } else {
    std::get<std::string>(parts_.back()) += all;
  }
}

}  // namespace ganglion::tool_calls
