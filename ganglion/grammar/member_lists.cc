#include "ganglion/grammar/member_lists.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {
namespace {

std::uint64_t Mix(std::uint64_t h, std::uint64_t value) {
  h = (h ^ value) * std::uint64_t{0x9E3779B97F4A7C15};
  return h ^ (h >> 29);
}

bool AnyBit(std::span<const std::uint64_t> bits, std::uint32_t begin, std::uint32_t end) {
  while (begin < end) {
    const std::uint32_t offset = begin % 64;
    const std::uint32_t count = std::min(64 - offset, end - begin);
    const std::uint64_t mask = (count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1)
                               << offset;
    if ((bits[begin / 64] & mask) != 0) return true;
    begin += count;
  }
  return false;
}

std::size_t WordsOf(const MembersRule& rule) {
  return (rule.slots.size() + rule.free.size() + 63) / 64;
}

}  // namespace

MemberLists::Mark MemberLists::mark() const {
  return {static_cast<std::uint32_t>(records_.size()), static_cast<std::uint32_t>(texts_.size()),
          static_cast<std::uint32_t>(options_owners_.size())};
}

void MemberLists::Release(const Mark& mark) {
  while (options_owners_.size() > mark.options) {
    Record& owner = records_[static_cast<std::size_t>(options_owners_.back())];
    options_.resize(owner.options);
    owner.options = kUnknown;
    options_owners_.pop_back();
  }
  while (records_.size() > mark.records) {
    record_slots_[FindRecord(records_.back())] = 0;
    records_.pop_back();
  }
  while (texts_.size() > mark.texts) {
    text_slots_[FindText(texts_.back().parent, texts_.back().byte)] = 0;
    texts_.pop_back();
  }
}

std::size_t MemberLists::FindRecord(const Record& record) const {
  std::uint64_t h = Mix(static_cast<std::uint64_t>(record.list), record.entry);
  h = Mix(h, static_cast<std::uint64_t>(record.parent));
  h = Mix(h, (std::uint64_t{record.variant} << 32) | static_cast<std::uint32_t>(record.text));
  h = Mix(h, record.room);
  const std::size_t mask = record_slots_.size() - 1;
  std::size_t slot = h & mask;
  for (; record_slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Record& other = records_[record_slots_[slot] - 1];
    if (other.list == record.list && other.parent == record.parent && other.entry == record.entry &&
        other.variant == record.variant && other.text == record.text && other.room == record.room) {
      break;
    }
  }
  return slot;
}

RecordId MemberLists::Intern(const Record& record) {
  std::size_t slot = FindRecord(record);
  if (record_slots_[slot] != 0) return RecordId{record_slots_[slot] - 1};
  if (records_.size() >= kMemberRecordsMax) return kNoRecord;
  if (2 * (records_.size() + 1) > record_slots_.size()) {
    record_slots_.assign(2 * record_slots_.size(), 0);
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      record_slots_[FindRecord(records_[i])] = i + 1;
    }
    slot = FindRecord(record);
  }
  records_.push_back(record);
  record_slots_[slot] = static_cast<std::uint32_t>(records_.size());
  return RecordId{static_cast<std::uint32_t>(records_.size() - 1)};
}

RecordId MemberLists::Begin(NodeId list, std::uint32_t depth) {
  // More room than any value needs is all the same.
  const std::uint32_t room = kStackDepthMax > depth ? kStackDepthMax - depth - 1 : 0;
  const std::uint32_t height = rules_.members(rules_.node(list)).height_max;
  return Intern({.list = list,
                 .parent = kNoRecord,
                 .entry = 0,
                 .variant = 0,
                 .text = kNoText,
                 .count = 0,
                 .room = std::min(room, height),
                 .met = 0,
                 .options = kUnknown});
}

// Fills `left_` with what may stand behind the entries of the record.
void MemberLists::CountLeft(const Record& record) {
  const MembersRule& rules = rule(record);
  left_.slots.assign(rules.profiles.size(), 0);
  left_.free.clear();
  for (const MembersRule::Free& kind : rules.free) left_.free.push_back(kind.texts);
  left_.count = record.count;
  left_.met = record.met;
  left_.room = record.room;
  used_.assign(rules.slots.size(), 0);
  std::uint32_t next = 0;  // declared place of the first slot that may come
  for (const Record* at_record = &record; at_record->parent != kNoRecord;
       at_record = &at(at_record->parent)) {
    const std::uint32_t entry = at_record->entry;
    if (entry >= kFree) {
      std::uint32_t& texts = left_.free[entry - kFree];
      if (texts != kUnbounded) --texts;
      next = static_cast<std::uint32_t>(rules.slots.size());
    } else {
      used_[entry] = 1;
      next = std::max(next, rules.slots[entry].declared + 1);
    }
  }
  for (std::size_t i = 0; i < rules.slots.size(); ++i) {
    if (rules.ordered && rules.slots[i].declared < next) used_[i] = 1;
    if (used_[i] == 0) ++left_.slots[rules.slots[i].profile];
  }
}

// One bit for each entry that may come next.
void MemberLists::MakeOptions(RecordId id) {
  const Record record = at(id);
  const MembersRule& rules = rule(record);
  CountLeft(record);
  const auto begin = static_cast<std::uint32_t>(options_.size());
  options_.resize(begin + WordsOf(rules), 0);
  const auto can_end = [&](std::uint32_t variants_begin, std::uint32_t variants_end) {
    for (std::uint32_t i = variants_begin; i < variants_end; ++i) {
      const MembersRule::Variant& variant = rules.variants[i];
      if (variant.height > record.room) continue;
      left_.count = record.count + 1;
      left_.met = record.met | variant.fulfils;
      if (rules.CanEnd(left_)) return true;
    }
    return false;
  };
  const auto set = [&](std::size_t bit) {
    options_[begin + bit / 64] |= std::uint64_t{1} << (bit % 64);
  };
  bool open = true;  // no required slot was passed over
  // In the order in which they may come; passing a slot over takes it from what is left.
  std::vector<std::int8_t> known(rules.ordered ? 0 : rules.profiles.size(), -1);
  for (std::size_t place = 0; place < rules.slots.size() && open; ++place) {
    const std::uint32_t i = rules.declared[place];
    if (used_[i] != 0) continue;
    const MembersRule::Slot& slot = rules.slots[i];
    --left_.slots[slot.profile];
    if (rules.ordered) {
      if (can_end(slot.variants_begin, slot.variants_end)) set(i);
      open = !slot.required;
      continue;
    }
    std::int8_t& answer = known[slot.profile];
    if (answer < 0) answer = can_end(slot.variants_begin, slot.variants_end) ? 1 : 0;
    if (answer > 0) set(i);
    ++left_.slots[slot.profile];
  }
  for (std::size_t k = 0; k < rules.free.size() && open; ++k) {
    std::uint32_t& texts = left_.free[k];
    if (texts == 0) continue;
    if (texts != kUnbounded) --texts;
    if (can_end(rules.free[k].variants_begin, rules.free[k].variants_end)) {
      set(rules.slots.size() + k);
    }
    if (texts != kUnbounded) ++texts;
  }
  records_[static_cast<std::size_t>(id)].options = begin;
  options_owners_.push_back(id);
}

std::span<const std::uint64_t> MemberLists::OptionsOf(RecordId id) {
  if (at(id).options == kUnknown) MakeOptions(id);
  const Record& record = at(id);
  return std::span(options_).subspan(record.options, WordsOf(rule(record)));
}

bool MemberLists::MayBegin(RecordId record, std::uint32_t slots_begin, std::uint32_t slots_end) {
  return AnyBit(OptionsOf(record), slots_begin, slots_end);
}

bool MemberLists::MayBeginFree(RecordId record, std::uint32_t kind) {
  const auto bit = static_cast<std::uint32_t>(rule(at(record)).slots.size()) + kind;
  return AnyBit(OptionsOf(record), bit, bit + 1);
}

bool MemberLists::MayGoOn(RecordId record) {
  const auto options = OptionsOf(record);
  return std::any_of(options.begin(), options.end(), [](std::uint64_t word) { return word != 0; });
}

bool MemberLists::MayEnd(RecordId id) const {
  const Record& record = at(id);
  const MembersRule& rules = rule(record);
  if (record.count < rules.min || (record.met & rules.obligations) != rules.obligations) {
    return false;
  }
  std::uint32_t required = 0;
  for (const Record* entry = &record; entry->parent != kNoRecord; entry = &at(entry->parent)) {
    if (entry->entry < kFree && rules.slots[entry->entry].required) ++required;
  }
  return required == rules.required_count;
}

RecordId MemberLists::With(RecordId id, std::uint32_t entry, TextId text, std::uint32_t variant) {
  const Record before = at(id);
  const MembersRule& rules = rule(before);
  if (rules.variants[variant].height > before.room) return kNoRecord;
  const Record after{.list = before.list,
                     .parent = id,
                     .entry = entry,
                     .variant = variant,
                     .text = text,
                     .count = before.count + 1,
                     .room = before.room,
                     .met = before.met | rules.variants[variant].fulfils,
                     .options = kUnknown};
  CountLeft(after);
  return rules.CanEnd(left_) ? Intern(after) : kNoRecord;
}

RecordId MemberLists::WithSlot(RecordId record, std::uint32_t slot, std::uint32_t variant) {
  return With(record, slot, kNoText, variant);
}

RecordId MemberLists::WithFree(RecordId record, std::uint32_t kind, TextId key,
                               std::uint32_t variant) {
  return With(record, kFree + kind, key, variant);
}

std::size_t MemberLists::FindText(TextId parent, std::uint8_t byte) const {
  const std::size_t mask = text_slots_.size() - 1;
  std::size_t slot = Mix(static_cast<std::uint64_t>(parent) << 8, byte) & mask;
  for (; text_slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Text& other = texts_[text_slots_[slot] - 1];
    if (other.parent == parent && other.byte == byte) break;
  }
  return slot;
}

TextId MemberLists::Append(TextId text, std::uint8_t byte) {
  std::size_t slot = FindText(text, byte);
  if (text_slots_[slot] != 0) return TextId{text_slots_[slot]};
  if (texts_.size() >= kMemberTextsMax) return kNoText;
  if (2 * (texts_.size() + 1) > text_slots_.size()) {
    text_slots_.assign(2 * text_slots_.size(), 0);
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
      text_slots_[FindText(texts_[i].parent, texts_[i].byte)] = i + 1;
    }
    slot = FindText(text, byte);
  }
  texts_.push_back({text, Length(text) + 1, byte});
  text_slots_[slot] = static_cast<std::uint32_t>(texts_.size());
  return TextId{text_slots_[slot]};
}

bool MemberLists::IsWritten(RecordId id, TextId text) {
  for (const Record* record = &at(id); record->parent != kNoRecord; record = &at(record->parent)) {
    if (record->text == kAnyText) met_any_text = true;
    if (record->text == text || record->text == kAnyText) return true;
  }
  return false;
}

TextId MemberLists::Prefix(TextId text, std::uint32_t length) const {
  if (text == kNoText || text == kAnyText || Length(text) < length) return kNoText;
  while (Length(text) > length) text = at(text).parent;
  return text;
}

bool MemberLists::AllLongerWritten(RecordId id, std::uint32_t kind, TextId text, ByteState state) {
  const std::uint32_t texts = rules_.TextsFrom(state);
  if (texts == kUnbounded) return false;
  const std::uint32_t longer = texts - (rules_.automaton().accepting(state) ? 1 : 0);
  if (longer > at(id).count) return false;
  const std::uint32_t length = Length(text);
  std::uint32_t written = 0;
  for (const Record* record = &at(id); record->parent != kNoRecord; record = &at(record->parent)) {
    if (record->entry != kFree + kind) continue;
    if (record->text == kAnyText) met_any_text = true;
    const bool any = record->text == kAnyText;
    if (any || (Length(record->text) > length && Prefix(record->text, length) == text)) ++written;
  }
  return written >= longer;
}

void MemberLists::Remainders(RecordId id, TextId text, std::vector<std::string>& remainders) const {
  remainders.clear();
  const std::uint32_t length = Length(text);
  for (const Record* record = &at(id); record->parent != kNoRecord; record = &at(record->parent)) {
    if (Prefix(record->text, length) != text) continue;
    std::string& bytes = remainders.emplace_back();
    for (TextId at_text = record->text; Length(at_text) > length; at_text = at(at_text).parent) {
      bytes.push_back(static_cast<char>(at(at_text).byte));
    }
    std::reverse(bytes.begin(), bytes.end());
  }
}

}  // namespace ganglion::grammar
