#include "ganglion/convert/model_folder.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/convert/tiny_folder_test.h"

namespace ganglion::convert {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Source = std::unique_ptr<const gguf::TensorSource>;

std::size_t IndexOf(const gguf::TensorSource& source, const std::string& name) {
  const auto& tensors = source.tensors();
  const auto found = std::ranges::find(tensors, name, &gguf::SourceTensor::name);
  EXPECT_NE(found, tensors.end()) << name;
  return static_cast<std::size_t>(found - tensors.begin());
}

bool Has(const gguf::TensorSource& source, const std::string& name) {
  return std::ranges::find(source.tensors(), name, &gguf::SourceTensor::name) !=
         source.tensors().end();
}

std::vector<float> ValuesOf(const gguf::TensorSource& source, const std::string& name) {
  const std::size_t index = IndexOf(source, name);
  const gguf::SourceTensor& tensor = source.tensors()[index];
  std::vector<float> values(tensor.row_size() * tensor.rows());
  EXPECT_TRUE(source.ReadRows(index, 0, values).ok());
  return values;
}

class ModelFolder : public ::testing::Test {
 protected:
  ModelFolder() : trace_(__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())) {}

  Source Convert(const TinyModel& model, const std::string& dtype = "F32") {
    folder_.Put(model, dtype);
    auto source = OpenModelFolder(folder_.path());
    EXPECT_TRUE(source.ok()) << source.error().message();
    return source.ok() ? *std::move(source) : nullptr;
  }

  // What is said of a model of this architecture after `change`.
  std::string ErrorOf(const std::string& published, const std::function<void(TinyModel&)>& change) {
    TinyModel model = MakeTinyModel(published, rng_);
    change(model);
    folder_.Put(model);
    auto source = OpenModelFolder(folder_.path());
    return source.ok() ? "no error" : std::string(source.error().message());
  }

  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_;
  TempFolder folder_{"model_folder"};
};

TEST_F(ModelFolder, EveryArchitectureIsConverted) {
  for (const std::string& published : PublishedNames()) {
    SCOPED_TRACE(published);
    const TinyModel model = MakeTinyModel(published, rng_);
    const Source source = Convert(model);
    ASSERT_NE(source, nullptr);
    std::uint64_t elements = 0;
    for (const auto& [name, tensor] : model.tensors) elements += tensor.values.size();
    for (const auto& tensor : source->tensors()) elements -= tensor.row_size() * tensor.rows();
    EXPECT_EQ(elements, 0u) << "every number of the folder, once";
  }
}

TEST_F(ModelFolder, LlamaTurnsNeighbours) {
  const TinyModel model = MakeTinyModel("LlamaForCausalLM", rng_);
  const Source source = Convert(model);
  ASSERT_NE(source, nullptr);
  const auto& published = model.tensors.at("model.layers.1.self_attn.q_proj.weight").values;
  const auto rows = ValuesOf(*source, "blk.1.attn_q.weight");
  // Of a head of 16 rows: 0, 8, 1, 9, 2, 10, ... 7, 15. The second head begins at row 16.
  const std::uint64_t from[] = {0, 8,  1, 9,  2,  10, 3,  11, 4,  12, 5,  13,
                                6, 14, 7, 15, 16, 24, 17, 25, 18, 26, 19, 27};
  for (std::size_t row = 0; row < std::size(from); ++row) {
    for (std::size_t col = 0; col < kTinyWidth; ++col) {
      ASSERT_EQ(rows[row * kTinyWidth + col], published[from[row] * kTinyWidth + col]) << row;
    }
  }
  EXPECT_EQ(ValuesOf(*source, "blk.1.attn_v.weight"),
            model.tensors.at("model.layers.1.self_attn.v_proj.weight").values);
  EXPECT_EQ(ValuesOf(*source, "blk.1.attn_norm.weight"),
            model.tensors.at("model.layers.1.input_layernorm.weight").values);

  std::vector<float> two_rows(2 * kTinyWidth);
  ASSERT_TRUE(source->ReadRows(IndexOf(*source, "blk.1.attn_q.weight"), 17, two_rows).ok());
  EXPECT_EQ(two_rows[0], published[24 * kTinyWidth]);
  EXPECT_EQ(two_rows[kTinyWidth], published[17 * kTinyWidth]);
}

TEST_F(ModelFolder, BiasesAreMovedWithTheirRows) {
  TinyModel model = MakeTinyModel("LlamaForCausalLM", rng_);
  TinyTensor bias{{kTinyKvHeads * kTinyHeadDim}, {}};
  for (std::size_t i = 0; i < bias.shape[0]; ++i) bias.values.push_back(static_cast<float>(i));
  model.tensors["model.layers.0.self_attn.k_proj.bias"] = bias;
  const Source source = Convert(model);
  ASSERT_NE(source, nullptr);
  const auto values = ValuesOf(*source, "blk.0.attn_k.bias");
  EXPECT_THAT(std::vector<float>(values.begin() + 12, values.begin() + 20),
              ElementsAre(6, 14, 7, 15, 16, 24, 17, 25));
}

TEST_F(ModelFolder, QwenKeepsItsRowsAndBiases) {
  const TinyModel model = MakeTinyModel("Qwen2ForCausalLM", rng_);
  const Source source = Convert(model);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(ValuesOf(*source, "blk.0.attn_q.weight"),
            model.tensors.at("model.layers.0.self_attn.q_proj.weight").values);
  EXPECT_EQ(ValuesOf(*source, "blk.0.attn_q.bias"),
            model.tensors.at("model.layers.0.self_attn.q_proj.bias").values);
  EXPECT_EQ(ValuesOf(*source, "output.weight"), model.tensors.at("lm_head.weight").values);
}

TEST_F(ModelFolder, GemmaNormsGetTheOneThatTheirCodeAdds) {
  for (const char* const published : {"Gemma2ForCausalLM", "Gemma3ForConditionalGeneration"}) {
    TinyModel model = MakeTinyModel(published, rng_);
    const bool sees = std::string(published) == "Gemma3ForConditionalGeneration";
    const std::string prefix = sees ? "language_model.model." : "model.";
    if (sees) model.tensors["vision_tower.patch.weight"] = {{1}, {1}};
    model.tensors.at(prefix + "layers.0.post_attention_layernorm.weight").values[3] = -0.25f;
    model.tensors.at(prefix + "norm.weight").values[1] = 0.5f;
    const Source source = Convert(model);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(ValuesOf(*source, "blk.0.post_attention_norm.weight")[3], 0.75f);
    EXPECT_EQ(ValuesOf(*source, "output_norm.weight")[1], 1.5f);
    EXPECT_EQ(ValuesOf(*source, "blk.0.attn_v.weight"),
              model.tensors.at(prefix + "layers.0.self_attn.v_proj.weight").values);
    for (const char* const name : {"ffn_norm", "post_ffw_norm", "attn_norm"}) {
      const auto values = ValuesOf(*source, std::string("blk.1.") + name + ".weight");
      EXPECT_GT(*std::ranges::min_element(values), 0.4f) << name;
    }
    EXPECT_FALSE(Has(*source, "output.weight"));
    EXPECT_EQ(Has(*source, "blk.1.attn_k_norm.weight"), sees);
  }
}

TEST_F(ModelFolder, ExpertsAreStacked) {
  const TinyModel model = MakeTinyModel("Qwen2MoeForCausalLM", rng_);
  const Source source = Convert(model);
  ASSERT_NE(source, nullptr);
  const auto down = ValuesOf(*source, "blk.1.ffn_down_exps.weight");
  const auto& tensor = source->tensors()[IndexOf(*source, "blk.1.ffn_down_exps.weight")];
  EXPECT_THAT(tensor.dims, ElementsAre(kTinyExpertFfn, kTinyWidth, kTinyExperts));
  const std::size_t size = kTinyExpertFfn * kTinyWidth;
  for (std::size_t expert = 0; expert < kTinyExperts; ++expert) {
    const auto& one =
        model.tensors
            .at("model.layers.1.mlp.experts." + std::to_string(expert) + ".down_proj.weight")
            .values;
    EXPECT_TRUE(
        std::equal(one.begin(), one.end(), down.begin() + static_cast<long>(expert * size)));
  }
  EXPECT_THAT(source->tensors()[IndexOf(*source, "blk.0.ffn_gate_inp_shexp.weight")].dims,
              ElementsAre(kTinyWidth));
}

TEST_F(ModelFolder, ExpertsInOneTensorAreTheSame) {
  const TinyModel apart = MakeTinyModel("Qwen3MoeForCausalLM", rng_);
  // Read at once: the next folder takes the place of this one.
  std::map<std::string, std::vector<float>> wanted;
  const Source first = Convert(apart);
  ASSERT_NE(first, nullptr);
  for (const auto& tensor : first->tensors()) wanted[tensor.name] = ValuesOf(*first, tensor.name);
  TinyModel together = apart;
  for (std::uint64_t layer = 0; layer < kTinyLayers; ++layer) {
    const std::string at = "model.layers." + std::to_string(layer) + ".mlp.experts.";
    TinyTensor gate_up{{kTinyExperts, 2 * kTinyExpertFfn, kTinyWidth}, {}};
    TinyTensor down{{kTinyExperts, kTinyWidth, kTinyExpertFfn}, {}};
    for (std::uint64_t expert = 0; expert < kTinyExperts; ++expert) {
      const std::pair<const char*, TinyTensor*> parts[] = {{".gate_proj.weight", &gate_up},
                                                           {".up_proj.weight", &gate_up},
                                                           {".down_proj.weight", &down}};
      for (const auto& [name, to] : parts) {
        const auto one = together.tensors.extract(at + std::to_string(expert) + name);
        to->values.insert(to->values.end(), one.mapped().values.begin(), one.mapped().values.end());
      }
    }
    together.tensors[at + "gate_up_proj"] = gate_up;
    together.tensors[at + "down_proj"] = down;
  }
  const Source source = Convert(together);
  ASSERT_NE(source, nullptr);
  ASSERT_EQ(source->tensors().size(), wanted.size());
  for (const auto& [name, values] : wanted) EXPECT_EQ(ValuesOf(*source, name), values) << name;
}

TEST_F(ModelFolder, MixtralsNamesOfTheThreeMatrices) {
  const TinyModel model = MakeTinyModel("MixtralForCausalLM", rng_);
  const Source source = Convert(model);
  ASSERT_NE(source, nullptr);
  const std::string at = "model.layers.0.block_sparse_moe.experts.0.";
  const auto first = [&](const char* name) {
    return ValuesOf(*source, std::string("blk.0.") + name + "_exps.weight")[5];
  };
  EXPECT_EQ(first("ffn_gate"), model.tensors.at(at + "w1.weight").values[5]);
  EXPECT_EQ(first("ffn_down"), model.tensors.at(at + "w2.weight").values[5]);
  EXPECT_EQ(first("ffn_up"), model.tensors.at(at + "w3.weight").values[5]);
}

TEST_F(ModelFolder, HalvesAreReadAsTheyAre) {
  for (const std::string dtype : {"F16", "BF16"}) {
    TinyModel model = MakeTinyModel("LlamaForCausalLM", rng_);
    model.tensors.at("model.norm.weight").values[2] = 1.375f;
    const Source source = Convert(model, dtype);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(ValuesOf(*source, "output_norm.weight")[2], 1.375f);
    EXPECT_EQ(source->tensors()[0].type, gguf::TypeNamed(dtype));
  }
}

TEST_F(ModelFolder, TheOutputMatrixIsTiedWhereItIsSaidOrMissing) {
  TinyModel model = MakeTinyModel("LlamaForCausalLM", rng_);
  model.config["tie_word_embeddings"] = true;
  EXPECT_FALSE(Has(*Convert(model), "output.weight")) << "the copy is left out";
  model.config.erase("tie_word_embeddings");
  EXPECT_TRUE(Has(*Convert(model), "output.weight"));
  model.tensors.erase("lm_head.weight");
  EXPECT_FALSE(Has(*Convert(model), "output.weight"));
  model.config["tie_word_embeddings"] = false;
  folder_.Put(model);
  EXPECT_THAT(OpenModelFolder(folder_.path()).error().message(),
              HasSubstr("tensor \"lm_head.weight\": of shape [300, 64] is missing"));
}

TEST_F(ModelFolder, ErrorsNameTheTensor) {
  const auto with = [this](const std::function<void(std::map<std::string, TinyTensor>&)>& change) {
    return ErrorOf("MixtralForCausalLM", [&](TinyModel& model) { change(model.tensors); });
  };
  const std::string q = "model.layers.1.self_attn.q_proj.weight";
  EXPECT_THAT(
      with([&](auto& t) { t.erase(q); }),
      HasSubstr("\"model.layers.1.self_attn.q_proj.weight\": of shape [64, 64] is missing"));
  EXPECT_THAT(with([&](auto& t) {
                t.at(q).shape = {32, 128};
              }),
              HasSubstr("is of shape [32, 128]; config.json asks for [64, 64]"));
  EXPECT_THAT(with([&](auto& t) {
                t["model.layers.7.extra"] = {{1}, {1}};
              }),
              HasSubstr("\"model.layers.7.extra\" has no place in a MixtralForCausalLM"));
  EXPECT_THAT(
      with([&](auto& t) { t.erase("model.layers.0.block_sparse_moe.experts.3.w2.weight"); }),
      HasSubstr("experts.3.w2.weight\": of shape [64, 96] is missing"));
  EXPECT_EQ(with([](auto& t) {
              t["model.layers.0.self_attn.rotary_emb.inv_freq"] = {{1}, {1}};
            }),
            "no error");
  EXPECT_THAT(with([](auto& t) { t["vision_tower.x"] = {{1}, {1}}; }), HasSubstr("no place"));
}

TEST_F(ModelFolder, OtherTypesAreRefusedByName) {
  TinyModel model = MakeTinyModel("LlamaForCausalLM", rng_);
  folder_.Put(model);
  std::string bytes = SafetensorsBytes(model.tensors, "F16");
  for (std::size_t at = bytes.find("\"F16\""); at != std::string::npos;
       at = bytes.find("\"F16\"", at)) {
    bytes.replace(at, 5, "\"I16\"");
  }
  folder_.Put("model.safetensors", bytes);
  EXPECT_THAT(OpenModelFolder(folder_.path()).error().message(),
              HasSubstr("tensor \"model.embed_tokens.weight\": values of type I16 cannot be read"));
}

TEST_F(ModelFolder, PhiIsNamedWhereItsTokensSwallowSpaces) {
  const auto name_of = [this](bool swallows) {
    TinyModel model = MakeTinyModel("Phi3ForCausalLM", rng_);
    model.tokenizer["added_tokens"][1]["rstrip"] = swallows;
    const Source source = Convert(model);
    return std::get<std::string>(source->metadata()[2].value);
  };
  EXPECT_EQ(name_of(false), "ganglion_model_folder");
  EXPECT_EQ(name_of(true), "ganglion_model_folder (Phi-3)");
}

TEST_F(ModelFolder, SaysWhichFileIsMissing) {
  const TempFolder empty("empty_model_folder");
  EXPECT_THAT(OpenModelFolder(empty.path()).error().message(), HasSubstr("config.json: open"));
  folder_.Put(MakeTinyModel("LlamaForCausalLM", rng_));
  std::remove((folder_.path() + "/tokenizer.json").c_str());
  EXPECT_THAT(OpenModelFolder(folder_.path()).error().message(),
              HasSubstr("neither tokenizer.json nor tokenizer.model"));
}

}  // namespace
}  // namespace ganglion::convert
