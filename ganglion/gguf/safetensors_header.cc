#include "ganglion/gguf/safetensors_header.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/limits.h"
#include "ganglion/gguf/printable.h"

namespace ganglion::gguf {
namespace {

using Json = nlohmann::json;

constexpr SafetensorsDtype kDtypes[] = {
    {"F32", 32, TensorType::kF32},
    {"F16", 16, TensorType::kF16},
    {"BF16", 16, TensorType::kBF16},
    {"F64", 64, {}},
    {"F8_E4M3", 8, {}},
    {"F8_E4M3FNUZ", 8, {}},
    {"F8_E5M2", 8, {}},
    {"F8_E5M2FNUZ", 8, {}},
    {"F8_E8M0", 8, {}},
    {"F6_E2M3", 6, {}},
    {"F6_E3M2", 6, {}},
    {"F4", 4, {}},
    {"C64", 64, {}},
    {"I64", 64, {}},
    {"U64", 64, {}},
    {"I32", 32, {}},
    {"U32", 32, {}},
    {"I16", 16, {}},
    {"U16", 16, {}},
    {"I8", 8, {}},
    {"U8", 8, {}},
    {"BOOL", 8, {}},
};

// Takes the header as it is parsed, so that a name given twice is seen, and so that nothing is kept
// which the format does not define.
//
// | state    | expects                                  | then                    |
// | -------- | ---------------------------------------- | ----------------------- |
// | kStart   | {                                        | kNames                  |
// | kNames   | "__metadata__", a tensor's name, or }    | kNotes, kTensor, kEnd   |
// | kNotes   | {                                        | kNote                   |
// | kNote    | keys with strings, or }                  | kNote, kNames           |
// | kTensor  | {                                        | kField                  |
// | kField   | a field's name, or }                     | kDtype, kArray, kNames  |
// | kDtype   | a string                                 | kField                  |
// | kArray   | [                                        | kNumbers                |
// | kNumbers | an integer, or ]                         | kNumbers, kField        |
// | kEnd     | nothing                                  |                         |
class Handler final : public nlohmann::json_sax<Json> {
 public:
  Status TakeError() { return std::move(error_); }
  std::vector<SafetensorsEntry> TakeEntries() { return std::move(entries_); }

  bool null() override { return Unexpected("null"); }
  bool boolean(bool /*value*/) override { return Unexpected("a bool"); }
  bool number_float(double /*value*/, const std::string& text) override {
    return Unexpected("the number " + Printable(text));
  }
  bool number_integer(std::int64_t value) override {
    return Unexpected(Concat("the number ", value));
  }
  bool binary(Json::binary_t& /*value*/) override { return Unexpected("bytes"); }

  bool number_unsigned(std::uint64_t value) override {
    if (state_ != State::kNumbers) return Unexpected(Concat("the number ", value));
    if (numbers_->size() == (in_shape_ ? kSafetensorsDimsMax : 2)) {
      return Fail(in_shape_ ? Concat("more than ", kSafetensorsDimsMax, " dimensions")
                            : std::string("data_offsets are two numbers"));
    }
    numbers_->push_back(value);
    return true;
  }

  bool string(std::string& text) override {
    if (state_ == State::kNote) return true;
    if (state_ != State::kDtype) return Unexpected("a string");
    const auto* const dtype = std::ranges::find(kDtypes, text, &SafetensorsDtype::name);
    if (dtype == std::end(kDtypes)) return Fail("dtype \"" + Printable(text) + "\" is not known");
    entries_.back().dtype = dtype;
    state_ = State::kField;
    return true;
  }

  bool start_object(std::size_t /*size*/) override {
    if (state_ == State::kStart) return Enter(State::kNames);
    if (state_ == State::kNotes) return Enter(State::kNote);
    if (state_ == State::kTensor) return Enter(State::kField);
    return Unexpected("an object");
  }

  bool key(std::string& text) override {
    if (state_ == State::kNames) return Name(text);
    if (state_ == State::kNote) return true;
    return Field(text);
  }

  bool end_object() override {
    if (state_ == State::kNames) return Enter(State::kEnd);
    if (state_ == State::kField) {
      const SafetensorsEntry& entry = entries_.back();
      if (entry.dtype == nullptr) return Fail("dtype is missing");
      if (!has_shape_) return Fail("shape is missing");
      if (entry.offsets.size() != 2) return Fail("data_offsets are missing");
    }
    where_ = "header";
    return Enter(State::kNames);
  }

  bool start_array(std::size_t /*size*/) override {
    return state_ == State::kArray ? Enter(State::kNumbers) : Unexpected("an array");
  }

  bool end_array() override {
    if (!in_shape_ && numbers_->size() != 2) return Fail("data_offsets are two numbers");
    return Enter(State::kField);
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return Fail(Concat("no JSON at byte ", position, " of the header"));
  }

 private:
  enum class State {
    kStart,
    kNames,
    kNotes,
    kNote,
    kTensor,
    kField,
    kDtype,
    kArray,
    kNumbers,
    kEnd
  };

  bool Enter(State state) {
    state_ = state;
    return true;
  }

  bool Fail(const std::string& what) {
    error_ = Status(Code::kInvalidArgument, where_ + ": " + what);
    return false;
  }

  bool Unexpected(const std::string& what) { return Fail(what + " where none belongs"); }

  bool Name(std::string& text) {
    if (text == "__metadata__") {
      where_ = text;
      if (has_notes_) return Fail("occurs twice");
      has_notes_ = true;
      return Enter(State::kNotes);
    }
    where_ = "tensor \"" + Printable(text) + "\"";
    if (text.size() > kSafetensorsNameBytesMax) {
      return Fail(Concat("the name is longer than ", kSafetensorsNameBytesMax, " bytes"));
    }
    if (entries_.size() == kSafetensorsTensorsMax) {
      return Fail(Concat("more than ", kSafetensorsTensorsMax, " tensors"));
    }
    if (!names_.insert(text).second) return Fail("a tensor of this name came before");
    entries_.emplace_back().name = std::move(text);
    has_shape_ = false;
    return Enter(State::kTensor);
  }

  bool Field(std::string_view text) {
    SafetensorsEntry& entry = entries_.back();
    if (text == "dtype" && entry.dtype == nullptr) return Enter(State::kDtype);
    if (text == "shape" && !has_shape_) {
      has_shape_ = in_shape_ = true;
      numbers_ = &entry.shape;
      return Enter(State::kArray);
    }
    if (text == "data_offsets" && entry.offsets.empty()) {
      in_shape_ = false;
      numbers_ = &entry.offsets;
      return Enter(State::kArray);
    }
    const bool known = text == "dtype" || text == "shape" || text == "data_offsets";
    return Fail("field \"" + Printable(text) + (known ? "\" occurs twice" : "\" is not known"));
  }

  State state_ = State::kStart;
  std::string where_ = "header";
  Status error_;
  std::vector<SafetensorsEntry> entries_;
  std::unordered_set<std::string> names_;
  bool has_notes_ = false;
  bool has_shape_ = false;
  bool in_shape_ = false;                          // where numbers go
  std::vector<std::uint64_t>* numbers_ = nullptr;  // of the last entry
};

}  // namespace

Result<std::vector<SafetensorsEntry>> ParseSafetensorsHeader(std::string_view json) {
  Handler handler;
  if (!Json::sax_parse(json, &handler)) return handler.TakeError();
  return handler.TakeEntries();
}

}  // namespace ganglion::gguf
