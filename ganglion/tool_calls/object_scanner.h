#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ganglion/tool_calls/limits.h"

namespace ganglion::tool_calls {

// Follows the text of one JSON object byte by byte, and says where its members lie. It finds as
// early as it can that a text is no JSON; numbers and escapes are left to whoever parses the whole.
//
// | state      | what may follow, beside white space                     |
// | ---------- | ------------------------------------------------------- |
// | kBegin     | { of the object itself                                  |
// | kFirstKey  | " of a key, or }                                        |
// | kKey       | " of a key                                              |
// | kColon     | :                                                       |
// | kFirstItem | a value, or ]                                           |
// | kValue     | a value                                                 |
// | kAfter     | a comma, or the bracket that closes what is open        |
// | kString    | the rest of a string                                    |
// | kEscape    | the character behind a backslash                        |
// | kScalar    | the rest of a number or of true, false, null            |
//
// Thread: its owner's. Memory: a byte for each open bracket, kMembersMax members.
class ObjectScanner {
 public:
  enum class Progress : std::uint8_t {
    kMore,
    kKey,         // the key of members().back() is whole
    kValue,       // its value is, and is a string
    kWhole,       // the object is
    kImpossible,  // no object begins so, or it passes a limit
  };
  // Places in the text, from the first byte of the object; the quotes are included.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Member {
    Range key;
    Range value;
  };

  // With `keeps_members` those of the object itself are noted.
  void Start(bool keeps_members);
  Progress Take(char c);
  const std::vector<Member>& members() const { return members_; }

 private:
  enum class State : std::uint8_t {
    kBegin,
    kFirstKey,
    kKey,
    kColon,
    kFirstItem,
    kValue,
    kAfter,
    kString,
    kEscape,
    kScalar,
  };

  Progress TakeKey(char c);
  Progress TakeValue(char c);
  Progress TakeAfter(char c);
  Progress TakeInString(char c);
  Progress Open(char bracket);
  Progress Close(char bracket);
  bool IsNoted() const { return keeps_members_ && open_.size() == 1; }

  bool keeps_members_ = false;
  bool is_key_ = false;  // the string that is under way
  State state_ = State::kBegin;
  std::size_t at_ = 0;  // bytes taken before this one
  std::string open_;    // the brackets that are open
  std::vector<Member> members_;
};

}  // namespace ganglion::tool_calls
