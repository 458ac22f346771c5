// Any bytes: a model is refused with an error, or it loads and computes two tokens (an encoder one,
// which is the shortest text that every one can read).

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/encoder.h"
#include "ganglion/model/model.h"

namespace ganglion {
namespace {

void LoadAndEncode(std::shared_ptr<const gguf::File> file) {
  auto encoder = Encoder::Load(std::move(file), {.threads = 1});
  if (!encoder.ok()) {
    GN_CHECK(!encoder.error().message().empty());
    return;
  }
  GN_CHECK((*encoder)->Prepare({.tokens = 1, .texts = 1}).ok());
  const TokenId token{0};
  const std::span<const TokenId> text(&token, 1);
  std::vector<float> hidden((*encoder)->config().width);
  (*encoder)->Encode({&text, 1}, hidden);
}

void LoadAndCompute(std::span<const std::byte> bytes) {
  auto file = gguf::File::Parse(bytes);
  if (!file.ok()) return;
  if (IsEncoderArchitecture(**file)) return LoadAndEncode(*std::move(file));
  auto model = Model::Load(*std::move(file), {.threads = 1});
  if (!model.ok()) {
    GN_CHECK(!model.error().message().empty());
    return;
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
}

}  // namespace
}  // namespace ganglion

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ganglion::LoadAndCompute({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}
