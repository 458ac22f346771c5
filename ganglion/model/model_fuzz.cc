// Any bytes: a model is refused with an error, or it loads and computes two tokens.

#include <cstdint>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ganglion;  // NOLINT
  auto file = gguf::File::Parse({reinterpret_cast<const std::byte*>(data), size});
  if (!file.ok()) return 0;
  auto model = Model::Load(*std::move(file), {.threads = 1});
  if (!model.ok()) {
    GN_CHECK(!model.error().message().empty());
    return 0;
  }
  auto kv = KvStorage::Create((*model)->kv_shape(), KvType::kF16, 1);
  GN_CHECK(kv.ok());
  GN_CHECK((*model)->Prepare({.tokens = 2, .runs = 1, .logits_rows = 1, .pages = 1}).ok());
  PagePool pool(1);
  PageTable pages(1);
  GN_CHECK(pages.TryGrow(pool, 2));
  const TokenId tokens[] = {TokenId{0}, TokenId{0}};
  std::vector<float> logits((*model)->config().vocab_size);
  const TokenRun run = {tokens, 0, &pages, 1};
  (*model)->Forward({{&run, 1}}, *kv, logits);
  return 0;
}
