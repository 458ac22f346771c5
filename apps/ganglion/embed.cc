// ganglion embed: texts to vectors.

#include <cstdio>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/weight_cache_flags.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/open.h"

namespace ganglion::app {
namespace {

constexpr std::pair<const char*, api::Pooling> kPoolings[] = {{"model", api::Pooling::kModel},
                                                              {"mean", api::Pooling::kMean},
                                                              {"last", api::Pooling::kLast},
                                                              {"cls", api::Pooling::kCls}};

struct Options {
  std::string model;
  std::vector<std::string> texts;
  std::string file;
  std::string pooling = "model";
  bool raw = false;
  bool similarity = false;
  engine::EngineOptions engine;
  WeightCacheFlags weight_cache;
};

// The lines of a file, "-" being standard input; empty ones are left out.
Status ReadLines(const std::string& path, std::vector<std::string>& texts) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return {Code::kNotFound, "cannot read " + path};
  std::string line;
  std::size_t bytes = 0;
  while (std::getline(in, line)) {
    bytes += line.size();
    if (!line.empty()) texts.push_back(line);
    if (texts.size() <= engine::kEmbedTextsMax && bytes <= engine::kPromptBytesMax) continue;
    return {Code::kResourceExhausted,
            Concat(path, " has more than ", engine::kEmbedTextsMax, " lines or ",
                   engine::kPromptBytesMax, " bytes: give it in parts")};
  }
  return {};
}

Result<api::EmbedRequest> MakeRequest(const Options& options) {
  api::EmbedRequest request;
  request.texts = options.texts;
  if (!options.file.empty()) GN_RETURN_IF_ERROR(ReadLines(options.file, request.texts));
  if (request.texts.empty()) {
    return Status(Code::kInvalidArgument, "give texts, or a file of lines with --file");
  }
  for (const auto& [name, pooling] : kPoolings) {
    if (options.pooling == name) request.pooling = pooling;
  }
  request.normalize = !options.raw || options.similarity;
  return request;
}

double Product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

void Print(const Options& options, const std::vector<std::vector<float>>& vectors) {
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (!options.similarity) {
      const nlohmann::json line = {{"index", i}, {"embedding", vectors[i]}};
      std::printf("%s\n", line.dump().c_str());
    }
    for (std::size_t j = i + 1; options.similarity && j < vectors.size(); ++j) {
      const nlohmann::json line = {
          {"first", i}, {"second", j}, {"similarity", Product(vectors[i], vectors[j])}};
      std::printf("%s\n", line.dump().c_str());
    }
  }
}

Status Embed(const Options& options) {
  GN_ASSIGN_OR_RETURN(api::EmbedRequest request, MakeRequest(options));
  engine::EngineOptions engine_options = options.engine;
  engine_options.weight_cache = options.weight_cache.Options();
  GN_ASSIGN_OR_RETURN(const auto client, engine::Open(options.model, engine_options));
  std::promise<Result<api::EmbedAnswer>> done;
  auto answer = done.get_future();
  const auto id = client->Embed(std::move(request), [&done](Result<api::EmbedAnswer> got) {
    done.set_value(std::move(got));
  });
  if (!id.ok()) return {id.error().code(), std::string(id.error().message())};
  GN_ASSIGN_OR_RETURN(const api::EmbedAnswer vectors, answer.get());
  Print(options, vectors.vectors);
  return {};
}

}  // namespace

void AddEmbedCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* const command =
      program.add_subcommand("embed", "Texts to vectors, a line of JSON for each");
  command->add_option("--model", options->model, "GGUF file, of an encoder or any other model")
      ->required();
  command->add_option("texts", options->texts, "What to embed");
  command->add_option("--file", options->file, "A text a line; - is standard input");
  std::vector<std::string> names;
  for (const auto& [name, pooling] : kPoolings) names.emplace_back(name);
  command
      ->add_option(
          "--pooling", options->pooling,
          "Of the tokens' vectors: mean, last, cls (the first), or as the model's file says")
      ->check(CLI::IsMember(names));
  command->add_flag("--raw", options->raw, "Vectors as they are, not made to have length 1");
  command->add_flag("--similarity", options->similarity,
                    "Print the cosine between each two texts in place of the vectors");
  command->add_option("--threads", options->engine.threads, "Threads; 0: one for each processor");
  command->add_option("--context", options->engine.context_tokens,
                      "Tokens of a text; 0: what the model was made for, up to 8192");
  options->weight_cache.AddTo(*command);
  command->callback([options, &result] { result = Embed(*options); });
}

}  // namespace ganglion::app
