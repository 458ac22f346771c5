#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/base/rng.h"
#include "ganglion/tool_calls/object_scanner.h"
#include "ganglion/tool_calls/style.h"

namespace ganglion::tool_calls {

// A piece of plain text, never empty, or a call.
using Part = std::variant<std::string, api::ToolCall>;

// Takes the bytes of an answer as they come, and gives text and calls in their order.
//
// A call is what a style says (see style.h), with the name of a declared function and a JSON object
// as arguments. All else is text: a call of a function that nobody declared, arguments that are no
// object, and what only begins like a call. The closing tag of a call may be missing. White space
// beside a call belongs to its form and is dropped; no other byte is.
//
// Invariants:
//   1. The same bytes give the same text and calls, however they are cut.
//   2. Held back is only what may still become a call, and white space that one may follow; both
//      within limits.h. The work is linear in the bytes.
//
// | state    | held_ is                                  | ends                                  |
// | -------- | ----------------------------------------- | ------------------------------------- |
// | kText    | empty; spaces_ is white space in a row     | at the first byte of a marker, or {   |
// | kMarker  | the beginning of a marker                 | with the marker                       |
// | kOpening | a marker, white space                     | with { or [ or the name               |
// | kName    | the same, and part of a name              | where the arguments begin             |
// | kObject  | the same, and part of an object           | with the object: a call, or text      |
// | kAfter   | of what closes a call                     | with it; or text, looked at again     |
// | kNext    | what separates two calls, white space     | with { or a marker                    |
//
// Thread: its owner's.
class CallParser {
 public:
  struct Options {
    Style style = Style::kNone;      // kNone: all is text
    std::vector<std::string> names;  // of the declared functions
    bool parallel = true;            // more than one call
    bool strict = false;             // a call gone wrong behind its marker is an error
  };

  CallParser(Options options, Rng rng);

  std::vector<Part> Append(std::string_view bytes);
  // The answer ends: what is held back becomes text.
  std::vector<Part> Finish();

  // The JSON of a call that is under way for certain, because its marker or the name of a declared
  // function was read.
  struct OpenCall {
    std::optional<std::string> name;  // where it stands outside the JSON
    std::string json;                 // so far, without the white space between its tokens
  };
  std::optional<OpenCall> open_call() const;

  std::size_t calls() const { return calls_; }
  // The answer is over: it has its one call, or an error. What follows is ignored.
  bool done() const { return done_; }
  // What the model did wrong; with strict only.
  const std::optional<std::string>& error() const { return error_; }

 private:
  enum class State : std::uint8_t { kText, kMarker, kOpening, kName, kObject, kAfter, kNext };

  void Take(char c);
  void TakeText(char c);
  void TakeMarker(char c);
  void TakeOpening(char c);
  void TakeName(char c);
  void TakeObject(char c);
  void TakeAfter(char c);
  void TakeNext(char c);
  void BeginArguments(std::string name);
  void BeginCallObject(char c);
  void EndObject();
  bool MayGoOn(ObjectScanner::Progress progress) const;
  std::string_view HeldObject() const;
  bool KnowsName() const;
  bool IsDeclared(std::string_view name) const;
  bool MayBeName(std::string_view beginning) const;
  void FailBefore(char c);
  void FailWhole();
  void LookAgain(char c);
  void AddText(std::string_view text);

  Options options_;
  std::string_view marker_;
  std::string_view closing_;  // of a single call; empty: none
  Rng rng_;
  State state_ = State::kText;
  std::string spaces_;
  std::string held_;
  std::size_t marker_begin_ = 0;  // in held_
  std::size_t name_begin_ = 0;
  std::size_t object_begin_ = 0;
  std::size_t closed_ = 0;     // bytes of closing_ that were read
  bool saw_marker_ = false;    // before the call that is under way
  bool is_list_ = false;       // the call under way stands in a list
  bool has_text_ = false;      // the answer has text that is no white space
  bool follows_call_ = false;  // nothing but white space since the last call
  bool done_ = false;
  std::optional<std::string> name_;  // of the call, where the object is its arguments alone
  ObjectScanner scanner_;
  std::size_t calls_ = 0;
  std::optional<std::string> error_;
  std::vector<Part> parts_;
};

}  // namespace ganglion::tool_calls
