#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/gguf/gguf.h"

// What this build knows about published models: how each architecture names its settings and its
// tensors, and how GGUF names them.
namespace ganglion::convert {

// The sizes of a model, by which the shapes of its tensors are checked.
struct ModelShape {
  std::uint64_t layers = 0;
  std::uint64_t width = 0;  // of the residual stream
  std::uint64_t heads = 0;
  std::uint64_t kv_heads = 0;
  std::uint64_t head_dim = 0;
  std::uint64_t ffn = 0;
  std::uint64_t vocabulary = 0;
  std::uint64_t positions = 0;  // of an encoder, each with a vector
  std::uint64_t text_types = 0;
  std::uint64_t experts = 0;
  std::uint64_t expert_ffn = 0;
  std::uint64_t shared_ffn = 0;  // of the expert that every token visits
  std::optional<bool> tied;      // whether the output matrix is the embedding; absent: not said
};

enum class Size : std::uint8_t {
  kOne,
  kWidth,
  kQuery,     // all query heads
  kKeyValue,  // all key or value heads
  kQkv,       // queries, keys and values in one matrix
  kHead,
  kFfn,
  kGateUp,  // gate and up in one matrix
  kExpertFfn,
  kSharedFfn,
  kExperts,
  kVocabulary,
  kPositions,
  kTextTypes,
};
std::uint64_t ValueOf(Size size, const ModelShape& shape);

// How one tensor of a layer becomes one of GGUF. A '*' stands for the number of an expert: the
// tensors of all experts are stacked.
struct TensorRule {
  std::string_view from;  // behind "model.layers.N.", or what the architecture says
  std::string_view to;    // behind "blk.N."
  Size cols = Size::kOne;
  Size rows = Size::kOne;  // kOne: a vector
  bool optional = false;
  bool rotated = false;  // its rows are those of heads that the rotation turns
  // Of experts, where the folder has them in one tensor already: its name, and which share of the
  // rows of each expert is meant, of how many.
  std::string_view fused = {};
  std::uint32_t share = 0;
  std::uint32_t shares = 1;
};

struct ExtraTensor {
  std::string name;
  std::vector<float> values;
};

// What config.json says, in the words of GGUF.
struct Description {
  ModelShape shape;
  std::vector<gguf::KeyValue> metadata;  // the keys of the architecture
  std::vector<ExtraTensor> extra;        // that the file has and the folder has not
};

// What a config.json may leave out because the model's code has a default. 0: it may not.
struct Defaults {
  std::uint64_t heads = 0;
  std::uint64_t kv_heads = 0;
  std::uint64_t head_dim = 0;
  std::uint64_t context = 0;
  double norm_epsilon = 0;
  double rope_base = 10000.0;
};

class MetadataWriter;

struct Architecture {
  std::string_view published;  // in config.json: "LlamaForCausalLM"
  std::string_view name;       // general.architecture: "llama"
  std::span<const std::span<const TensorRule>> rules;
  // Beyond what all decoders have; of an encoder, everything. May complete the description.
  Status (*describe)(const ObjectReader& config, Description& description, MetadataWriter& out);
  Defaults defaults = {};
  bool interleaved = false;    // GGUF turns neighbours, the published model halves of a head
  bool norms_add_one = false;  // the published weights of norms are less 1
  bool gelu = false;           // the gate of the feed-forward part; else SiLU
  bool tied = false;           // the output matrix always is the embedding
  // An encoder has no output matrix, and names of its own.
  bool encoder = false;
  std::string_view embedding = "embed_tokens.weight";
  std::string_view layers = "layers.";
  std::span<const TensorRule> outer = {};  // tensors outside of the layers, beside the embedding
};

// By the first of `architectures` in config.json. An unknown one is an error that names it and
// lists the known ones.
Result<const Architecture*> FindArchitecture(const ObjectReader& config);

Result<Description> Describe(const Architecture& architecture, const ObjectReader& config);

// Adds keys "ARCHITECTURE.name", of the types that GGUF files have them in.
class MetadataWriter {
 public:
  MetadataWriter(std::string_view architecture, std::vector<gguf::KeyValue>& out)
      : prefix_(std::string(architecture) + "."), out_(out) {}

  void Count(std::string_view name, std::uint64_t value);
  void Number(std::string_view name, double value);
  void Text(std::string_view name, std::string_view value);
  void Flag(std::string_view name, bool value);
  void Flags(std::string_view name, const std::vector<bool>& values);

 private:
  const std::string prefix_;
  std::vector<gguf::KeyValue>& out_;
};

}  // namespace ganglion::convert
