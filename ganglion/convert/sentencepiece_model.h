#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/convert/vocabulary.h"

namespace ganglion::convert {

struct Piece {
  std::string_view text;  // lies in the bytes
  float score = 0;
  TokenType type = TokenType::kNormal;
};

// The few fields that a vocabulary needs of tokenizer.model, a protocol buffer of the SentencePiece
// project (sentencepiece_model.proto): pieces (field 1: text 1, score 2, type 3), the kind of the
// model (trainer_spec 2: model_type 3) and whether a space goes in front (normalizer_spec 3:
// add_dummy_prefix 3). Other fields are passed over.
struct SentencePieceModel {
  std::vector<Piece> pieces;
  bool bpe = false;
  bool space_prefix = true;
};
Result<SentencePieceModel> ParseSentencePieceModel(std::string_view bytes);

}  // namespace ganglion::convert
