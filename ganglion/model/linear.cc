#include "ganglion/model/linear.h"

#include <algorithm>

namespace ganglion {
namespace {

constexpr std::size_t kTasksPerThread = 4;

void RunPanels(const kernels::KernelTable& kernels, const Product& product, std::size_t tokens,
               std::size_t first_panel, std::size_t last_panel) {
  const Linear& weights = *product.weights;
  kernels.matmul[static_cast<std::size_t>(weights.type)]({
      .weights = weights.packed.data(),
      .rows = weights.rows,
      .cols = weights.cols,
      .first_panel = first_panel,
      .last_panel = last_panel,
      .tokens = tokens,
      .x = product.x.x,
      .stride_x = product.x.stride,
      .quantized = product.x.quantized,
      .bias = weights.bias.data(),
      .y = product.y,
      .stride_y = product.stride_y,
      .accumulate = product.accumulate,
  });
}

}  // namespace

std::uint32_t TaskCount(const sys::ThreadPool& pool, std::size_t work, std::size_t pieces_max) {
  if (pool.threads() == 1) return 1;
  const std::size_t tasks =
      std::min({work / kWorkPerTask, pieces_max, pool.threads() * kTasksPerThread});
  return static_cast<std::uint32_t>(std::max<std::size_t>(tasks, 1));
}

void RunProducts(sys::ThreadPool& pool, const kernels::KernelTable& kernels,
                 std::span<const Product> products, std::size_t tokens) {
  std::size_t panels = 0;
  std::size_t work = 0;
  for (const Product& product : products) {
    panels += kernels::Panels(product.weights->rows);
    work += product.weights->rows * product.weights->cols * tokens;
  }
  // The panels of all products in a row are cut into equal pieces.
  const std::uint32_t tasks = TaskCount(pool, work, panels);
  pool.ParallelFor(tasks, [&](std::uint32_t task) {
    std::size_t begin = panels * task / tasks;
    std::size_t end = panels * (task + 1) / tasks;
    for (const Product& product : products) {
      const std::size_t own = kernels::Panels(product.weights->rows);
      if (begin < own && begin < end) {
        RunPanels(kernels, product, tokens, begin, std::min(end, own));
      }
      begin = begin > own ? begin - own : 0;
      end = end > own ? end - own : 0;
    }
  });
}

// Cut where the work, counted in panels times tokens, falls into equal pieces; a panel goes to the
// piece in which it begins.
void RunGroupedProducts(sys::ThreadPool& pool, const kernels::KernelTable& kernels,
                        std::span<const GroupedProduct> products) {
  std::size_t panels = 0;
  std::size_t total = 0;  // panels times tokens
  std::size_t work = 0;
  for (const auto& [product, tokens] : products) {
    const std::size_t own = kernels::Panels(product.weights->rows);
    panels += own;
    total += own * tokens;
    work += product.weights->rows * product.weights->cols * tokens;
  }
  const std::uint32_t tasks = TaskCount(pool, work, panels);
  pool.ParallelFor(tasks, [&](std::uint32_t task) {
    const std::size_t begin = total * task / tasks;
    const std::size_t end = total * (task + 1) / tasks;
    std::size_t before = 0;
    for (const auto& [product, tokens] : products) {
      const std::size_t own = kernels::Panels(product.weights->rows);
      const auto panel_at = [&, tokens = tokens](std::size_t at) {
        return at <= before ? 0 : std::min((at - before + tokens - 1) / tokens, own);
      };
      if (tokens != 0 && panel_at(begin) < panel_at(end)) {
        RunPanels(kernels, product, tokens, panel_at(begin), panel_at(end));
      }
      before += own * tokens;
    }
  });
}

}  // namespace ganglion
