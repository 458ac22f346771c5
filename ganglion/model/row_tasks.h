#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/model/linear.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Calls body(first_row, rows) for pieces of `rows` rows, in parallel where `work_per_row`
// multiplications a row make it worth while.
template <class Body>
void ForRows(sys::ThreadPool& pool, std::size_t rows, std::size_t work_per_row, Body&& body) {
  const std::uint32_t tasks = TaskCount(pool, rows * work_per_row, rows);
  pool.ParallelFor(tasks, [&](std::uint32_t task) {
    const std::size_t first = rows * task / tasks;
    body(first, rows * (task + 1) / tasks - first);
  });
}

}  // namespace ganglion
