#include "ganglion/convert/model_folder.h"

#include <filesystem>
#include <iterator>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/check.h"
#include "ganglion/convert/architecture.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/convert/limits.h"
#include "ganglion/convert/pooling.h"
#include "ganglion/convert/tensor_plan.h"
#include "ganglion/convert/vocabulary.h"
#include "ganglion/gguf/printable.h"

namespace ganglion::convert {
namespace {

class FolderSource final : public gguf::TensorSource {
 public:
  FolderSource(std::shared_ptr<const gguf::SafetensorsFolder> folder,
               std::vector<PlannedTensor> planned, std::vector<gguf::KeyValue> metadata)
      : folder_(std::move(folder)), planned_(std::move(planned)), metadata_(std::move(metadata)) {
    for (const PlannedTensor& planned_tensor : planned_) tensors_.push_back(planned_tensor.tensor);
  }

  const std::vector<gguf::KeyValue>& metadata() const override { return metadata_; }
  const std::vector<gguf::SourceTensor>& tensors() const override { return tensors_; }

  Status ReadRows(std::size_t tensor, std::uint64_t first_row,
                  std::span<float> values) const override {
    GN_CHECK(tensor < planned_.size());
    ReadPlannedRows(planned_[tensor], first_row, values);
    return {};
  }

 private:
  const std::shared_ptr<const gguf::SafetensorsFolder> folder_;  // its tensors lie in here
  const std::vector<PlannedTensor> planned_;
  const std::vector<gguf::KeyValue> metadata_;
  std::vector<gguf::SourceTensor> tensors_;
};

// A model that also sees keeps the settings of its language model in an object of their own.
void LiftTextConfig(Json& config) {
  const auto text = config.find("text_config");
  if (text == config.end() || !text->is_object()) return;
  const Json inner = *text;
  config.update(inner);
}

// The folder's own name. Tokenizers know by it alone that special tokens swallow white space.
std::string NameOf(const std::string& folder, bool phi3_tokens) {
  std::error_code ignored;
  std::filesystem::path path = std::filesystem::weakly_canonical(folder, ignored);
  if (!path.has_filename()) path = path.parent_path();
  std::string name = gguf::Printable(path.filename().string());
  const bool said = name.find("hi-3") != std::string::npos || name.find("hi3") != std::string::npos;
  return phi3_tokens && !said ? name + " (Phi-3)" : name;
}

}  // namespace

Result<std::unique_ptr<const gguf::TensorSource>> OpenModelFolder(const std::string& folder) {
  GN_ASSIGN_OR_RETURN(Json json, ReadObject(folder + "/config.json", kConfigBytesMax));
  LiftTextConfig(json);
  const ObjectReader config(json, "config.json");
  const auto in_folder = [&folder](Status status) { return std::move(status).WithContext(folder); };

  auto architecture = FindArchitecture(config);
  if (!architecture.ok()) return in_folder(std::move(architecture).error());
  auto description = Describe(**architecture, config);
  if (!description.ok()) return in_folder(std::move(description).error());
  GN_ASSIGN_OR_RETURN(auto weights, gguf::SafetensorsFolder::Open(folder));
  auto planned = PlanTensors(**architecture, *weights, *description);
  if (!planned.ok()) return in_folder(std::move(planned).error());

  GN_ASSIGN_OR_RETURN(const Vocabulary vocabulary,
                      ReadVocabulary(folder, json, description->shape.vocabulary));
  const bool phi3_tokens = (*architecture)->name == "phi3" && vocabulary.strips_right;
  std::vector<gguf::KeyValue> metadata = {
      {"general.architecture", std::string((*architecture)->name)},
      {"general.type", std::string("model")},
      {"general.name", NameOf(folder, phi3_tokens)},
  };
  std::ranges::move(description->metadata, std::back_inserter(metadata));
  auto pooling = ReadPooling(folder);
  if (!pooling.ok()) return in_folder(std::move(pooling).error());
  if (pooling->has_value()) {
    MetadataWriter((*architecture)->name, metadata).Count("pooling_type", **pooling);
  }
  MetadataWriter((*architecture)->name, metadata)
      .Count("vocab_size", description->shape.vocabulary);
  AddVocabulary(vocabulary, metadata);
  return std::unique_ptr<const gguf::TensorSource>(
      std::make_unique<FolderSource>(std::move(weights), *std::move(planned), std::move(metadata)));
}

}  // namespace ganglion::convert
