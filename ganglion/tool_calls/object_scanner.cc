#include "ganglion/tool_calls/object_scanner.h"

namespace ganglion::tool_calls {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool IsOfScalar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
         c == 'E';
}

}  // namespace

void ObjectScanner::Start(bool keeps_members) {
  keeps_members_ = keeps_members;
  is_key_ = false;
  state_ = State::kBegin;
  at_ = 0;
  open_.clear();
  members_.clear();
}

ObjectScanner::Progress ObjectScanner::Take(char c) {
  Progress progress = Progress::kMore;
  if (state_ == State::kString || state_ == State::kEscape) {
    progress = TakeInString(c);
  } else if (state_ == State::kScalar && IsOfScalar(c)) {
    progress = Progress::kMore;
  } else {
    if (state_ == State::kScalar) {
      if (IsNoted()) members_.back().value.end = at_;
      state_ = State::kAfter;
    }
    if (!IsSpace(c)) progress = TakeAfter(c);
  }
  ++at_;
  return progress;
}

// A byte that is neither white space nor within a string or a scalar.
ObjectScanner::Progress ObjectScanner::TakeAfter(char c) {
  switch (state_) {
    case State::kBegin:
      return c == '{' ? Open(c) : Progress::kImpossible;
    case State::kFirstKey:
      return c == '}' ? Close(c) : TakeKey(c);
    case State::kKey:
      return TakeKey(c);
    case State::kColon:
      if (c != ':') return Progress::kImpossible;
      state_ = State::kValue;
      return Progress::kMore;
    case State::kFirstItem:
      return c == ']' ? Close(c) : TakeValue(c);
    case State::kValue:
      return TakeValue(c);
    default:
      break;
  }
  if (c != ',') return Close(c);
  state_ = open_.back() == '{' ? State::kKey : State::kValue;
  return Progress::kMore;
}

ObjectScanner::Progress ObjectScanner::TakeKey(char c) {
  if (c != '"') return Progress::kImpossible;
  if (IsNoted()) {
    if (members_.size() == kMembersMax) return Progress::kImpossible;
    members_.push_back({{at_, at_}, {}});
  }
  is_key_ = true;
  state_ = State::kString;
  return Progress::kMore;
}

ObjectScanner::Progress ObjectScanner::TakeValue(char c) {
  if (IsNoted()) members_.back().value.begin = at_;
  is_key_ = false;
  if (c == '{' || c == '[') return Open(c);
  if (c != '"' && !IsOfScalar(c)) return Progress::kImpossible;
  state_ = c == '"' ? State::kString : State::kScalar;
  return Progress::kMore;
}

ObjectScanner::Progress ObjectScanner::TakeInString(char c) {
  if (state_ == State::kEscape) {
    state_ = State::kString;
    return Progress::kMore;
  }
  if (static_cast<unsigned char>(c) < 0x20) return Progress::kImpossible;
  if (c == '\\') state_ = State::kEscape;
  if (c != '"') return Progress::kMore;
  state_ = is_key_ ? State::kColon : State::kAfter;
  if (!IsNoted()) return Progress::kMore;
  (is_key_ ? members_.back().key : members_.back().value).end = at_ + 1;
  return is_key_ ? Progress::kKey : Progress::kValue;
}

ObjectScanner::Progress ObjectScanner::Open(char bracket) {
  if (open_.size() == kNestingMax) return Progress::kImpossible;
  open_ += bracket;
  state_ = bracket == '{' ? State::kFirstKey : State::kFirstItem;
  return Progress::kMore;
}

ObjectScanner::Progress ObjectScanner::Close(char bracket) {
  const bool matches = open_.back() == '{' ? bracket == '}' : bracket == ']';
  if (!matches) return Progress::kImpossible;
  open_.pop_back();
  state_ = State::kAfter;
  if (open_.empty()) return Progress::kWhole;
  if (IsNoted()) members_.back().value.end = at_ + 1;
  return Progress::kMore;
}

}  // namespace ganglion::tool_calls
