#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ganglion/model/config.h"

namespace ganglion {

// Makes one vector of the hidden states of a text, which may come in pieces: the vector is the same
// bit for bit, however they are cut.
//
// Thread: one at a time. Memory: allocates in the constructor and never again.
class Pooler {
 public:
  explicit Pooler(std::size_t width);

  // A new text. `pooling` is not kNone.
  void Start(Pooling pooling);
  // The next rows of the text.
  void Add(std::span<const float> rows);
  // Needs at least one row. `vector` has `width` elements.
  void Finish(std::span<float> vector) const;

 private:
  const std::size_t width_;
  Pooling pooling_ = Pooling::kMean;
  std::vector<double> sum_;
  std::size_t rows_ = 0;
};

// To length 1; a vector of zeros stays what it is. False where the vector holds something that is
// no finite number, which a broken file can make: then it is left as it is.
[[nodiscard]] bool NormalizeVector(std::span<float> vector);

}  // namespace ganglion
