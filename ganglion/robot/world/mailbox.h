#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <type_traits>

namespace ganglion::robot {

// The newest value from one writing thread to one reading thread. Neither ever waits; a value that
// is not read in time is replaced by a newer one. Three slots: one is the writer's, one the
// reader's, and `middle_` holds the number of the third with a bit that says it is unread.
template <class T>
class Mailbox {
  static_assert(std::is_trivially_copyable_v<T>, "a mailbox hands over plain data");

 public:
  // Thread: the writer.
  void Put(const T& value) {
    slots_[back_] = value;
    back_ = middle_.exchange(back_ | kUnread, std::memory_order_acq_rel) & kSlotMask;
  }

  // Fills `value` and returns true if there is a value newer than the last one taken. Thread: the
  // reader.
  bool TakeNewest(T& value) {
    if ((middle_.load(std::memory_order_relaxed) & kUnread) == 0) return false;
    front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kSlotMask;
    value = slots_[front_];
    return true;
  }

 private:
  static constexpr std::uint8_t kUnread = 4;
  static constexpr std::uint8_t kSlotMask = 3;

  std::array<T, 3> slots_ = {};
  std::uint8_t back_ = 0;
  std::uint8_t front_ = 1;
  std::atomic<std::uint8_t> middle_{2};
};

// A bounded queue from one writing thread to one reading thread, without locks.
template <class T, std::size_t kCapacity>
class SpscQueue {
  static_assert((kCapacity & (kCapacity - 1)) == 0, "the capacity is a power of two");

 public:
  // False, and nothing queued, where it is full. Thread: the writer.
  [[nodiscard]] bool Push(const T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == kCapacity) return false;
    slots_[tail % kCapacity] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  // False where it is empty. Thread: the reader.
  bool Pop(T& value) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    value = slots_[head % kCapacity];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  std::array<T, kCapacity> slots_ = {};
  std::atomic<std::size_t> head_{0};
  std::atomic<std::size_t> tail_{0};
};

}  // namespace ganglion::robot
