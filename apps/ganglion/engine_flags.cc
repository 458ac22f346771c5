#include "apps/ganglion/engine_flags.h"

namespace ganglion::app {

void EngineFlags::AddTo(CLI::App& command) {
  command.add_option("--model", model, "GGUF file")->required();
  command.add_option("--threads", options.threads, "Threads; 0: one for each processor");
  command.add_option("--context", options.context_tokens,
                     "Tokens of prompt and answer; 0: what the model was made for, up to 8192");
  rope.AddTo(command);
  command.add_option("--kv", kv, "Type of the KV cache: f32, f16, bf16 or q8_0")
      ->check(CLI::IsMember(kKvTypeNames));
  command
      .add_option("--kv-memory", options.kv_memory_bytes,
                  "Memory for the KV cache, as 4GB; 0: for two contexts and more")
      ->transform(CLI::AsSizeValue(false));
  command.add_option("--kv-spill", options.kv_spill_directory,
                     "Directory for what --kv-memory does not hold");
  command
      .add_option("--kv-spill-max", options.kv_spill_bytes_max,
                  "Bytes of disk for that, as 20GB; 0: as much as it needs")
      ->transform(CLI::AsSizeValue(false));
  command.add_option("--draft", options.draft_max,
                     "Tokens guessed ahead from the text so far and verified in one pass; changes "
                     "the speed only; 0: off");
  weight_cache.AddTo(command);
  command.add_option("--tokens-max", tokens_max, "Longest answer in tokens");
  command.add_option("--temp,--temperature", sampling.temperature,
                     "0: always the likeliest token; 1: as the model says; more: wilder");
  command.add_option("--top-k", sampling.top_k, "Draw from the k likeliest tokens; 0: off");
  command.add_option("--top-p", sampling.top_p,
                     "Draw from the likeliest tokens of this probability together; 1: off");
  command.add_option("--min-p", sampling.min_p,
                     "Draw from tokens at least so likely, against the likeliest; 0: off");
  command.add_option("--seed", sampling.seed, "The same seed gives the same text");
  command.add_option("--repeat-penalty", sampling.repetition_penalty,
                     "Divides the logits of tokens that came before; 1: off");
  command.add_option("--presence-penalty", sampling.presence_penalty,
                     "Taken off the logits of tokens that came before; 0: off");
  command.add_option("--frequency-penalty", sampling.frequency_penalty,
                     "Taken off once for each time that a token came before; 0: off");
  command.add_option("--penalty-last-n", sampling.penalty_last_n,
                     "Tokens that the penalties look back at");
}

engine::EngineOptions EngineFlags::EngineOptions() const {
  engine::EngineOptions made = options;
  made.rope = rope.Options();
  made.kv_type = *ParseKvType(kv);  // the flag has checked it
  made.weight_cache = weight_cache.Options();
  return made;
}

}  // namespace ganglion::app
