#include "apps/ganglion/shutdown_signals.h"

#include <chrono>
#include <csignal>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace ganglion::app {
namespace {

sigset_t TakenSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&set, signal);
  return set;
}

}  // namespace

ShutdownSignals::ShutdownSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = TakenSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { Run(); });
}

ShutdownSignals::~ShutdownSignals() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR2);  // out of sigwait()
  thread_.join();
  const sigset_t set = TakenSignals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void ShutdownSignals::Begin(std::function<void()> on_hangup) {
  const std::lock_guard lock(mutex_);
  on_hangup_ = std::move(on_hangup);
  begun_ = true;
}

void ShutdownSignals::End() {
  const std::lock_guard lock(mutex_);
  on_hangup_ = nullptr;
}

bool ShutdownSignals::WaitFor(TimeNs time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::nanoseconds(time), [this] { return asked_; });
}

void ShutdownSignals::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return asked_; });
}

void ShutdownSignals::Run() {
  const sigset_t set = TakenSignals();
  while (!over_) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0 || over_ || signal == SIGUSR2) continue;
    const std::lock_guard lock(mutex_);
    if (signal == SIGHUP) {
      if (on_hangup_) on_hangup_();
      continue;
    }
    if (asked_ || !begun_) _exit(128 + signal);
    asked_ = true;
    changed_.notify_all();
  }
}

}  // namespace ganglion::app
