#include "ganglion/convert/tiny_folder_test.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "ganglion/gguf/quantize.h"

namespace ganglion::convert {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kQuery = kTinyHeads * kTinyHeadDim;
constexpr std::uint64_t kKeyValue = kTinyKvHeads * kTinyHeadDim;

bool Contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

class Builder {
 public:
  TinyModel MakeBert() {
    model_.config = {{"architectures", Json::array({published_})},
                     {"num_hidden_layers", kTinyLayers},
                     {"hidden_size", kTinyWidth},
                     {"num_attention_heads", kTinyHeads},
                     {"intermediate_size", kTinyFfn},
                     {"vocab_size", kTinyTokens},
                     {"max_position_embeddings", kTinyPositions},
                     {"type_vocab_size", 2},
                     {"layer_norm_eps", 1e-12},
                     {"hidden_act", "gelu"},
                     {"pad_token_id", 0}};
    Matrix("embeddings.word_embeddings", kTinyTokens, kTinyWidth);
    Matrix("embeddings.position_embeddings", kTinyPositions, kTinyWidth);
    Matrix("embeddings.token_type_embeddings", 2, kTinyWidth);
    BertNorm("embeddings.LayerNorm");
    for (std::uint64_t i = 0; i < kTinyLayers; ++i) {
      const std::string at = "encoder.layer." + std::to_string(i) + ".";
      for (const char* which : {"query", "key", "value"}) {
        WithBias(at + "attention.self." + which, kTinyWidth, kTinyWidth);
      }
      WithBias(at + "attention.output.dense", kTinyWidth, kTinyWidth);
      BertNorm(at + "attention.output.LayerNorm");
      WithBias(at + "intermediate.dense", kTinyFfn, kTinyWidth);
      WithBias(at + "output.dense", kTinyWidth, kTinyFfn);
      BertNorm(at + "output.LayerNorm");
    }
    WithBias("pooler.dense", kTinyWidth, kTinyWidth);
    model_.tokenizer = WordPieceTokenizer();
    model_.tokenizer_config = {{"cls_token", "[CLS]"},   {"sep_token", "[SEP]"},
                               {"unk_token", "[UNK]"},   {"pad_token", "[PAD]"},
                               {"mask_token", "[MASK]"}, {"do_lower_case", true}};
    return model_;
  }

  Builder(std::string published, testing::SeededRng& rng)
      : published_(std::move(published)), gemma_(Contains(published_, "Gemma")), rng_(rng) {}

  TinyModel Make() {
    Config();
    Matrix(prefix() + "embed_tokens", kTinyTokens, kTinyWidth);
    Norm(prefix() + "norm", kTinyWidth);
    if (!gemma_) Matrix("lm_head", kTinyTokens, kTinyWidth);
    for (std::uint64_t i = 0; i < kTinyLayers; ++i) Layer(prefix() + "layers." + std::to_string(i));
    const bool pieces = gemma_ || Contains(published_, "Mi") || Contains(published_, "Phi");
    model_.tokenizer = pieces ? SentencePieceTokenizer() : ByteLevelTokenizer();
    model_.tokenizer_config = {{"bos_token", pieces ? "<s>" : "<|endoftext|>"},
                               {"eos_token", pieces ? "</s>" : "<|im_end|>"},
                               {"add_bos_token", pieces}};
    return model_;
  }

 private:
  std::string prefix() const {
    return Contains(published_, "Conditional") ? "language_model.model." : "model.";
  }

  void Config() {
    Json text = {{"num_hidden_layers", kTinyLayers},
                 {"hidden_size", kTinyWidth},
                 {"num_attention_heads", kTinyHeads},
                 {"num_key_value_heads", kTinyKvHeads},
                 {"intermediate_size", kTinyFfn},
                 {"vocab_size", kTinyTokens},
                 {"max_position_embeddings", 128},
                 {"rms_norm_eps", 1e-6},
                 {"rope_theta", 10000.0},
                 {"hidden_act", gemma_ ? "gelu_pytorch_tanh" : "silu"},
                 {"tie_word_embeddings", gemma_}};
    if (gemma_ || Contains(published_, "Qwen3")) text["head_dim"] = kTinyHeadDim;
    if (gemma_) {
      text["sliding_window"] = 8;
      text["query_pre_attn_scalar"] = kTinyHeadDim;
    }
    if (published_ == "Gemma2ForCausalLM") {
      text["attn_logit_softcapping"] = 50.0;
      text["final_logit_softcapping"] = 30.0;
    }
    if (Contains(published_, "Moe") || Contains(published_, "Olmoe")) {
      text["num_experts"] = kTinyExperts;
      text["num_experts_per_tok"] = 2;
      text["moe_intermediate_size"] = kTinyExpertFfn;
      text["shared_expert_intermediate_size"] = kTinySharedFfn;
      text["norm_topk_prob"] = Contains(published_, "Qwen3");
    }
    if (Contains(published_, "Mixtral")) {
      text["num_local_experts"] = kTinyExperts;
      text["num_experts_per_tok"] = 2;
    }
    model_.config = Contains(published_, "Conditional") ? Json{{"text_config", text}} : text;
    model_.config["architectures"] = Json::array({published_});
  }

  void Layer(const std::string& at) {
    Norm(at + ".input_layernorm", kTinyWidth);
    Norm(at + ".post_attention_layernorm", kTinyWidth);
    if (gemma_) {
      Norm(at + ".pre_feedforward_layernorm", kTinyWidth);
      Norm(at + ".post_feedforward_layernorm", kTinyWidth);
    }
    Attention(at + ".self_attn.");
    FeedForward(at + ".mlp.");
    if (Contains(published_, "Mixtral")) Experts(at + ".block_sparse_moe.", "w1", "w3", "w2");
  }

  void Attention(const std::string& at) {
    Matrix(at + "o_proj", kTinyWidth, kQuery);
    if (Contains(published_, "Phi3"))
      return Matrix(at + "qkv_proj", kQuery + 2 * kKeyValue, kTinyWidth);
    Matrix(at + "q_proj", kQuery, kTinyWidth);
    Matrix(at + "k_proj", kKeyValue, kTinyWidth);
    Matrix(at + "v_proj", kKeyValue, kTinyWidth);
    if (Contains(published_, "Qwen2")) {
      Fill(at + "q_proj.bias", {kQuery}, 0, 0.1);
      Fill(at + "k_proj.bias", {kKeyValue}, 0, 0.1);
      Fill(at + "v_proj.bias", {kKeyValue}, 0, 0.1);
    }
    const bool whole = Contains(published_, "Olmoe");
    if (!whole && !Contains(published_, "Qwen3") && !Contains(published_, "Gemma3")) return;
    Norm(at + "q_norm", whole ? kQuery : kTinyHeadDim);
    Norm(at + "k_norm", whole ? kKeyValue : kTinyHeadDim);
  }

  void FeedForward(const std::string& at) {
    if (Contains(published_, "Mixtral")) return;
    if (Contains(published_, "Phi3")) {
      Matrix(at + "gate_up_proj", 2 * kTinyFfn, kTinyWidth);
      return Matrix(at + "down_proj", kTinyWidth, kTinyFfn);
    }
    if (Contains(published_, "Moe") || Contains(published_, "Olmoe")) {
      Experts(at, "gate_proj", "up_proj", "down_proj");
      if (!Contains(published_, "Qwen2Moe")) return;
      Matrix(at + "shared_expert_gate", 1, kTinyWidth);
      return Gated(at + "shared_expert.", kTinySharedFfn, "gate_proj", "up_proj", "down_proj");
    }
    Gated(at, kTinyFfn, "gate_proj", "up_proj", "down_proj");
  }

  void Gated(const std::string& at, std::uint64_t width, const char* gate, const char* up,
             const char* down) {
    Matrix(at + gate, width, kTinyWidth);
    Matrix(at + up, width, kTinyWidth);
    Matrix(at + down, kTinyWidth, width);
  }

  void Experts(const std::string& at, const char* gate, const char* up, const char* down) {
    const bool own_width = Contains(published_, "Qwen");
    Matrix(at + "gate", kTinyExperts, kTinyWidth);
    for (std::uint64_t i = 0; i < kTinyExperts; ++i) {
      Gated(at + "experts." + std::to_string(i) + ".", own_width ? kTinyExpertFfn : kTinyFfn, gate,
            up, down);
    }
  }

  void Matrix(const std::string& name, std::uint64_t rows, std::uint64_t cols) {
    Fill(name + ".weight", {rows, cols}, 0, std::sqrt(3.0 / static_cast<double>(cols)));
  }
  void WithBias(const std::string& name, std::uint64_t rows, std::uint64_t cols) {
    Matrix(name, rows, cols);
    Fill(name + ".bias", {rows}, 0, 0.1);
  }
  void BertNorm(const std::string& name) {
    Norm(name, kTinyWidth);
    Fill(name + ".bias", {kTinyWidth}, 0, 0.1);
  }
  void Norm(const std::string& name, std::uint64_t size) {
    Fill(name + ".weight", {size}, gemma_ ? 0 : 1, 0.5);
  }

  // Uniform around `middle`.
  void Fill(const std::string& name, std::vector<std::uint64_t> shape, double middle,
            double reach) {
    TinyTensor tensor{std::move(shape), {}};
    std::uint64_t count = 1;
    for (const std::uint64_t dim : tensor.shape) count *= dim;
    for (std::uint64_t i = 0; i < count; ++i) {
      const double unit = static_cast<double>(rng_.Below(65536)) / 32768 - 1;
      tensor.values.push_back(static_cast<float>(middle + reach * unit));
    }
    model_.tensors[name] = std::move(tensor);
  }

  const std::string published_;
  const bool gemma_;
  testing::SeededRng& rng_;
  TinyModel model_;
};

// The character by which a byte-level vocabulary writes a byte.
std::string StandIn(unsigned byte) {
  unsigned code = byte;
  const auto plain = [](unsigned b) {
    return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  };
  if (!plain(byte)) {
    code = 256;
    for (unsigned b = 0; b < byte; ++b) code += plain(b) ? 0 : 1;
  }
  if (code < 128) return std::string(1, static_cast<char>(code));
  return {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
}

Json Added(std::uint64_t id, const char* text) {
  return {{"id", id}, {"content", text}, {"special", true}};
}

}  // namespace

std::vector<std::string> PublishedNames() {
  return {"LlamaForCausalLM",
          "MistralForCausalLM",
          "MixtralForCausalLM",
          "Qwen2ForCausalLM",
          "Qwen2MoeForCausalLM",
          "Qwen3ForCausalLM",
          "Qwen3MoeForCausalLM",
          "OlmoeForCausalLM",
          "Gemma2ForCausalLM",
          "Gemma3ForCausalLM",
          "Gemma3ForConditionalGeneration",
          "Phi3ForCausalLM"};
}

TinyModel MakeTinyModel(const std::string& published, testing::SeededRng& rng) {
  return Builder(published, rng).Make();
}

TinyModel MakeTinyBert(testing::SeededRng& rng) { return Builder("BertModel", rng).MakeBert(); }

Json WordPieceTokenizer() {
  Json vocab = Json::object();
  Json added = Json::array();
  for (const char* const text : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
    added.push_back(Added(vocab.size(), text));
    vocab[text] = vocab.size();
  }
  for (char letter = 'a'; letter <= 'z'; ++letter) vocab[std::string(1, letter)] = vocab.size();
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    vocab["##" + std::string(1, letter)] = vocab.size();
  }
  return {{"normalizer",
           {{"type", "BertNormalizer"},
            {"clean_text", true},
            {"handle_chinese_chars", true},
            {"strip_accents", nullptr},
            {"lowercase", true}}},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"model",
           {{"type", "WordPiece"},
            {"unk_token", "[UNK]"},
            {"continuing_subword_prefix", "##"},
            {"max_input_chars_per_word", 100},
            {"vocab", vocab}}},
          {"added_tokens", added}};
}

Json ByteLevelTokenizer() {
  Json vocab = Json::object();
  for (unsigned byte = 0; byte < 256; ++byte) vocab[StandIn(byte)] = byte;
  vocab["th"] = 256;
  vocab["the"] = 257;
  const Json expression =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
      R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
  return {
      {"normalizer", {{"type", "NFC"}}},
      {"pre_tokenizer",
       {{"type", "Sequence"},
        {"pretokenizers",
         {{{"type", "Split"},
           {"pattern", {{"Regex", expression}}},
           {"behavior", "Isolated"},
           {"invert", false}},
          {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}}},
      {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", {"t h", Json::array({"th", "e"})}}}},
      {"added_tokens", {Added(258, "<|endoftext|>"), Added(259, "<|im_end|>")}}};
}

Json SentencePieceTokenizer() {
  Json vocab = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
  for (unsigned byte = 0; byte < 256; ++byte) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte);
    vocab[text] = 3 + byte;
  }
  static constexpr const char* kPieces[] = {"▁t", "▁th", "▁", "t", "h", "e", "he", "▁the"};
  for (std::size_t i = 0; i < std::size(kPieces); ++i) vocab[kPieces[i]] = 259 + i;
  return {{"normalizer",
           {{"type", "Sequence"},
            {"normalizers",
             {{{"type", "Prepend"}, {"prepend", "▁"}},
              {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}}}}}},
          {"pre_tokenizer", nullptr},
          {"model",
           {{"type", "BPE"},
            {"byte_fallback", true},
            {"unk_token", "<unk>"},
            {"vocab", vocab},
            {"merges", {"▁ t", "h e", "▁t h", "▁th e", "▁t he"}}}},
          {"added_tokens", {Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>")}},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}}}}}};
}

TempFolder::TempFolder(const std::string& name) : path_(::testing::TempDir() + "ganglion_" + name) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TempFolder::~TempFolder() { std::filesystem::remove_all(path_); }

void TempFolder::Put(const std::string& name, const std::string& bytes) const {
  std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
}

void TempFolder::Put(const TinyModel& model, const std::string& dtype) const {
  Put("config.json", model.config.dump());
  Put("tokenizer.json", model.tokenizer.dump());
  Put("tokenizer_config.json", model.tokenizer_config.dump());
  Put("model.safetensors", SafetensorsBytes(model.tensors, dtype));
}

std::string SafetensorsBytes(const std::map<std::string, TinyTensor>& tensors,
                             const std::string& dtype) {
  const gguf::TensorType type = *gguf::TypeNamed(dtype);
  Json header = Json::object();
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const auto bytes = *gguf::Quantize(type, tensor.values);
    header[name] = {{"dtype", dtype},
                    {"shape", tensor.shape},
                    {"data_offsets", {data.size(), data.size() + bytes.size()}}};
    data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + data;
}

}  // namespace ganglion::convert
