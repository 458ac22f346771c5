#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

enum class RecordId : std::uint32_t {};
inline constexpr RecordId kNoRecord{0xFFFFFFFFu};
enum class TextId : std::uint32_t {};
inline constexpr TextId kEmptyText{0};
inline constexpr TextId kNoText{0xFFFFFFFFu};
// Stands for the text of a key that is not known yet.
inline constexpr TextId kAnyText{0xFFFFFFFEu};

// What has been written of the lists of entries in which a run is: for each list a chain of
// records, one for each entry, from the newest. Equal chains are one record, so that threads with
// the same future are equal. Texts of free keys are chains of bytes, shared in the same way.
//
// All of it is a stack: what is newest is dropped first.
class MemberLists {
 public:
  explicit MemberLists(const Rules& rules) : rules_(rules), record_slots_(64), text_slots_(64) {}

  struct Mark {
    std::uint32_t records = 0;
    std::uint32_t texts = 0;
    std::uint32_t options = 0;
  };
  Mark mark() const;
  void Release(const Mark& mark);

  // The empty list of a node that lies above a frame of this depth. kNoRecord: a limit is passed.
  RecordId Begin(NodeId list, std::uint32_t depth);
  // After one more entry, if the list can still end then; else kNoRecord.
  RecordId WithSlot(RecordId record, std::uint32_t slot, std::uint32_t variant);
  RecordId WithFree(RecordId record, std::uint32_t kind, TextId key, std::uint32_t variant);
  // Of the newest entry.
  std::uint32_t variant(RecordId record) const { return at(record).variant; }
  std::uint32_t kind(RecordId record) const { return at(record).entry - kFree; }

  bool MayEnd(RecordId record) const;
  // Whether a slot of [begin, end) or of all, or a kind of free key, may come next.
  bool MayBegin(RecordId record, std::uint32_t slots_begin, std::uint32_t slots_end);
  bool MayBeginFree(RecordId record, std::uint32_t kind);
  bool MayGoOn(RecordId record);

  TextId Append(TextId text, std::uint8_t byte);  // kNoText: a limit is passed
  // Whether a free key of the list has this text.
  bool IsWritten(RecordId record, TextId text);
  // Whether all texts of the key that begin with `text`, which leads to `state`, and are longer are
  // written.
  bool AllLongerWritten(RecordId record, std::uint32_t kind, TextId text, ByteState state);
  // The texts of the list's free keys that begin with `text`, without it.
  void Remainders(RecordId record, TextId text, std::vector<std::string>& remainders) const;

  // Set when an answer below depended on kAnyText, which counts as any text that is asked for.
  bool met_any_text = false;

 private:
  static constexpr std::uint32_t kFree = 0x80000000u;
  struct Record {
    NodeId list;
    RecordId parent;
    std::uint32_t entry;  // a slot, or kFree plus a kind
    std::uint32_t variant;
    TextId text;
    std::uint32_t count;
    std::uint32_t room;
    std::uint64_t met;
    std::uint32_t options;  // its place among the options, or kUnknown
  };
  struct Text {
    TextId parent;
    std::uint32_t length;
    std::uint8_t byte;
  };
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFFu;

  const Record& at(RecordId id) const { return records_[static_cast<std::size_t>(id)]; }
  const Text& at(TextId id) const { return texts_[static_cast<std::size_t>(id) - 1]; }
  std::uint32_t Length(TextId id) const { return id == kEmptyText ? 0 : at(id).length; }
  const MembersRule& rule(const Record& record) const {
    return rules_.members(rules_.node(record.list));
  }
  RecordId Intern(const Record& record);
  std::size_t FindRecord(const Record& record) const;
  std::size_t FindText(TextId parent, std::uint8_t byte) const;
  RecordId With(RecordId record, std::uint32_t entry, TextId text, std::uint32_t variant);
  // What may come after the record, for scratch.
  void CountLeft(const Record& record);
  void MakeOptions(RecordId id);
  std::span<const std::uint64_t> OptionsOf(RecordId id);
  TextId Prefix(TextId text, std::uint32_t length) const;

  const Rules& rules_;
  std::vector<Record> records_;
  std::vector<Text> texts_;
  // Of each record that was asked: one bit for each slot, then one for each kind of free key.
  std::vector<std::uint64_t> options_;
  std::vector<RecordId> options_owners_;
  // Open addressing; entries leave in the reverse order of their coming, as in FrameStack.
  std::vector<std::uint32_t> record_slots_;  // id + 1, 0 is empty
  std::vector<std::uint32_t> text_slots_;
  // Scratch.
  MembersRule::Left left_;
  std::vector<std::uint8_t> used_;
};

}  // namespace ganglion::grammar
