#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "apps/ganglion/commands.h"

#include "ganglion/base/concat.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/value.h"

namespace ganglion::app {
namespace {

constexpr std::size_t kTextShown = 60;  // of a long value; the rest is told by its size
constexpr std::size_t kItemsShown = 4;

// File texts go to a terminal: control characters must not.
std::string Shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kTextShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else {
      out += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
  }
  return text.size() > kTextShown ? Concat(out, "... (", text.size(), " bytes)") : out;
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string Describe(const gguf::Array& array) {
  std::string out = Concat(gguf::Name(static_cast<gguf::ValueType>(array.element_type)), " x ",
                           array.size(), " [");
  std::visit(
      [&out](const auto& items) {
        for (std::size_t i = 0; i < std::min(items.size(), kItemsShown); ++i) {
          if (i > 0) out += ", ";
          using Item = std::decay_t<decltype(items[i])>;
          if constexpr (std::is_same_v<Item, std::string>) {
            out += '"' + Shown(items[i]) + '"';
          } else {
            out += Number(static_cast<double>(items[i]));
          }
        }
        if (items.size() > kItemsShown) out += ", ...";
      },
      array.items);
  return out + "]";
}

std::string Describe(const gguf::Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, gguf::Array>) {
          return Describe(v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return '"' + Shown(v) + '"';
        } else if constexpr (std::is_same_v<T, bool>) {
          return v ? "true" : "false";
        } else if constexpr (std::is_floating_point_v<T>) {
          return Number(static_cast<double>(v));
        } else {
          return std::to_string(v);
        }
      },
      value);
}

void PrintMetadata(const gguf::File& file) {
  std::printf("metadata, %zu keys\n", file.metadata().size());
  for (const gguf::KeyValue& entry : file.metadata()) {
    std::printf("  %-44s %s\n", Shown(entry.key).c_str(), Describe(entry.value).c_str());
  }
}

void PrintTensors(const gguf::File& file) {
  std::printf("tensors, %zu\n", file.tensors().size());
  for (const gguf::Tensor& tensor : file.tensors()) {
    std::string dims;
    for (const std::uint64_t dim : tensor.dims) dims += (dims.empty() ? "" : " x ") + Concat(dim);
    std::printf("  %-36s %-7s %-20s %12zu bytes\n", Shown(tensor.name).c_str(),
                std::string(gguf::Info(tensor.type).name).c_str(), dims.c_str(),
                tensor.data.size());
  }
}

// The width of one cached key or value row over all layers, in elements; 0 where the file does not
// say (a vocabulary alone).
std::int64_t CacheElements(const gguf::File& file) {
  const auto architecture = file.StringOr("general.architecture", "");
  if (!architecture.ok()) return 0;
  const auto number = [&](const char* key, std::int64_t fallback) {
    const auto value = file.IntOr(Concat(*architecture, ".", key), fallback);
    return value.ok() && *value >= 0 && *value < (1 << 24) ? *value : 0;
  };
  const std::int64_t heads = number("attention.head_count", 0);
  if (heads == 0) return 0;
  const std::int64_t width = number("embedding_length", 0) / heads;
  return number("block_count", 0) * number("attention.head_count_kv", heads) *
         (number("attention.key_length", width) + number("attention.value_length", width));
}

void PrintMemory(const gguf::File& file) {
  std::map<std::string_view, std::uint64_t> types;
  std::uint64_t weights = 0;
  for (const gguf::Tensor& tensor : file.tensors()) {
    types[gguf::Info(tensor.type).name] += tensor.data.size();
    weights += tensor.data.size();
  }
  std::printf("memory\n  %-36s %12" PRIu64 " bytes\n", "file", file.size_bytes());
  for (const auto& [type, bytes] : types) {
    std::printf("  weights, %-27s %12" PRIu64 " bytes\n", std::string(type).c_str(), bytes);
  }
  std::printf("  %-36s %12" PRIu64 " bytes\n", "weights, all", weights);
  const std::int64_t cache = CacheElements(file);
  if (cache == 0) return;
  std::printf("  %-36s %12" PRId64 " bytes (F16), %" PRId64 " (F32)\n", "KV cache, each token",
              cache * 2, cache * 4);
  const auto architecture = file.StringOr("general.architecture", "");
  const auto context = file.IntOr(Concat(*architecture, ".context_length"), 0);
  if (!context.ok() || *context <= 0 || *context > (1 << 30)) return;
  std::printf("  %-36s %12" PRId64 " bytes (F16)\n",
              Concat("KV cache, ", *context, " tokens").c_str(), cache * 2 * *context);
  std::printf("  %-36s %12" PRIu64 " bytes\n", "weights and that cache",
              weights + static_cast<std::uint64_t>(cache * 2 * *context));
}

Status Inspect(const std::string& path) {
  GN_ASSIGN_OR_RETURN(const auto file, gguf::File::Open(path));
  std::printf("%s: GGUF version 3, alignment %u, data from byte %" PRIu64 "\n", path.c_str(),
              file->alignment(), file->data_offset());
  PrintMetadata(*file);
  PrintTensors(*file);
  PrintMemory(*file);
  return {};
}

}  // namespace

void AddInspectCommand(CLI::App& program, Status& result) {
  auto path = std::make_shared<std::string>();
  CLI::App* const command = program.add_subcommand(
      "inspect", "Print a model file's metadata, tensors, sizes and what it needs in memory");
  command->add_option("file", *path, "GGUF file")->required();
  command->callback([path, &result] { result = Inspect(*path); });
}

}  // namespace ganglion::app
