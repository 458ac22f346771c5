#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "apps/ganglion/commands.h"

#include "ganglion/learn/data/data_file.h"
#ifdef GANGLION_HAS_TRAIN
#include "ganglion/learn/train.h"
#endif

namespace ganglion::app {
namespace {

void AddData(CLI::App& learn, Status& result) {
  auto options = std::make_shared<learn::DataOptions>();
  CLI::App* const command =
      learn.add_subcommand("data", "Write instructions with their plans, made by rule");
  command->add_option("--out", options->out, "JSONL file to write")->required();
  command->add_option("--examples", options->examples, "How many")
      ->required()
      ->check(CLI::Range(1, 100'000'000));
  command->add_option("--chinese", options->chinese_share, "Share of Chinese, the rest is English")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the generator")->capture_default_str();
  command->add_option("--exclude", options->exclude,
                      "Fingerprints of texts that must not occur: the sets that measure the model");
  command->callback([options, &result] { result = learn::WriteData(*options); });
}

void AddFingerprint(CLI::App& learn) {
  CLI::App* const command = learn.add_subcommand(
      "fingerprint", "Read texts, one a line, from standard input; write their fingerprints");
  command->callback([] {
    std::string line;
    while (std::getline(std::cin, line)) std::puts(learn::Fingerprint(line).c_str());
  });
}

#ifdef GANGLION_HAS_TRAIN
void AddTrain(CLI::App& learn, Status& result) {
  auto options = std::make_shared<learn::TrainOptions>();
  CLI::App* const command = learn.add_subcommand("train", "Train a starter model and export it");
  command->add_option("--data", options->data, "JSONL file of `learn data`")->required();
  command->add_option("--out", options->out, "GGUF file to write, Q8_0")->required();
  command
      ->add_option("--checkpoint", options->checkpoint,
                   "Folder for checkpoints; a stopped run goes on from there")
      ->required();
  command->add_option("--probe", options->probe, "JSONL of instructions to answer now and then");
  command->add_option("--probe-out", options->probe_out, "JSONL file for those plans");
  command->add_option("--steps", options->steps, "Batches to train on")->capture_default_str();
  command->add_option("--batch-tokens", options->batch_tokens, "Size of a batch")
      ->check(CLI::Range(512, 1 << 20))
      ->capture_default_str();
  command->add_option("--checkpoint-every", options->checkpoint_every, "In steps")
      ->capture_default_str();
  command->add_option("--width", options->shape.width)->capture_default_str();
  command->add_option("--layers", options->shape.layers)->capture_default_str();
  command->add_option("--heads", options->shape.heads)->capture_default_str();
  command->add_option("--kv-heads", options->shape.kv_heads)->capture_default_str();
  command->add_option("--head-size", options->shape.head_size)->capture_default_str();
  command->add_option("--feed-forward", options->shape.feed_forward)->capture_default_str();
  command->add_option("--matrix-rate", options->matrix_rate, "Learning rate of Muon")
      ->capture_default_str();
  command->add_option("--other-rate", options->other_rate, "Learning rate of AdamW")
      ->capture_default_str();
  command->add_option("--seed", options->seed)->capture_default_str();
  command->add_option("--threads", options->threads)->capture_default_str();
  command->add_flag("--keep-f32", options->keep_f32, "Write OUT.f32 as well");
  command->callback([options, &result] { result = learn::Train(*options); });
}
#endif

}  // namespace

void AddLearnCommand(CLI::App& program, Status& result) {
  CLI::App* const command = program.add_subcommand("learn", "Make data and train models");
  command->require_subcommand(1);
  AddData(*command, result);
  AddFingerprint(*command);
#ifdef GANGLION_HAS_TRAIN
  AddTrain(*command, result);
#endif
}

}  // namespace ganglion::app
