#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/rope_flags.h"
#include <CLI/CLI.hpp>

#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/model.h"

namespace ganglion::app {
namespace {

constexpr std::size_t kTokensMax = 1 << 20;  // of one list
constexpr std::size_t kAllRowsBelow = 200;   // golden files of shorter lists hold every row
constexpr std::size_t kGoldenStep = 16;      // longer ones the last row of each 16, and the last

struct Options {
  std::string model;
  std::string tokens;
  std::string out;
  std::string kv = "f32";
  std::string rows = "all";
  std::uint32_t threads = 0;
  std::uint32_t chunk = 512;
  std::uint32_t context = 0;
  RopeFlags rope;
};

Status BadToken(std::size_t index, const std::string& why) {
  return Status(Code::kInvalidArgument, "--tokens: item " + std::to_string(index + 1) + why);
}

Result<std::vector<TokenId>> ParseTokens(std::string_view text) {
  std::vector<TokenId> tokens;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, comma);
    std::int32_t id = -1;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), id);
    if (error != std::errc() || end != item.data() + item.size() || id < 0) {
      return BadToken(tokens.size(), " is no token id");
    }
    tokens.push_back(TokenId{id});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (tokens.empty() || tokens.size() > kTokensMax) {
    return Status(Code::kInvalidArgument,
                  "--tokens: give 1 to " + std::to_string(kTokensMax) + " ids between commas");
  }
  return tokens;
}

Status CheckTokens(std::span<const TokenId> tokens, std::uint32_t vocab_size) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (static_cast<std::uint32_t>(Value(tokens[i])) < vocab_size) continue;
    return BadToken(i, " is no token id below " + std::to_string(vocab_size));
  }
  return Status();
}

bool IsWanted(const Options& options, std::size_t position, std::size_t count) {
  if (options.rows == "all" || count < kAllRowsBelow) return true;
  return position % kGoldenStep == kGoldenStep - 1 || position + 1 == count;
}

// Runs the list in chunks on an empty sequence and writes the rows that are wanted.
Status WriteLogits(const Options& options, Model& model, std::span<const TokenId> tokens,
                   std::FILE* file) {
  const auto count = static_cast<std::uint32_t>(tokens.size());
  const std::uint32_t chunk = std::min(options.chunk, count);
  const std::size_t vocab_size = model.config().vocab_size;
  const KvType type = *ParseKvType(options.kv);  // the flag has checked it
  GN_ASSIGN_OR_RETURN(KvStorage kv, KvStorage::Create(model.kv_shape(), type, PagesFor(count)));
  PagePool pool(PagesFor(count));
  PageTable pages(PagesFor(count));
  if (!pages.TryGrow(pool, count)) return Status(Code::kInternal, "the page pool is too small");
  GN_RETURN_IF_ERROR(
      model.Prepare({.tokens = chunk, .runs = 1, .logits_rows = chunk, .pages = PagesFor(count)}));

  std::vector<float> logits(chunk * vocab_size);
  for (std::uint32_t first = 0; first < count; first += chunk) {
    const std::uint32_t length = std::min(chunk, count - first);
    const TokenRun run = {tokens.subspan(first, length), first, &pages, length};
    const std::span<float> rows = std::span(logits).first(length * vocab_size);
    model.Forward({{&run, 1}}, kv, rows);
    for (std::uint32_t i = 0; i < length; ++i) {
      if (!IsWanted(options, first + i, count)) continue;
      const float* const row = rows.data() + i * vocab_size;
      if (std::fwrite(row, sizeof *row, vocab_size, file) != vocab_size) {
        return Status(Code::kUnavailable, "writing " + options.out + " failed");
      }
    }
  }
  return Status();
}

Status RunLogits(const Options& options) {
  GN_ASSIGN_OR_RETURN(auto file, gguf::File::Open(options.model));
  GN_ASSIGN_OR_RETURN(const auto tokens, ParseTokens(options.tokens));
  const auto count = static_cast<std::uint32_t>(tokens.size());
  auto loaded = Model::Load(std::move(file), {.threads = options.threads,
                                              .rope = options.rope.Options(),
                                              .context_tokens = std::max(options.context, count)});
  if (!loaded.ok()) return std::move(loaded).error().WithContext(options.model);
  Model& model = **loaded;
  GN_RETURN_IF_ERROR(CheckTokens(tokens, model.config().vocab_size));
  std::FILE* const out = std::fopen(options.out.c_str(), "wb");
  if (out == nullptr) return Status(Code::kInvalidArgument, "cannot write " + options.out);
  Status status = WriteLogits(options, model, tokens, out);
  if (std::fclose(out) != 0 && status.ok()) {
    return Status(Code::kUnavailable, "writing " + options.out + " failed");
  }
  return status;
}

}  // namespace

void AddLogitsCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("logits", "Write the logits of a token list as float32 rows");
  command->add_option("--model", options->model, "GGUF file")->required();
  command->add_option("--tokens", options->tokens, "Token ids, as 1,2,3")->required();
  command->add_option("--out", options->out, "File to write")->required();
  command->add_option("--kv", options->kv, "Type of the KV cache: f32, f16, bf16 or q8_0")
      ->check(CLI::IsMember(kKvTypeNames));
  command
      ->add_option("--rows", options->rows,
                   "all, or golden: from 200 tokens on, each 16th row and the last")
      ->check(CLI::IsMember({"all", "golden"}));
  command->add_option("--threads", options->threads, "Threads; 0: one for each processor");
  command->add_option("--context", options->context,
                      "Tokens of the longest text, which chooses between the factors of longrope; "
                      "at least, and by default, as many as the list has");
  options->rope.AddTo(*command);
  command->add_option("--chunk", options->chunk, "Tokens computed together")
      ->check(CLI::Range(1, 65536));
  command->callback([options, &result] { result = RunLogits(*options); });
}

}  // namespace ganglion::app
