#include "apps/ganglion/rope_flags.h"

#include <map>

namespace ganglion::app {
namespace {

const std::map<std::string, RopeScaling>& Scalings() {
  static const std::map<std::string, RopeScaling> scalings = {
      {"none", RopeScaling::kNone},         {"linear", RopeScaling::kLinear},
      {"yarn", RopeScaling::kYarn},         {"llama3", RopeScaling::kLlama3},
      {"longrope", RopeScaling::kLongRope},
  };
  return scalings;
}

}  // namespace

void RopeFlags::AddTo(CLI::App& command) {
  command
      .add_option("--rope-scaling", scaling,
                  "How positions are stretched for contexts longer than the model was made for: "
                  "none, linear, yarn, llama3 or longrope; without it, as the file says")
      ->check(CLI::IsMember(Scalings()));
  command.add_option("--rope-factor", options.factor,
                     "How far they are stretched; 0: as the file says, or as far as --context "
                     "needs");
  command.add_option("--rope-base", options.base, "Base of the rotation; 0: as the file says");
  command.add_option("--rope-original-context", options.original_context,
                     "Tokens that the model was made for before it was stretched; 0: as the file "
                     "says");
}

RopeOptions RopeFlags::Options() const {
  RopeOptions made = options;
  if (!scaling.empty()) made.scaling = Scalings().at(scaling);
  return made;
}

}  // namespace ganglion::app
