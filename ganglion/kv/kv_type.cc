#include "ganglion/kv/kv_type.h"

#include <string>

namespace ganglion {

std::string_view NameOf(KvType type) { return kKvTypeNames[static_cast<std::size_t>(type)]; }

Result<KvType> ParseKvType(std::string_view name) {
  for (const KvType type : {KvType::kF32, KvType::kF16, KvType::kBF16, KvType::kQ8_0}) {
    if (NameOf(type) == name) return type;
  }
  return Status(Code::kInvalidArgument, "the KV cache has no type \"" + std::string(name) +
                                            "\"; it is f32, f16, bf16 or q8_0");
}

}  // namespace ganglion
