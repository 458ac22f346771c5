#pragma once

#include <cstdint>
#include <string_view>

// The inside of a JSON string, byte by byte: valid UTF-8 without raw control characters, and the
// escapes \" \\ \/ \b \f \n \r \t \uXXXX, where surrogates come in pairs. A pair is one code point.
//
// | state             | what was read                          | what may follow                 |
// | ----------------- | -------------------------------------- | ------------------------------- |
// | kOpening          | nothing                                | the opening quote               |
// | kText             | whole code points                      | a code point or the end quote   |
// | kTail1..3         | a lead byte                            | 1..3 bytes 80..BF               |
// | kTailE0, ED, F0,F4| that lead byte                         | a second byte of its own range  |
// | kEscape           | a backslash                            | the letter of an escape         |
// | kHex1..4          | \u and 0..3 digits                     | the rest of four digits         |
// | kHexAfterD        | \uD                                    | 0..7, or 8..B: a high surrogate |
// | kHigh3, kHigh4    | a high surrogate, but 2 or 1 digits    | its digits                      |
// | kLowEscape..kLowC | a high surrogate, then \, u, D         | a low surrogate, \uDC00..\uDFFF |
namespace ganglion::grammar {

enum class StringState : std::uint8_t {
  kOpening,
  kText,
  kTail1,
  kTail2,
  kTail3,
  kTailE0,
  kTailEd,
  kTailF0,
  kTailF4,
  kEscape,
  kHex1,
  kHex2,
  kHex3,
  kHex4,
  kHexAfterD,
  kHigh3,
  kHigh4,
  kLowEscape,
  kLowU,
  kLowD,
  kLowC,
  kClosed,  // the end quote was read
  kDead,
};

// The state after one more byte. A code point begins where kText is left for neither kClosed nor
// kDead; the caller counts them.
StringState NextStringState(StringState state, std::uint8_t byte);

// What a piece of text does when it begins in a state inside a string.
struct StringPiece {
  enum class Kind : std::uint8_t {
    kInside,   // stays inside the string, beginning `code_points` of them
    kCloses,   // reads an end quote on the way
    kInvalid,  // can stand in no string
  };
  Kind kind;
  std::uint32_t code_points;
};
StringPiece ClassifyInString(std::string_view piece, StringState from);

}  // namespace ganglion::grammar
