// Times the matrix products of every weight type as shares of what the machine can do. Not part of
// the default build: cmake --build build/release --target ganglion_kernels_bench
//
//   ganglion_kernels_bench [THREADS [TYPE [ROWS COLS [TOKENS]]]]
//
// Each thread has matrices of its own, together far larger than the caches. GANGLION_ISA picks the
// instruction set.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <time.h>

#include "ganglion/kernels/kernels.h"

namespace ganglion::kernels {
namespace {

constexpr const char* kNames[kWeightTypes] = {"F32",  "F16",    "BF16",   "Q8_0", "Q4_0", "Q4_1",
                                              "Q5_0", "Q5_1",   "Q2_K",   "Q3_K", "Q4_K", "Q5_K",
                                              "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"};
constexpr std::size_t kMatrixBytes = std::size_t{192} << 20;  // of a thread, in all matrices
constexpr int kRepeats = 3;

double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Zeroed memory in large pages where the system has them.
struct Pages {
  explicit Pages(std::size_t size) : bytes((size + kLarge - 1) / kLarge * kLarge) {
    data = static_cast<std::byte*>(std::aligned_alloc(kLarge, bytes));
    madvise(data, bytes, MADV_HUGEPAGE);
    std::memset(data, 0, bytes);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { std::free(data); }

  static constexpr std::size_t kLarge = std::size_t{2} << 20;
  std::size_t bytes;
  std::byte* data;
};

// Seconds of the fastest of a few runs of body(thread) on all threads.
double Fastest(std::size_t threads, const std::function<void(std::size_t)>& body) {
  double best = 1e30;
  for (int i = 0; i < kRepeats; ++i) {
    const double begin = Seconds();
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(body, t);
    body(0);
    for (std::thread& other : others) other.join();
    best = std::min(best, Seconds() - begin);
  }
  return best;
}

struct Limits {
  double read;
  double int8;
  double float32;
};

struct Shape {
  std::size_t rows;
  std::size_t cols;
};

// One thread's matrices and activations.
struct Work {
  Work(WeightType weight_type, Shape shape_of, std::size_t tokens_max)
      : type(weight_type),
        shape(shape_of),
        matrix_bytes(Panels(shape.rows) * PanelBytes(type, shape.cols)),
        count(std::max<std::size_t>(kMatrixBytes / matrix_bytes, 1)),
        weights(count * matrix_bytes),
        x(tokens_max * shape.cols, 0.25f),
        codes(tokens_max * shape.cols),
        scales(codes.size() / kBlock),
        sums(codes.size() / kHalfBlock),
        y(tokens_max * shape.rows) {
    // Any bits are weights, but floats below the normal ones make arithmetic slow.
    const std::size_t step = IsQuantized(type) ? 61 : 4;
    for (std::size_t i = 0; i < weights.bytes; ++i) weights.data[i] = std::byte(57 + i % step);
    if (IsQuantized(type)) {
      Kernels().quantize_rows({x.data(), shape.cols, quantized(), tokens_max, shape.cols});
    }
  }
  QuantizedRows quantized() { return {codes.data(), scales.data(), sums.data()}; }

  void Multiply(std::size_t matrix, std::size_t tokens) {
    constexpr std::size_t kTasks = 4;  // as a thread pool cuts the work
    const std::size_t panels = Panels(shape.rows);
    for (std::size_t task = 0; task < kTasks; ++task) {
      Kernels().matmul[static_cast<std::size_t>(type)](
          {.weights = weights.data + matrix % count * matrix_bytes,
           .rows = shape.rows,
           .cols = shape.cols,
           .first_panel = panels * task / kTasks,
           .last_panel = panels * (task + 1) / kTasks,
           .tokens = tokens,
           .x = x.data(),
           .stride_x = shape.cols,
           .quantized = quantized(),
           .bias = nullptr,
           .y = y.data(),
           .stride_y = shape.rows,
           .accumulate = false});
    }
  }

  WeightType type;
  Shape shape;
  std::size_t matrix_bytes;
  std::size_t count;
  Pages weights;
  std::vector<float> x;
  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> sums;
  std::vector<float> y;
};

Limits Measure(std::size_t threads) {
  constexpr std::size_t kRounds = 2'000'000;
  Limits limits{};
  const std::size_t floats = kMatrixBytes / sizeof(float);
  std::vector<std::unique_ptr<Pages>> data;
  for (std::size_t t = 0; t < threads; ++t) data.push_back(std::make_unique<Pages>(kMatrixBytes));
  std::vector<float> sums(threads);
  const double read = Fastest(threads, [&](std::size_t t) {
    sums[t] = Kernels().probe_read(reinterpret_cast<const float*>(data[t]->data), floats);
  });
  limits.read = static_cast<double>(threads * kMatrixBytes) / read;
  const auto peak = [&](std::uint64_t (*probe)(std::size_t)) {
    std::vector<std::uint64_t> operations(threads);
    const double seconds = Fastest(threads, [&](std::size_t t) { operations[t] = probe(kRounds); });
    return static_cast<double>(threads * operations[0]) / seconds;
  };
  limits.int8 = peak(Kernels().probe_int8);
  limits.float32 = peak(Kernels().probe_float);
  std::printf("%s, %zu threads: read %.1f GB/s, int8 %.0f Gop/s, fp32 %.0f Gop/s\n", Kernels().name,
              threads, limits.read * 1e-9, limits.int8 * 1e-9, limits.float32 * 1e-9);
  return limits;
}

void Run(WeightType type, Shape shape, std::size_t threads, const std::vector<std::size_t>& tokens,
         const Limits& limits) {
  std::vector<std::unique_ptr<Work>> work;
  const std::size_t tokens_max = *std::max_element(tokens.begin(), tokens.end());
  for (std::size_t t = 0; t < threads; ++t) {
    work.push_back(std::make_unique<Work>(type, shape, tokens_max));
  }
  const double peak = IsQuantized(type) ? limits.int8 : limits.float32;
  for (const std::size_t count : tokens) {
    const std::size_t matrices = count <= 16 ? work[0]->count : 2;
    const double seconds = Fastest(threads, [&](std::size_t t) {
      for (std::size_t m = 0; m < matrices; ++m) work[t]->Multiply(m, count);
    });
    const double passes = static_cast<double>(matrices * threads);
    const double bytes = passes * static_cast<double>(work[0]->matrix_bytes) / seconds;
    const double operations =
        passes * 2.0 * static_cast<double>(shape.rows * shape.cols * count) / seconds;
    std::printf("%-7s %5zux%-5zu %4zu tokens: %7.2f GB/s %5.1f %%  %8.1f Gop/s %5.1f %%\n",
                kNames[static_cast<std::size_t>(type)], shape.rows, shape.cols, count, bytes * 1e-9,
                100.0 * bytes / limits.read, operations * 1e-9, 100.0 * operations / peak);
  }
}

int Main(int argc, char** argv) {
  const auto number = [&](int i, std::size_t otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
  };
  const std::size_t threads = std::clamp<std::size_t>(number(1, 2), 1, 256);
  const std::string only = argc > 2 ? argv[2] : "all";
  const Shape shape = {number(3, 8192), number(4, 2048)};
  std::vector<std::size_t> tokens = {1, 4, 8, 16, 64, 512};
  if (argc > 5) tokens = {number(5, 1)};
  if (shape.rows == 0 || shape.cols == 0 || shape.cols % kCellColsMax != 0 || tokens[0] == 0) {
    std::fprintf(stderr, "rows, columns and tokens are not 0, columns a multiple of %zu\n",
                 kCellColsMax);
    return 1;
  }
  const Limits limits = Measure(threads);
  for (std::size_t type = 0; type < kWeightTypes; ++type) {
    if (only != "all" && only != kNames[type]) continue;
    Run(static_cast<WeightType>(type), shape, threads, tokens, limits);
  }
  return 0;
}

}  // namespace
}  // namespace ganglion::kernels

int main(int argc, char** argv) { return ganglion::kernels::Main(argc, argv); }
