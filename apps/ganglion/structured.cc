// ganglion structured: what a schema costs in tokens per second, and what forced tokens bring.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/engine_flags.h"
#include <CLI/CLI.hpp>

#include "ganglion/engine/engine.h"

namespace ganglion::app {
namespace {

struct Options {
  EngineFlags engine;
  std::string schema;
  std::string prompt = "Plan: go to the table, take the cup and bring it here.\n";
  int repeats = 7;
  bool chat = false;
};

// Shorter answers measure the prompt.
constexpr std::int32_t kTokensMin = 32;
constexpr int kAttempts = 8;  // for each round that is wanted

struct Round {
  api::Usage free;    // as many tokens as `masked`, without a schema
  api::Usage masked;  // the schema, each token sampled
  api::Usage forced;  // the schema, with forced tokens
};

double TokensPerSecond(const api::Usage& usage) {
  return usage.generated_tokens / usage.total_ms * 1e3;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The three kinds of answers one after the other, so that what else the machine does meets all.
class Comparison {
 public:
  static Result<Comparison> Create(const Options& options) {
    std::ifstream file(options.schema, std::ios::binary);
    if (!file) return Status(Code::kNotFound, "cannot read " + options.schema);
    Comparison made(options);
    made.schema_ = std::string(std::istreambuf_iterator<char>(file), {});
    engine::EngineOptions engine_options = options.engine.EngineOptions();
    GN_ASSIGN_OR_RETURN(made.forcing_,
                        engine::Engine::Create(options.engine.model, engine_options));
    engine_options.force_tokens = false;
    GN_ASSIGN_OR_RETURN(made.sampling_,
                        engine::Engine::Create(options.engine.model, engine_options));
    return made;
  }

  // An answer that has no end within --tokens-max gives none.
  Result<Round> Run(std::uint64_t seed) {
    api::GenerateRequest request = Request(seed);
    request.json_schema = schema_;
    Round round;
    GN_ASSIGN_OR_RETURN(const api::Answer masked, GenerateAndWait(*sampling_, request));
    round.masked = masked.usage;
    GN_ASSIGN_OR_RETURN(const api::Answer forced, GenerateAndWait(*forcing_, request));
    round.forced = forced.usage;
    request = Request(seed);
    request.ignore_end = true;
    request.tokens_max = round.masked.generated_tokens;
    GN_ASSIGN_OR_RETURN(const api::Answer free, GenerateAndWait(*sampling_, request));
    round.free = free.usage;
    return round;
  }

 private:
  explicit Comparison(const Options& options) : options_(&options) {}

  api::GenerateRequest Request(std::uint64_t seed) const {
    api::GenerateRequest request;
    if (options_->chat) {
      request.messages.push_back({"user", options_->prompt});
    } else {
      request.prompt = options_->prompt;
    }
    request.sampling = options_->engine.sampling;
    request.sampling.seed = seed;
    request.tokens_max = options_->engine.tokens_max;
    return request;
  }

  const Options* options_;
  std::string schema_;
  std::unique_ptr<engine::Engine> forcing_;
  std::unique_ptr<engine::Engine> sampling_;
};

void Print(const std::vector<Round>& rounds) {
  std::vector<double> free, masked, forced, masked_share, forced_share, forced_tokens;
  for (const Round& round : rounds) {
    free.push_back(TokensPerSecond(round.free));
    masked.push_back(TokensPerSecond(round.masked));
    forced.push_back(TokensPerSecond(round.forced));
    masked_share.push_back(100 * masked.back() / free.back());
    forced_share.push_back(100 * forced.back() / free.back());
    forced_tokens.push_back(100.0 * round.forced.forced_tokens / round.forced.generated_tokens);
  }
  std::printf("medians of %zu rounds      tokens/s   of free\n", rounds.size());
  std::printf("  without a schema        %8.2f   100.0 %%\n", Median(free));
  std::printf("  schema, masks only      %8.2f   %5.1f %%\n", Median(masked), Median(masked_share));
  std::printf("  schema, forced tokens   %8.2f   %5.1f %%   (%.1f %% of the tokens forced)\n",
              Median(forced), Median(forced_share), Median(forced_tokens));
}

Status RunStructured(const Options& options) {
  GN_ASSIGN_OR_RETURN(Comparison comparison, Comparison::Create(options));
  std::vector<Round> rounds;
  // The first round makes what others find ready: grammar, masks, the prefix in the cache.
  for (int i = 0; i <= kAttempts * options.repeats; ++i) {
    const auto round = comparison.Run(options.engine.sampling.seed + static_cast<std::uint64_t>(i));
    if (!round.ok() && round.error().code() != Code::kResourceExhausted) {
      return Status(round.error().code(), std::string(round.error().message()));
    }
    const bool counts = round.ok() && std::min(round->masked.generated_tokens,
                                               round->forced.generated_tokens) >= kTokensMin;
    if (i == 0 || !counts) continue;
    std::printf("free %8.2f  masks %8.2f  forced %8.2f tokens/s; %d and %d tokens, %d forced\n",
                TokensPerSecond(round->free), TokensPerSecond(round->masked),
                TokensPerSecond(round->forced), round->masked.generated_tokens,
                round->forced.generated_tokens, round->forced.forced_tokens);
    std::fflush(stdout);
    rounds.push_back(*round);
    if (rounds.size() == static_cast<std::size_t>(options.repeats)) break;
  }
  if (rounds.empty())
    return Status(Code::kResourceExhausted, "no answer was long enough and came to its end");
  Print(rounds);
  return {};
}

}  // namespace

void AddStructuredCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "structured", "Measure tokens per second without a schema, with it, and with forced tokens");
  options->engine.AddTo(*command);
  command->add_option("--schema", options->schema, "File with a JSON Schema")->required();
  command->add_option("--prompt", options->prompt, "Text before the answers");
  command->add_flag("--chat", options->chat, "The text is a user's message");
  command->add_option("--repeat", options->repeats, "Rounds, each with another seed")
      ->check(CLI::Range(1, 1000));
  command->callback([options, &result] { result = RunStructured(*options); });
}

}  // namespace ganglion::app
