#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/model/encoder_config.h"
#include "ganglion/model/model.h"

namespace ganglion {

// The most that one call of Encode() will be given.
struct EncoderLimits {
  std::uint32_t tokens = 512;  // of all texts
  std::uint32_t texts = 16;
};

// A model that reads a text as a whole, every token seeing all others, and writes none: it gives
// hidden states, from which vectors are pooled (ganglion/model/pooling.h).
//
// The hidden states of a text are the same bit for bit, whatever the number of threads and the
// other texts of the call.
//
// Thread: the engine thread only; within a call it is helped by threads of its own. Memory:
// allocates in Load() and Prepare() and never again.
class Encoder {
 public:
  // Checks the metadata and the shape and type of every tensor, and lays the weights out for the
  // kernels. The rotation and the context of the options are not used.
  static Result<std::unique_ptr<Encoder>> Load(std::shared_ptr<const gguf::File> file,
                                               const ModelOptions& options);

  virtual ~Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  virtual const EncoderConfig& config() const = 0;
  virtual std::uint32_t threads() const = 0;
  virtual const kernels::KernelTable& kernels() const = 0;

  // Takes the memory that texts within `limits` need. May be called again with other limits.
  virtual Status Prepare(const EncoderLimits& limits) = 0;

  // Writes a row of config().width floats for every token of every text, in their order.
  //
  // Needs: Prepare() with limits that hold the texts; each with at least one token and no more than
  // config().context_length; every token below vocab_size; `hidden` of exactly the rows.
  virtual void Encode(std::span<const std::span<const TokenId>> texts, std::span<float> hidden) = 0;

 protected:
  Encoder() = default;
};

}  // namespace ganglion
