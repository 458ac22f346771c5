#include "ganglion/convert/pooling.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/json_file.h"
#include "ganglion/convert/limits.h"

namespace ganglion::convert {
namespace {

constexpr const char* kPoolingFile = "1_Pooling/config.json";
constexpr std::string_view kModePrefix = "pooling_mode_";

// The modes of which one may be set, and their numbers.
constexpr std::pair<std::string_view, std::uint32_t> kModes[] = {
    {"pooling_mode_mean_tokens", 1}, {"pooling_mode_cls_token", 2}, {"pooling_mode_lasttoken", 3}};

// The modules that are passed one after the other; a list. What norms vectors changes no angle.
Status CheckModules(const std::string& folder) {
  auto text = ReadText(folder + "/modules.json", kConfigBytesMax);
  if (!text.ok()) {
    return text.error().code() == Code::kNotFound ? Status() : std::move(text).error();
  }
  // The reader of this room wants an object around it.
  GN_ASSIGN_OR_RETURN(const Json json,
                      ParseObject(Concat("{\"modules\":", *text, "}"), "modules.json"));
  const Json* const modules = Find(json, "modules");
  if (modules == nullptr || !modules->is_array()) {
    return {Code::kInvalidArgument, "modules.json: not a list"};
  }
  for (const Json& module : *modules) {
    const std::string_view type = TextOf(module, "type");
    if (!type.ends_with(".Dense")) continue;
    return {Code::kUnimplemented,
            "modules.json: a Dense layer behind the pooling has no place in a GGUF file"};
  }
  return {};
}

}  // namespace

Result<std::optional<std::uint32_t>> ReadPooling(const std::string& folder) {
  GN_RETURN_IF_ERROR(CheckModules(folder));
  GN_ASSIGN_OR_RETURN(const Json json,
                      ReadObjectIfThere(Concat(folder, "/", kPoolingFile), kConfigBytesMax));
  std::optional<std::uint32_t> found;
  if (json.is_null()) return found;
  for (const auto& [name, value] : json.items()) {
    if (!name.starts_with(kModePrefix) || value != true) continue;
    std::uint32_t number = 0;
    for (const auto& [mode, of_mode] : kModes) {
      if (name == mode) number = of_mode;
    }
    if (number == 0 || found.has_value()) {
      return Status(Code::kUnimplemented,
                    Concat(kPoolingFile, ": ", name.substr(0, 80),
                           number == 0 ? " is not supported" : " is set beside another mode",
                           "; one of mean_tokens, cls_token and lasttoken is"));
    }
    found = number;
  }
  return found;
}

}  // namespace ganglion::convert
