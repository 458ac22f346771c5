#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/tensor_source.h"

// Which tensor of a model gets which type. A mix has the name of its main type, with a letter for
// its size (Q4_K_M), and keeps the tensors that suffer most in a larger one.
namespace ganglion::quantize {

// What a tensor is for. Other tensors take the main type of their mix.
enum class Role : std::uint8_t {
  kOther,
  kOutput,          // the output matrix; also the token embedding, where that serves as one
  kEmbedding,       // a table of which single rows are read
  kAttentionValue,  // also fused matrices of queries, keys and values
  kAttentionKey,
  kAttentionOutput,
  kFfnDown,
};

// Layers are counted among those that have a tensor of the role, of `count`.
enum class Layers : std::uint8_t {
  kAll,
  kFirstTwo,
  kFirstFour,
  kFirstSixteenth,
  kFirstEighth,
  kFirstLastAndEveryThird,  // the first and last eighth, and every third between
};

enum class When : std::uint8_t {
  kAlways,
  kSharedValues,    // four or more query heads share a value head: the matrix is small
  kWithImportance,  // an importance matrix is given
  kWithoutImportance,
};

struct Rule {
  Role role;
  Layers layers;
  When when;
  gguf::TensorType type;
};

struct Mix {
  std::string_view name;
  gguf::TensorType type;    // of all tensors for which there is no rule
  std::uint32_t file_type;  // the number in `general.file_type`
  gguf::TensorType output;
  std::vector<Rule> rules;  // the first that fits counts
  // Of the attention's output matrix where there are eight experts: it is small beside them.
  gguf::TensorType expert_model_output;
  bool experts_only;  // the type is for the matrices of experts, and all others are Q8_0
};

// Null for a name that is none. Q3_K, Q4_K and Q5_K mean their _M.
const Mix* MixNamed(std::string_view name);
// "F32, F16, ...", for messages.
std::string MixNames();

struct MixOptions {
  bool importance = false;                           // a matrix is given
  std::optional<gguf::TensorType> output_type = {};  // instead of the mix's, tied or not
  std::optional<gguf::TensorType> embedding_type =
      {};  // goes before output_type where they are one
};

// A type for each tensor, in their order. Norms, biases, routers of experts and everything else
// that is no matrix of weights get F32. A row that is no whole number of blocks gets the nearest
// type of 32 elements, or F16.
std::vector<gguf::TensorType> ChooseTypes(const Mix& mix, const gguf::TensorSource& source,
                                          const MixOptions& options);

// Whether the tensor is quantised at all.
bool IsWeightMatrix(const gguf::SourceTensor& tensor);

}  // namespace ganglion::quantize
