#include "ganglion/serve/rest/models.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

// FNV-1a: tells files apart, and protects nothing.
std::string Fingerprint(const std::string& name, const api::ModelInfo& info) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : Concat(name, "/", info.quantization, "/", info.file_bytes, info.created_s)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  std::string text = "fp_";
  for (int i = 0; i < 10; ++i, hash >>= 4) text += "0123456789abcdef"[hash & 15];
  return text;
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kModelNameBytesMax &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < 127 && c != '"'; });
}

bool Serves(const Model& model, Purpose purpose) {
  if (purpose == Purpose::kGenerate) return model.info.can_generate;
  return purpose == Purpose::kAny || model.info.can_embed;
}

}  // namespace

Status Models::Add(std::string name, std::vector<std::string> aliases,
                   api::InferenceClient& client) {
  std::vector<std::string> names = aliases;
  names.insert(names.begin(), name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!IsName(names[i])) {
      return Status(Code::kInvalidArgument,
                    Concat("model name '", names[i], "': 1 to ", kModelNameBytesMax,
                           " printable ASCII characters without spaces and quotes are needed"));
    }
    const bool repeated = std::ranges::count(names, names[i]) > 1;
    if (repeated || FindExact(names[i]) != nullptr) {
      return Status(Code::kInvalidArgument, Concat("model name '", names[i], "' stands twice"));
    }
  }
  Model model = {std::move(name), std::move(aliases), &client, client.Describe(), {}};
  model.fingerprint = Fingerprint(model.name, model.info);
  models_.push_back(std::move(model));
  return {};
}

const Model* Models::FindExact(std::string_view name) const {
  const auto found = std::ranges::find_if(models_, [&](const Model& model) {
    return model.name == name || std::ranges::find(model.aliases, name) != model.aliases.end();
  });
  return found == models_.end() ? nullptr : &*found;
}

const Model* Models::Find(std::string_view name, Purpose purpose) const {
  if (const Model* const model = FindExact(name); model != nullptr) return model;
  if (!name.empty() && !any_name_) return nullptr;
  const auto found =
      std::ranges::find_if(models_, [&](const Model& model) { return Serves(model, purpose); });
  return found == models_.end() ? nullptr : &*found;
}

}  // namespace ganglion::serve::rest
