#include "ganglion/convert/sentencepiece_model.h"

#include <cstring>
#include <functional>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"

namespace ganglion::convert {
namespace {

constexpr std::uint64_t kBpe = 2;  // of TrainerSpec.ModelType

// One field of a message: a number (wire types 0, 1 and 5, as bits) or bytes (wire type 2).
struct Field {
  std::uint64_t number = 0;
  std::uint32_t wire = 0;
  std::uint64_t bits = 0;
  std::string_view bytes;
};

class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }

  // False where the bytes are no message.
  bool Next(Field& field) {
    std::uint64_t tag = 0;
    if (!Varint(tag)) return false;
    field = {
        .number = tag >> 3, .wire = static_cast<std::uint32_t>(tag & 7), .bits = 0, .bytes = {}};
    switch (field.wire) {
      case 0:
        return Varint(field.bits);
      case 1:
        return Fixed(8, field.bits);
      case 5:
        return Fixed(4, field.bits);
      case 2: {
        std::uint64_t length = 0;
        if (!Varint(length) || length > rest_.size()) return false;
        field.bytes = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return true;
      }
      default:
        return false;
    }
  }

 private:
  bool Varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool Fixed(std::size_t size, std::uint64_t& value) {
    if (rest_.size() < size) return false;
    value = 0;
    std::memcpy(&value, rest_.data(), size);
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
};

bool ForEachField(std::string_view bytes, const std::function<bool(const Field&)>& visit) {
  Message message(bytes);
  Field field;
  while (!message.done()) {
    if (!message.Next(field) || !visit(field)) return false;
  }
  return true;
}

TokenType TypeOf(std::uint64_t number) {
  // Numbered alike, but for a number that is not known.
  return number >= 1 && number <= 6 ? static_cast<TokenType>(number) : TokenType::kNormal;
}

bool ParsePiece(std::string_view bytes, Piece& piece) {
  return ForEachField(bytes, [&piece](const Field& field) {
    if (field.number == 1 && field.wire == 2) piece.text = field.bytes;
    if (field.number == 2 && field.wire == 5) std::memcpy(&piece.score, &field.bits, 4);
    if (field.number == 3 && field.wire == 0) piece.type = TypeOf(field.bits);
    return true;
  });
}

// Of a message, the number of field 3.
bool ParseThird(std::string_view bytes, std::uint64_t& value) {
  return ForEachField(bytes, [&value](const Field& field) {
    if (field.number == 3 && field.wire == 0) value = field.bits;
    return true;
  });
}

}  // namespace

Result<SentencePieceModel> ParseSentencePieceModel(std::string_view bytes) {
  SentencePieceModel model;
  std::uint64_t kind = 0;
  std::uint64_t prefix = 1;
  const bool good = ForEachField(bytes, [&](const Field& field) {
    if (field.wire != 2) return true;
    if (field.number == 2) return ParseThird(field.bytes, kind);
    if (field.number == 3) return ParseThird(field.bytes, prefix);
    if (field.number != 1) return true;
    if (model.pieces.size() == kVocabularyMax) return false;
    return ParsePiece(field.bytes, model.pieces.emplace_back());
  });
  if (!good || model.pieces.empty()) {
    return Status(Code::kInvalidArgument, "tokenizer.model: not a SentencePiece model");
  }
  model.bpe = kind == kBpe;
  model.space_prefix = prefix != 0;
  return model;
}

}  // namespace ganglion::convert
