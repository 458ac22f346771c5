#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/aligned_buffer.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// A matrix of weights, packed for the kernels, with its bias if it has one. Immutable once loaded.
struct Linear {
  kernels::WeightType type = kernels::WeightType::kF32;
  std::size_t rows = 0;               // outputs
  std::size_t cols = 0;               // inputs
  std::span<const std::byte> packed;  // lies in Weights::store, at a multiple of kPanelAlignment
  AlignedBuffer<float> bias;          // [rows], or empty

  bool quantized() const { return kernels::IsQuantized(type); }
};

// Rows of activations, one a token, that a matrix reads: as floats, and as codes where a matrix
// with quantized weights reads them.
struct Activations {
  float* x = nullptr;
  std::size_t stride = 0;
  kernels::QuantizedRows quantized = {};
};

// One product: y[t] = weights * x[t] + bias, added to the old y where `accumulate`.
struct Product {
  const Linear* weights;
  Activations x;
  float* y;
  std::size_t stride_y;
  bool accumulate;
};

// A product of so many tokens, beside others of other numbers.
struct GroupedProduct {
  Product product;
  std::size_t tokens;
};

// Work for which it is worth waking a helper, in multiplications.
constexpr std::size_t kWorkPerTask = 48 * 1024;

// Into how many tasks `work` multiplications are cut: enough that a thread that is slower than the
// others holds nobody up, none so small that handing it out costs more than doing it.
std::uint32_t TaskCount(const sys::ThreadPool& pool, std::size_t work, std::size_t pieces_max);

// Computes products that do not read each other's results, all in one loop over the pool.
void RunProducts(sys::ThreadPool& pool, const kernels::KernelTable& kernels,
                 std::span<const Product> products, std::size_t tokens);

// The same for products of different numbers of tokens. Those without tokens cost nothing.
void RunGroupedProducts(sys::ThreadPool& pool, const kernels::KernelTable& kernels,
                        std::span<const GroupedProduct> products);

}  // namespace ganglion
